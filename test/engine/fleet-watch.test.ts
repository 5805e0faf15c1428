import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createFleetWatch } from '../../src/docker/watch/docker-watch.ts';
import { watchFleet } from '../../src/docker/watch/watch-fleet.ts';
import type { FleetWatch } from '../../src/docker/watch-port.ts';
import type { FleetSample, Usage } from '../../src/model/usage.ts';
import { systemClock } from '../../src/util/clock.ts';
import { BUSYBOX, type ComposeProject, composeProject } from '../support/compose-project.ts';
import { EngineProxy } from '../support/engine-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { folderWith } from '../support/folder.ts';

/** Writes numbered lines, each start of it under another name. */
const TALK = 'b=$$(cat /proc/sys/kernel/random/uuid); i=0; while :; do i=$$((i+1)); echo "$$b $$i"; sleep 0.03; done';

const YAML = `
services:
  busy: { image: ${BUSYBOX}, command: [sh, -c, 'while :; do :; done'], cpus: 0.3, mem_limit: 48m, stop_grace_period: 0s }
  idle: { image: ${BUSYBOX}, command: [sleep, '600'], scale: 2, init: true, stop_grace_period: 0s }
  hungry: { image: ${BUSYBOX}, command: [awk, 'BEGIN { s = sprintf("%20000000s", "x"); system("sleep 600") }'], stop_grace_period: 0s }
  crasher: { image: ${BUSYBOX}, command: [sh, -c, 'exit 7'], restart: always }
  job: { image: ${BUSYBOX}, command: [sh, -c, 'exit 5'] }
  sick: { image: ${BUSYBOX}, command: [sleep, '600'], init: true, healthcheck: { test: [CMD, 'false'], interval: 100ms, retries: 1 } }
  talker: { image: ${BUSYBOX}, command: [sh, -c, '${TALK}'], stop_grace_period: 0s }
  terminal: { image: ${BUSYBOX}, command: [sh, -c, '${TALK}'], tty: true, stop_grace_period: 0s }
`;

const never = new AbortController().signal;
let project: ComposeProject;

beforeAll(async () => {
  project = await composeProject('watch', YAML);
  await project.compose('up', '-d');
});
afterAll(() => project.remove());

function watchAt(host: string | null = null): FleetWatch {
  const projects = [{ name: project.name, keyOf: (service: string) => `fleet/${service}` }];
  return createFleetWatch(host === null ? process.env : { ...process.env, DOCKER_HOST: host }, async () => ({
    ok: true,
    value: projects,
  }));
}

async function proxied(): Promise<{ readonly proxy: EngineProxy; readonly folder: string; readonly watch: FleetWatch }> {
  const folder = folderWith();
  const proxy = await EngineProxy.start(folder);
  return { proxy, folder, watch: watchAt(proxy.host) };
}

const of = (sample: FleetSample, service: string) => sample.containers.filter((one) => one.service === `fleet/${service}`);

describe('a sample', () => {
  test('has every container of the fleet as it stands', async () => {
    const watch = watchAt();
    const sample = await eventually('a restart was counted and the sick one is known', async () => {
      const now = await watch.sample(never);
      const crasher = of(now, 'crasher')[0]!;
      // The engine forgets the exit code when it starts the container again.
      return crasher.restartCount >= 2 && crasher.exitCode === 7 && of(now, 'sick')[0]!.health === 'unhealthy' && now;
    });
    expect(sample.problem).toBeNull();
    expect(of(sample, 'idle')).toMatchObject([
      { number: 1, state: 'running', health: 'none', restartCount: 0, exitCode: 0, name: `${project.name}-idle-1` },
      { number: 2, state: 'running' },
    ]);
    expect(of(sample, 'job')).toMatchObject([{ state: 'exited', exitCode: 5 }]);
    const { stdout } = await execa('docker', ['image', 'inspect', '-f', '{{.Id}}', BUSYBOX]);
    expect(new Set(sample.containers.map((one) => one.image))).toEqual(new Set([stdout]));
    const services = sample.containers.map((one) => one.service);
    expect(services).toEqual(services.toSorted());
  });

  test('tells a container that was started again at once', async () => {
    const watch = watchAt();
    const before = of(await watch.sample(never), 'terminal')[0]!;
    await project.compose('restart', 'terminal');
    const after = of(await watch.sample(never), 'terminal')[0]!;
    expect(after.id).toBe(before.id);
    expect(Date.parse(after.startedAt!)).toBeGreaterThan(Date.parse(before.startedAt!));
  });

  test('measures CPU between two looks, and memory without what is cached', async () => {
    const ending = new AbortController();
    onTestFinished(() => ending.abort());
    const seen: FleetSample[] = [];
    for await (const sample of watchFleet(watchAt(), { clock: systemClock, everyMs: 2000, signal: ending.signal })) {
      seen.push(sample);
      if (seen.length === 3) break;
    }
    expect(seen[0]!.usage.every(({ cpuPercent }) => cpuPercent === null)).toBe(true);
    const last = seen[2]!;
    const usage = (service: string): Usage => last.usage.find(({ container }) => container === of(last, service)[0]!.id)!;
    // The limit is 30 % of a core; what a loaded machine leaves of it is still far from nothing.
    expect(usage('busy').cpuPercent).toBeGreaterThan(5);
    expect(usage('busy').cpuPercent).toBeLessThan(40);
    expect(usage('idle').cpuPercent).toBeLessThan(2);
    expect(usage('hungry').memoryBytes).toBeGreaterThan(20e6);
    expect(usage('idle').memoryBytes).toBeLessThan(5e6);
    expect(usage('busy').memoryLimitBytes).toBe(48 * 1024 * 1024);
    expect(usage('idle').memoryLimitBytes).toBeNull();
    const host = last.host!;
    expect(host.cpuPercent).toBeGreaterThanOrEqual(usage('busy').cpuPercent!);
    expect(host.usedBytes).toBe(last.usage.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0));
    expect(host.memoryBytes).toBeGreaterThan(host.usedBytes);
    expect(host.containers).toBe(last.containers.filter(({ state }) => state === 'running').length);
  });

  test('says why nothing was seen while the engine is away, and goes on when it is back', async () => {
    const { proxy, folder, watch } = await proxied();
    expect((await watch.sample(never)).problem).toBeNull();
    await proxy.close();
    expect(await watch.sample(never)).toMatchObject({
      problem: expect.stringMatching(/no Docker engine answers at unix:|engine at unix:.* does not answer/),
      host: null,
      containers: [],
      usage: [],
    });
    const back = await EngineProxy.start(folder);
    onTestFinished(() => back.close());
    const sample = await eventually('the engine is seen again', async () => {
      const now = await watch.sample(never);
      return now.problem === null && now;
    });
    expect(sample.host?.cpus).toBeGreaterThan(0);
    expect(of(sample, 'idle')).toHaveLength(2);
  });

  test('ends with the signal although the engine does not answer', async () => {
    const { proxy, watch } = await proxied();
    onTestFinished(() => proxy.close());
    const held = proxy.hold(/^GET \/containers\/json/);
    const ending = new AbortController();
    const sample = watch.sample(ending.signal);
    await held.reached;
    ending.abort();
    expect((await sample).problem).not.toBeNull();
  });
});

describe('a log', () => {
  test.each(['talker', 'terminal'])(
    'of %s is followed across a restart and a lost connection, nothing missing or twice',
    async (service) => {
      const { proxy, folder, watch } = await proxied();
      const [id] = await project.containers(service);
      const ending = new AbortController();
      onTestFinished(() => ending.abort());
      const lines: string[] = [];
      const following = (async () => {
        for await (const line of watch.followLog(id!, { tailLines: 3, signal: ending.signal })) lines.push(line);
      })();
      const ofTheSecondStart = () => lines.filter((line) => !line.startsWith(lines[0]!.split(' ')[0]!)).length;
      await eventually('first lines', () => lines.length > 20);
      await execa('docker', ['restart', '-t', '0', id!]);
      await eventually('lines of the second start', () => ofTheSecondStart() > 20);
      await proxy.close();
      const before = lines.length;
      const back = await EngineProxy.start(folder);
      onTestFinished(() => back.close());
      await eventually('lines over the new connection', () => lines.length > before + 20);
      ending.abort();
      await following;
      const { stdout } = await execa('docker', ['logs', id!]);
      const all = stdout.split(/\r?\n/);
      const from = all.indexOf(lines[0]!);
      expect(lines).toEqual(all.slice(from, from + lines.length));
    },
  );

  test('is its last lines, and ends when the container is gone', async () => {
    const watch = watchAt();
    const { stdout: id } = await execa('docker', [
      'run',
      '-d',
      '--name',
      `${project.name}-short`,
      BUSYBOX,
      'sh',
      '-c',
      'printf "a\\nb\\nc"',
    ]);
    await execa('docker', ['wait', id]);
    expect(await watch.readLog(id, 2)).toEqual({ ok: true, value: ['b', 'c'] });
    const lines: string[] = [];
    const following = (async () => {
      for await (const line of watch.followLog(id, { tailLines: 2, signal: never })) lines.push(line);
    })();
    await eventually('both lines', () => lines.length === 2);
    await execa('docker', ['rm', id]);
    await following;
    expect(lines).toEqual(['b', 'c']);
    expect(await watch.readLog(id, 2)).toMatchObject({ ok: false, error: { code: 'engine-error' } });
  });
});
