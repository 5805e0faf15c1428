import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { docker } from '../support/engine-facts.ts';
import { eventually } from '../support/eventually.ts';
import { FleetFolder } from '../support/fleet-folder.ts';
import { findingOf, type Validated, validated } from '../support/validated.ts';

const SECRET = 'a-value-that-nobody-may-see';

/** What a service that is well may say. */
const CALM_WORDS = [
  '0 errors',
  'error_count=17',
  'INFO TypeError, FATAL and CRITICAL are handled',
  '{"level":"info","msg":"ERROR: quoted"}',
];

const fleet = new FleetFolder();
let sleeps: object;
let services: Record<string, object>;

const container = (service: string) => `${fleet.name}-${service}-1`;
const exec = (service: string, script: string) => docker('exec', container(service), 'sh', '-c', script);

/** Has the service log these lines, as if its own process did. */
async function say(service: string, ...lines: readonly string[]): Promise<void> {
  await fleet.write({ [`words/${service}`]: `${lines.join('\n')}\n` });
  await docker('cp', `${fleet.root}/words/${service}`, `${container(service)}:/words`);
  await exec(service, 'cat /words > /proc/1/fd/1');
}

async function configure(validation: object = {}): Promise<void> {
  const listed = Object.keys(services).map((name) => ({ name, health: 'none' }));
  await fleet.config({ categories: { kitchen: { risk: 'low', services: listed } }, validation });
}

beforeAll(async () => {
  sleeps = { image: await fleet.busybox(), command: ['sleep', '600'], init: true, stop_grace_period: '0s' };
  services = {
    calm: sleeps,
    built: await fleet.tiny('built'),
    noisy: { ...sleeps, environment: { APP_TOKEN: SECRET } },
    crashed: sleeps,
    payer: sleeps,
    chatty: sleeps,
    full: { ...sleeps, mem_limit: '64m', shm_size: '64m' },
    starved: { ...sleeps, mem_limit: '16m', memswap_limit: '16m', shm_size: '64m' },
    busy: { ...sleeps, cpus: 0.2 },
    mute: sleeps,
  };
  await fleet.compose(services);
  await configure();
  const { exitCode, text } = await fleet.rebuild('--skip-tests', '--batch-size', '10');
  expect(exitCode, text).toBe(0);
}, 120_000);
afterAll(() => fleet.remove(), 60_000);

test('what services say that are well is no finding, and neither are logs, resources and lists that are in order', async () => {
  await say('calm', ...CALM_WORDS);
  await configure({ post_build: [{ file: 'docker-compose.yml' }], post_deployment: [{ healthy: 'calm' }] });
  const found = await validated(fleet);
  expect(found.codes).toEqual({});
  expect(found.exitCode).toBe(0);
  const seen = Object.fromEntries(found.checks.map((check) => [check.check, check.seen]));
  expect(seen['container-logs']).toBe('4 lines of 10 containers');
  expect(seen['build-logs']).toBe('1 of 1 build have a log');
  expect(seen['post-build']).toBe('1 good');
  expect(seen['post-deployment']).toBe('1 good');
  expect(seen.limits).toMatch(/ of memory, \d+\.\d processors$/);
});

describe('a fleet in trouble', () => {
  let found: Validated;

  beforeAll(async () => {
    // A step that is taken from the cache prints nothing: no other build has this one.
    await fleet.tiny('built', { dockerfile: [`RUN echo "ERROR: the oven is lukewarm" && echo fine && : ${fleet.name}`] });
    await fleet.compose({ ...services, mute: { ...sleeps, logging: { driver: 'none' } } });
    await configure({ log_errors: { patterns: ['(?i)payment declined'], ignore: ['harmless$'], context_lines: 1 } });
    const { exitCode, text } = await fleet.rebuild('--skip-tests', '--batch-size', '10', 'built', 'mute');
    expect(exitCode, text).toBe(0);
    await say('noisy', 'one', 'two', `ERROR: no answer with TOKEN=${SECRET}`, 'three', 'ERROR: harmless', ...repeated(3));
    await say('crashed', ...CALM_WORDS, 'Traceback (most recent call last):', '  File "/app.py", line 1', 'MemoryError', 'after');
    await say('payer', 'Payment Declined for 12');
    await exec('chatty', 'seq 10500 | sed "s/^/line /" > /proc/1/fd/1');
    await exec('full', 'head -c 61000000 /dev/zero > /dev/shm/filled');
    await exec('starved', 'head -c 60000000 /dev/zero > /dev/shm/filled').catch(() => null);
    await docker('exec', '-d', container('busy'), 'sh', '-c', 'while :; do :; done');
    found = await eventually('all of it is seen', async () => {
      const now = await validated(fleet);
      return 'cpu-high' in now.codes && 'log-cut' in now.codes && now;
    });
  }, 120_000);

  test('each finding is of whom it is about, and of nobody else', () => {
    expect(found.codes).toEqual({
      'build-log-errors': ['built'],
      'cpu-high': ['busy'],
      'log-crash': ['crashed', 'payer'],
      'log-cut': ['chatty'],
      'log-errors': ['noisy'],
      'log-unread': ['mute'],
      // What it wrote until then stays in its memory.
      'memory-high': ['full', 'starved'],
      'out-of-memory': ['starved'],
    });
    expect(found.exitCode).toBe(1);
  });

  test('errors of a log come once each, counted, with the lines around them and without secrets', () => {
    expect(findingOf(found, 'log-errors')).toMatchObject({
      severity: 'warning',
      message: `${container('noisy')} has logged 4 errors since the run`,
      evidence: '  ERROR: harmless\n> (3 times) ERROR: took 1 ms\n  two\n> ERROR: no answer with TOKEN=***\n  three',
    });
    expect(findingOf(found, 'log-crash', 'crashed')).toMatchObject({
      severity: 'error',
      message: `${container('crashed')} has logged 1 crash since the run`,
      evidence: '    File "/app.py", line 1\n> MemoryError\n  after',
    });
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  test('a build log is told with its file', () => {
    const finding = findingOf(found, 'build-log-errors')!;
    expect(finding.evidence).toContain('> ERROR: the oven is lukewarm\n  fine');
    expect(finding.file).toMatch(new RegExp(`^${fleet.root}/logs/phase1_builds/[\\d_]+/built\\.log$`));
  });

  test('what was logged before the last run is not of it', async () => {
    const { exitCode, text } = await fleet.rebuild('--skip-tests', '--force', 'payer');
    expect(exitCode, text).toBe(0);
    const { codes } = await validated(fleet);
    expect(codes['log-errors']).toBeUndefined();
    expect(codes['build-log-errors']).toBeUndefined();
    expect(codes['log-crash']).toBeUndefined();
  });
});

const repeated = (times: number) => Array.from({ length: times }, (_, n) => `ERROR: took ${n + 1} ms`);

test('a pattern that RE2 cannot read is an error of the configuration', async () => {
  await configure({ log_errors: { patterns: ['a{5000}'] } });
  const found = await validated(fleet, 'calm');
  expect(found.codes).toEqual({ 'bad-log-pattern': ['-'] });
  expect(found.exitCode).toBe(1);
});

test('the operator’s lists: what can be checked is, free text is tied to a check or left open', async () => {
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/well' ? 200 : 503;
    response.end('all is well');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const at = `http://127.0.0.1:${port}`;
  await configure({
    post_build: ['Every service was built', 'Ask the cook', { disk: '1m' }, { disk: '8000t', name: 'A lot of space' }],
    post_deployment: [
      { http: `${at}/well` },
      { http: `${at}/well`, contains: 'is well', status: 200 },
      { http: `${at}/well`, contains: 'is bad' },
      { http: `${at}/ill` },
      { http: `${at}/well`, status: 204 },
      { tcp: port },
      { tcp: 1 },
      { command: ['sh', '-c', 'test -f docker-compose.yml'] },
      { command: ['sh', '-c', `echo TOKEN=${SECRET}; exit 3`], name: 'Smoke' },
      { command: ['./none'] },
      { command: ['sleep', '20'], timeout: '100ms' },
      { command: ['true'], service: 'calm' },
      { command: ['false'], service: 'calm' },
      { healthy: 'calm' },
      { healthy: 'clam' },
      { http: '/x', service: 'calm' },
      { file: 'nothing.here' },
      'No errors pile up in the logs',
      'Look at the dashboard',
    ],
  });
  const found = await validated(fleet, 'calm');
  expect(found.exitCode).toBe(1);
  const messages = (code: string) => found.findings.filter((one) => one.code === code).map(({ message }) => message);
  expect(messages('listed-check-failed')).toEqual([
    expect.stringMatching(/^A lot of space: \d.* free$/),
    `${at}/well: answered 200 without "is bad"`,
    `${at}/ill: answered 503`,
    `${at}/well: answered 200 instead of 204`,
    expect.stringMatching(/^127\.0\.0\.1:1 accepts connections: .*ECONNREFUSED/),
    'Smoke: exit 3',
    expect.stringMatching(/^\.\/none: it cannot be started/),
    'sleep 20: it was not done in 0.1s',
    'false in calm: false: exit 1',
    'nothing.here is there: it is not there',
  ]);
  expect(messages('listed-check-impossible')).toEqual([
    'clam is healthy: there is no service clam',
    '/x of calm: calm publishes no port',
  ]);
  expect(messages('listed-check-covered')).toEqual([
    'Every service was built: the check `outcome` looks at it',
    'No errors pile up in the logs: the check `container-logs` looks at it',
  ]);
  expect(messages('listed-check-open')).toEqual(['Ask the cook', 'Look at the dashboard']);
  const smoke = found.findings.find(({ message }) => message.startsWith('Smoke'))!;
  expect(smoke).toMatchObject({ evidence: 'TOKEN=***', file: expect.stringContaining('slipway.yaml'), line: expect.any(Number) });
  const { seen } = found.checks.find(({ check }) => check === 'post-build')!;
  expect(seen).toBe('1 good, 1 not, 1 by other checks, 1 for you to look at');
  expect(JSON.stringify(found)).not.toContain(SECRET);
});
