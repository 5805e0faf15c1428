import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUSYBOX } from '../support/compose-project.ts';
import { docker, inspect } from '../support/engine-facts.ts';
import { eventually } from '../support/eventually.ts';
import { FleetFolder, freePort } from '../support/fleet-folder.ts';
import { findingOf, type Validated, validated } from '../support/validated.ts';

const SECRET = 'a-value-that-nobody-may-see';

/** Answers as late as the container's own file says, in seconds. */
const SLOW = '#!/bin/sh\nsleep $(cat /delay)\nprintf "Content-type: text/plain\\r\\n\\r\\nok\\n"\n';

const fleet = new FleetFolder();
const ports = { calm: 0, mute: 0, slow: 0, silent: 0 };
let sleeps: object;
let services: Record<string, object>;

const shell = (script: string, more: object = {}) => ({ ...sleeps, command: ['sh', '-c', script], ...more });

const httpService = (name: keyof typeof ports, critical = false) => ({ name, port: ports[name], health: '/health', critical });

async function configure(more: readonly string[] = []): Promise<void> {
  const plain = Object.keys(services).filter((name) => !['calm', 'mute', 'slow', 'late', 'lazy', 'ghost'].includes(name));
  const listed = [
    httpService('calm', true),
    httpService('mute'),
    { ...httpService('slow'), health: '/cgi-bin/health' },
    ...[...plain, ...more].map((name) => ({ name, critical: name === 'sick' })),
  ];
  await fleet.config({
    categories: { kitchen: { risk: 'low', services: listed } },
    validation: { limits: { response_time: '700ms' } },
  });
}

beforeAll(async () => {
  for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort();
  await fleet.write({ 'conf/app.conf': 'one\n', 'flags/.keep': '', 'slow/health': SLOW });
  sleeps = { image: await fleet.busybox(), command: ['sleep', '600'], init: true, stop_grace_period: '0s' };
  services = {
    calm: await fleet.tiny('calm', { port: ports.calm }),
    mute: await fleet.tiny('mute', { port: ports.mute }),
    slow: await fleet.tiny('slow', {
      port: ports.slow,
      dockerfile: ['COPY --chmod=755 health /www/cgi-bin/health', 'RUN echo 0 > /delay'],
    }),
    moved: await fleet.tiny('moved'),
    untagged: await fleet.tiny('untagged'),
    other: await fleet.tiny('other'),
    silent: shell('mkdir /www; httpd -p 80 -h /www; exec sleep 600', { ports: [`127.0.0.1:${ports.silent}:80`] }),
    stopped: sleeps,
    paused: sleeps,
    gone: sleeps,
    made: sleeps,
    looping: shell('[ -f /tmp/die ] && exit 3; exec sleep 600', { restart: 'always' }),
    crashed: { ...sleeps, restart: 'always' },
    again: sleeps,
    sick: shell('touch /tmp/well; exec sleep 600', {
      healthcheck: {
        test: ['CMD', 'sh', '-c', `test -f /tmp/well || { echo TOKEN=${SECRET}; exit 1; }`],
        interval: '300ms',
        retries: 1,
      },
      environment: { APP_TOKEN: SECRET },
    }),
    fresh: { ...sleeps, healthcheck: { test: ['CMD', 'true'], interval: '300ms' } },
    job: shell('[ ! -f /flags/bad ]', { restart: 'no', volumes: ['./flags:/flags'] }),
    'long-job': shell('while [ -f /flags/busy ]; do sleep 0.1; done', { restart: 'no', volumes: ['./flags:/flags'] }),
    pair: { ...sleeps, scale: 2 },
    single: sleeps,
    drifted: { ...sleeps, environment: { LEVEL: 'low', DB_PASSWORD: SECRET } },
    mounted: { ...sleeps, volumes: ['./conf/app.conf:/app.conf:ro'] },
    edited: { ...sleeps, environment: { LEVEL: 'low' } },
  };
  await fleet.compose(services);
  await configure();
  const { exitCode, text } = await fleet.rebuild('--skip-tests', '--batch-size', '10');
  expect(exitCode, text).toBe(0);
}, 180_000);
afterAll(() => fleet.remove(), 60_000);

const container = (service: string) => `${fleet.name}-${service}-1`;
const exec = (service: string, ...command: readonly string[]) => docker('exec', container(service), ...command);

test('a fleet that was just rebuilt has no finding, and looking at it writes nothing', async () => {
  const before = fleet.listing();
  const found = await validated(fleet, '--expect', '23');
  expect(found.codes).toEqual({});
  expect(found).toMatchObject({ exitCode: 0, ok: true, counts: { error: 0, warning: 0, info: 0 } });
  expect(found.standing).toEqual({ services: 23, completed: 23, up: 23, expected: 23 });
  expect(found.release?.release).toBe(found.run?.run);
  expect(
    found.services
      .map(({ service }) => service)
      .slice(0, 2)
      .sort(),
  ).toEqual(['calm', 'sick']);
  expect(found.services.flatMap(({ marks }) => Object.values(marks)).filter((mark) => mark !== 'passed')).toEqual([]);
  expect(fleet.listing()).toEqual(before);
});

describe('a fleet that others had to do with since', () => {
  let found: Validated;

  beforeAll(async () => {
    const tag = (name: string) => `${fleet.name}-${name}:latest`;
    await fleet.write({ 'other/version': 'other v2\n', 'conf/app.conf': 'two\n', 'flags/bad': '', 'flags/busy': '' });
    const level = { LEVEL: 'high', DB_PASSWORD: `${SECRET}-2` };
    services = {
      ...services,
      drifted: { ...services.drifted, environment: level },
      edited: { ...services.edited, environment: { LEVEL: 'high' } },
      fresh: { ...sleeps, healthcheck: { test: ['CMD', 'true'], interval: '10m' } },
      late: sleeps,
      lazy: sleeps,
    };
    await fleet.compose(services);
    await configure(['lazy']);
    await docker('stop', container('stopped'));
    await docker('pause', container('paused'));
    await docker('rm', '-f', container('gone'), container('made'), `${fleet.name}-pair-2`);
    await fleet.dockerCompose('create', 'made');
    await fleet.dockerCompose('build', '-q', 'other');
    await fleet.dockerCompose('up', '-d', '--no-deps', 'other', 'drifted', 'fresh', 'late');
    await fleet.dockerCompose('up', '-d', '--no-deps', '--no-recreate', '--scale', 'single=2', 'single');
    await docker('tag', BUSYBOX, tag('moved'));
    await docker('rmi', '-f', tag('untagged'));
    await docker('restart', '-t', '0', container('again'));
    await docker('start', container('job'), container('long-job'));
    await exec('sick', 'rm', '/tmp/well');
    await exec('mute', 'rm', '/www/health');
    await exec('slow', 'sh', '-c', 'echo 1 > /delay');
    await exec('silent', 'killall', 'httpd');
    await exec('crashed', 'killall', '-9', 'sleep');
    await exec('looping', 'touch', '/tmp/die');
    await exec('looping', 'killall', '-9', 'sleep');
    const labels = (service: string) =>
      Object.entries({ project: fleet.name, service, oneoff: 'False', 'config-hash': 'x', 'container-number': '9' }).flatMap(
        ([name, value]) => ['--label', `com.docker.compose.${name}=${value}`],
      );
    const half = `${randomBytes(6).toString('hex')}_${container('calm')}`;
    await docker('create', '--name', half, ...labels('calm'), BUSYBOX, 'sleep', '600');
    await docker('run', '-d', '--init', '--name', container('ghost'), ...labels('ghost'), BUSYBOX, 'sleep', '600');
    const shown = (service: string, format: string) => inspect(container(service), format);
    await eventually(
      'the crashed one is up again',
      async () => (await shown('crashed', '{{.RestartCount}} {{.State.Status}}')) === '1 running',
    );
    await eventually('the sick one is unhealthy', async () => (await shown('sick', '{{.State.Health.Status}}')) === 'unhealthy');
    await eventually(
      'the job has ended',
      async () => (await shown('job', '{{.State.Status}} {{.State.ExitCode}}')) === 'exited 1',
    );
    // Between two waits of the engine it runs for a moment.
    found = await eventually('the looping one was seen waiting', async () => {
      const now = await validated(fleet);
      return now.codes.restarting && now;
    });
  }, 120_000);

  test('has each finding at the service that it is about, and no other', () => {
    expect(found.codes).toEqual({
      'never-rebuilt': ['-'],
      'state-outdated': ['-'],
      'image-differs': ['other'],
      'tag-moved': ['moved', 'other'],
      'tag-missing': ['untagged'],
      'config-differs': ['drifted', 'fresh'],
      'mounted-file-changed': ['mounted'],
      'files-changed': ['edited'],
      'not-running': ['stopped'],
      'container-paused': ['paused'],
      'container-missing': ['gone'],
      'never-started': ['made'],
      restarting: ['looping'],
      unhealthy: ['sick'],
      'health-starting': ['fresh'],
      'one-shot-failed': ['job'],
      'one-shot-running': ['long-job'],
      'replicas-missing': ['pair'],
      'replicas-extra': ['single'],
      restarted: ['crashed', 'looping'],
      'started-again': ['again'],
      'container-replaced': ['drifted', 'fresh', 'other', 'single'],
      'one-shot-again': ['job', 'long-job'],
      'endpoint-failed': ['mute'],
      'endpoint-slow': ['slow'],
      'port-closed': ['silent'],
      'replace-unfinished': ['calm'],
      'orphan-container': ['-'],
      'not-recorded': ['late'],
      'not-started': ['lazy'],
    });
    expect(found).toMatchObject({ exitCode: 1, ok: false });
  });

  test('says what differs, by name and never by value', async () => {
    expect(findingOf(found, 'config-differs', 'drifted')?.message).toContain('environment (DB_PASSWORD, LEVEL)');
    expect(findingOf(found, 'config-differs', 'fresh')?.message).toContain('healthcheck');
    expect(findingOf(found, 'never-rebuilt')?.message).toContain('lazy');
    expect(findingOf(found, 'replace-unfinished')?.remedy).toMatch(/docker rm -f [0-9a-f]{12}_/);
    expect(findingOf(found, 'orphan-container')?.message).toContain('ghost');
    expect(findingOf(found, 'not-running')?.message).toMatch(/ended with code \d+/);
    expect(findingOf(found, 'restarting')?.message).toContain('ended with code 3');
    expect(findingOf(found, 'endpoint-failed')?.message).toContain(`http://127.0.0.1:${ports.mute}/health: GET /health: 404`);
    expect(findingOf(found, 'endpoint-slow')?.message).toMatch(/took \d+\.\ds to answer .* limit is 0\.7s/);
    expect(findingOf(found, 'mounted-file-changed')?.message).toContain('conf/app.conf');
    expect(findingOf(found, 'unhealthy')?.evidence).toContain('exit 1');
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  test('counts what is completed and what is up, and holds it against what is expected', async () => {
    expect(found.standing).toMatchObject({ services: 24, completed: 23, expected: null });
    const counted = await validated(fleet, 'calm', 'moved', '--expect', '3');
    expect(counted.standing).toEqual({ services: 2, completed: 2, up: 2, expected: 3 });
    expect(findingOf(counted, 'count-differs')?.message).toContain('Expected 3 completed and 3 up');
  });

  test('shows a table, critical services first, that fits 80 columns', async () => {
    const { exitCode, stdout } = await fleet.slipway(['validate'], { env: { NO_COLOR: '1' } });
    expect(exitCode).toBe(1);
    const lines = stdout.split('\n');
    const row = (service: string) => lines.findIndex((line) => line.trimStart().startsWith(`${service} `));
    expect(row('sick')).toBeGreaterThan(0);
    expect(row('sick')).toBeLessThan(row('stopped'));
    expect(lines[row('drifted')]).toMatch(/drifted +✓ +✓ +✗ +✓ +! +–/);
    expect(stdout).toMatch(/24 services: 23 completed, \d+ up/);
    // Names of containers cannot be broken.
    expect(lines.filter((line) => [...line].length > 80)).toEqual([]);
  });

  test('warnings count with --strict only', async () => {
    expect(await validated(fleet, 'moved')).toMatchObject({ exitCode: 0, counts: { error: 0, warning: 1 } });
    expect(await validated(fleet, 'moved', '--strict')).toMatchObject({ exitCode: 1 });
  });

  test('goes into a JUnit file, one case a service', async () => {
    const { exitCode, text } = await fleet.slipway([
      'validate',
      'drifted',
      'calm',
      'moved',
      '--junit',
      'out/validate.xml',
      '--output',
      'quiet',
    ]);
    expect(exitCode, text).toBe(1);
    const xml = fleet.read('out/validate.xml');
    expect(xml).toContain('<testcase name="drifted" classname="phase1.kitchen"');
    expect(xml).toContain('type="config-differs"');
    expect(xml).toContain('warning tag-moved');
    expect(xml).not.toContain(SECRET);
  });
});
