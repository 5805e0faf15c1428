import { existsSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { docker, imageId, imageOf, tagsOf } from '../support/engine-facts.ts';
import { eventually } from '../support/eventually.ts';
import { answerOf, type CliEnd, type FleetFolder, fleetFolder, freePort } from '../support/fleet-folder.ts';

const DEADLINE = {
  health: { startup_grace: '500ms', interval: '200ms', timeout: '2s', retries: 2, stable_for: '300ms' },
  timeouts: { build: '60s', test: '20s', health: '12s' },
};

/** A program on the host that holds a port; the call ends it. */
async function foreignProgram(port: number): Promise<() => Promise<void>> {
  const server: Server = createServer().listen(port, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  return () => new Promise<void>((closed) => server.close(() => closed()));
}

/** Before the first replacement it waits until the test has taken the port: had it been taken before, the rebuild would not have begun. */
const WAIT_FOR_SQUATTER = [['sh', '-c', 'touch wanted; while [ ! -e taken ]; do sleep 0.05; done']];

/** A rebuild in the midst of which a program takes the port. */
async function rebuildSquatted(fleet: FleetFolder, port: number, ...args: string[]): Promise<CliEnd> {
  for (const file of ['wanted', 'taken']) rmSync(join(fleet.root, file), { force: true });
  const ending = fleet.rebuild(...args);
  await eventually('the first replacement', () => existsSync(join(fleet.root, 'wanted')));
  const leave = await foreignProgram(port);
  await fleet.write({ taken: '' });
  try {
    return await ending;
  } finally {
    await leave();
  }
}

/** How each service is broken by its second version; the words that name it rightly. */
const BREAKS = {
  'build-fails': { lines: ['RUN echo the oven is cold && exit 3'], says: /build failed: .*exit code: 3/ },
  'test-fails': { lines: ['RUN echo bad > /www/verdict'], says: /tests failed: exit code 1/ },
  'test-hangs': { lines: ['RUN touch /www/hang'], says: /tests took longer than 2.0s/ },
  'crash-loops': {
    lines: ['CMD ["sh", "-c", "echo cannot read the config; exit 4"]'],
    says: /crash-looping: \d+ restarts?, last exit code 4/,
  },
  'never-starts': { lines: ['ENTRYPOINT ["/no/such/program"]'], says: /never started: .*\/no\/such\/program/ },
  'port-taken': { lines: [], says: /never started: .*(already in use|already allocated)/ },
  exits: { lines: ['CMD ["sh", "-c", "echo out of licences; exit 7"]'], says: /exited with code 7/ },
  'docker-unhealthy': { lines: ['RUN rm /www/health'], says: /unhealthy: / },
  'probe-unhealthy': { lines: ['RUN rm /www/health'], says: /unhealthy: .*404/ },
  'too-slow': {
    lines: ['CMD ["sh", "-c", "sleep 100; exec httpd -f -p 80 -h /www"]'],
    says: /too slow: not healthy within 12s \(/,
  },
  critical: { lines: ['RUN rm /www/health'], says: /unhealthy: .*404/ },
} as const;
type Broken = keyof typeof BREAKS;
const BROKEN = Object.keys(BREAKS) as Broken[];
const UNTOUCHED: readonly Broken[] = ['build-fails', 'test-fails', 'test-hangs'];
const REPLACED = BROKEN.filter((name) => !UNTOUCHED.includes(name));
const PUBLISHED = ['build-fails', 'test-fails', 'probe-unhealthy', 'too-slow', 'critical', 'port-taken'] as const;

interface Ports extends Record<(typeof PUBLISHED)[number], number> {
  readonly taken: number;
}

/** The fleet with each service in its first version, in its broken one, or mended. */
async function writeFleet(fleet: FleetFolder, ports: Ports, state: 'v1' | 'broken' | 'mended'): Promise<void> {
  const special: Partial<Record<string, object>> = {
    'crash-loops': { restart: 'always' },
    exits: { restart: 'no' },
    // With an init process in the way it would start, and that one would exit.
    'never-starts': { init: false },
    'docker-unhealthy': {
      healthcheck: { test: ['CMD', 'wget', '-qO-', 'http://127.0.0.1/health'], interval: '500ms', retries: 2 },
    },
    critical: { environment: { LEVEL: state } },
    'port-taken': { ports: [`127.0.0.1:${state === 'broken' ? ports.taken : ports['port-taken']}:80`] },
  };
  const tiny = (name: string, compose: object = {}) =>
    fleet.tiny(name, {
      version: state,
      port: name in ports && name !== 'port-taken' ? ports[name as keyof Ports] : undefined,
      dockerfile: state === 'broken' && name in BREAKS ? BREAKS[name as Broken].lines : [],
      compose: { ...special[name], ...compose },
    } as never);
  const services: Record<string, object> = {};
  for (const name of BROKEN) services[name] = await tiny(name);
  services['needs-build'] = await tiny('needs-build', { depends_on: ['build-fails'] });
  services['needs-crash'] = await tiny('needs-crash', { depends_on: { 'crash-loops': { condition: 'service_started' } } });
  services['needs-needs'] = await tiny('needs-needs', { depends_on: ['needs-build'] });
  services.tolerant = await tiny('tolerant', {
    depends_on: { 'build-fails': { condition: 'service_started', required: false } },
  });
  services.bystander = await tiny('bystander');
  await fleet.compose(services);
  const probed = { health: '/health' };
  await fleet.config({
    ...DEADLINE,
    ...(state === 'broken' ? { hooks: { before_replace: WAIT_FOR_SQUATTER } } : {}),
    categories: {
      all: {
        services: Object.keys(services).map((name) => ({
          name,
          kind: 'service',
          ...(['probe-unhealthy', 'too-slow', 'critical'].includes(name) ? probed : {}),
          ...(name === 'critical' ? { critical: true } : {}),
          ...(name === 'test-fails'
            ? { test: { command: ['sh', '-c', 'test ! -e /www/verdict || { echo 3 of 4 failed; exit 1; }'] } }
            : {}),
          ...(name === 'test-hangs'
            ? { test: { command: ['sh', '-c', 'test ! -e /www/hang || sleep 100'], timeout: '2s' } }
            : {}),
        })),
      },
    },
  });
}

// Five runs of sixteen services: on a busy machine that takes its time.
test('each way to fail is named rightly, keeps to itself, goes back when told to, and is mended by --continue', async () => {
  const fleet = fleetFolder();
  const ports = { taken: await freePort() } as Record<string, number>;
  for (const name of PUBLISHED) ports[name] = await freePort();
  const at = ports as unknown as Ports;
  await writeFleet(fleet, at, 'v1');
  const first = await fleet.rebuild('--batch-size', 'all');
  expect(first.exitCode, first.text).toBe(0);
  const before = await fleet.containers();
  const imageBefore: Record<string, string> = {};
  for (const name of [...BROKEN, 'needs-crash']) imageBefore[name] = await imageOf(before[name]![0]!);

  await writeFleet(fleet, at, 'broken');
  const broken = await rebuildSquatted(fleet, at.taken, '--batch-size', 'all');
  expect(broken.exitCode, broken.text).toBe(1);
  const after = await fleet.containers();
  for (const name of BROKEN) {
    const line = broken.stdout.split('\n').find((text) => new RegExp(`^\\S ${name} (failed|rolled back): `).test(text));
    expect(line, `${name} in ${broken.stdout}`).toMatch(BREAKS[name].says);
    const back = name === 'critical';
    expect(fleet.state()[name], name).toMatchObject({ status: back ? 'rolled-back' : 'failed' });
  }
  for (const name of UNTOUCHED) expect(after[name], name).toEqual(before[name]);
  expect(await answerOf(at['build-fails'])).toBe('build-fails v1');
  expect(await answerOf(at['test-fails'])).toBe('test-fails v1');
  for (const name of ['needs-build', 'needs-needs']) {
    expect(fleet.state()[name]).toMatchObject({ status: 'skipped', code: 'dependency-failed:build-fails' });
    expect(after[name]).toEqual(before[name]);
    expect(broken.stdout).toMatch(new RegExp(`${name} +skipped: build-fails failed`));
  }
  // It may have been put on the new one before that one's loop was seen; then it is taken back.
  expect(fleet.state()['needs-crash']).toMatchObject({
    status: expect.stringMatching(/^(skipped|rolled-back)$/),
    code: expect.stringMatching(/^dependency-(failed|fell):crash-loops$/),
  });
  expect(await imageOf(after['needs-crash']![0]!)).toBe(imageBefore['needs-crash']);
  for (const name of ['tolerant', 'bystander']) {
    expect(fleet.state()[name]).toMatchObject({ status: 'completed', run: fleet.runs().at(-1) });
    expect(after[name]).not.toEqual(before[name]);
  }
  // What the failed ones wrote last is shown where they are named.
  for (const words of ['the oven is cold', '3 of 4 failed', 'cannot read the config', 'out of licences'])
    expect(broken.stdout).toContain(words);
  // The critical one is back: image, configuration and answer.
  expect(await imageOf(after.critical![0]!)).toBe(imageBefore.critical);
  expect(await imageId(`${fleet.name}-critical:latest`)).toBe(imageBefore.critical);
  expect(await docker('exec', after.critical![0]!, 'env')).toContain('LEVEL=v1');
  expect(await answerOf(at.critical)).toBe('critical v1');

  // Told to, it takes each of them back to what ran before the run, whatever is in place by now.
  const backed = await rebuildSquatted(fleet, at.taken, '--continue', '--rollback-on-fail');
  expect(backed.exitCode, backed.text).toBe(1);
  const back = await fleet.containers();
  for (const name of REPLACED) {
    expect(fleet.state()[name], name).toMatchObject({ status: 'rolled-back', code: 'bad-verdict', image: imageBefore[name] });
    expect(await imageOf(back[name]![0]!), name).toBe(imageBefore[name]);
    expect(await imageId(`${fleet.name}-${name}:latest`), name).toBe(imageBefore[name]);
    const backup = `${fleet.name}-${name}:pre-phase1-rebuild-${fleet.runs().at(-1)}`;
    expect(await imageId(backup), name).toBe(imageBefore[name]);
  }
  for (const name of UNTOUCHED) {
    expect(fleet.state()[name], name).toMatchObject({ status: 'failed' });
    expect(back[name], name).toEqual(before[name]);
  }
  for (const name of ['tolerant', 'bystander']) expect(back[name], name).toEqual(after[name]);
  for (const name of PUBLISHED) expect(await answerOf(at[name])).toBe(`${name} v1`);

  await writeFleet(fleet, at, 'mended');
  const continued = await fleet.rebuild('--continue');
  expect(continued.exitCode, continued.text).toBe(0);
  const end = await fleet.containers();
  expect(Object.values(fleet.state()).map((line) => line.status)).toEqual(Object.keys(before).map(() => 'completed'));
  for (const name of ['tolerant', 'bystander']) expect(end[name], `${name} was done in this run already`).toEqual(after[name]);
  for (const name of PUBLISHED) expect(await answerOf(at[name])).toBe(`${name} mended`);
  expect(Object.keys(await tagsOf(fleet.name)).filter((tag) => tag.includes('candidate'))).toEqual([]);
  await fleet.dockerCompose('up', '-d');
  expect({ ...(await fleet.containers()), tolerant: null, bystander: null }).toEqual({ ...end, tolerant: null, bystander: null });
}, 400_000);
