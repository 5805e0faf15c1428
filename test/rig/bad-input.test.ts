import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Rig, refuses } from '../support/rig/rig.ts';

async function rigWith(config: Readonly<Record<string, unknown>> = {}): Promise<Rig> {
  const rig = await Rig.open();
  rig.fleet({ api: {}, web: { depends_on: { api: { condition: 'service_started', required: true } } } }, config);
  return rig;
}

/** Runs a command that must not start: exit 2, nothing on stdout, no file made or changed, no stack trace. Its words on one line. */
async function refusal(rig: Rig, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const before = sizes(rig);
  const { exitCode, stdout, stderr } = await rig.slipway(args, env);
  expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 2, stdout: '' });
  expect(sizes(rig)).toEqual(before);
  expect(stderr).not.toMatch(/\n\s+at .*:\d+:\d+|\[object|Internal error|E[A-Z]{4,}:/);
  return stderr.replace(/\s+/g, ' ');
}

/** Without the lock, which a dead process may have left and the next one takes over. */
function sizes(rig: Rig): string[] {
  const kept = rig.files().filter((path) => path !== '.slipway/lock');
  return kept.map((path) => `${path} ${statSync(join(rig.root, path)).size}`);
}

describe('the configuration', () => {
  test('one that is not there, is a folder, or is no text', async () => {
    const rig = await rigWith();
    expect(await refusal(rig, ['plan', '--config', 'nope.yaml'])).toContain(
      `${rig.root}/nope.yaml does not exist Check the path`,
    );
    expect(await refusal(rig, ['plan', '--config', 'api'])).toContain('does not exist as a file: it is a folder');
    rig.write({ 'bad.yaml': '\u0000\u0001' });
    writeFileSync(join(rig.root, 'bad.yaml'), Buffer.from([0xff, 0xfe, 0x00]));
    expect(await refusal(rig, ['plan', '--config', 'bad.yaml'])).toContain('not UTF-8 text save it as UTF-8');
  });

  test('invalid YAML is shown with its line', async () => {
    const rig = await rigWith();
    rig.write({ 'slipway.yaml': 'phase: phase1\ncategories: [a\nbatch: {}\n' });
    expect(await refusal(rig, ['rebuild'])).toMatch(/slipway\.yaml:3:1 error yaml-syntax .* 3 \| batch/);
  });

  test('every mistake at once, each with its place and what would be right', async () => {
    const rig = await rigWith({
      phase: 5,
      batch: { size: -1, sise: 3 },
      timeouts: { build: '5 parsecs' },
      categories: { a: { risk: 'lo', services: [{ name: 'apii' }, { nam: 'x' }] } },
    });
    const said = await refusal(rig, ['rebuild']);
    for (const part of [
      'bad-phase phase: expected a name',
      'put it in quotes: `"5"`',
      'batch.size: expected a whole number from 1 on, or `all`, found -1',
      'batch.sise: there is no such key',
      'did you mean `size`?',
      'timeouts.build: expected a duration such as `30s`',
      'did you mean `low`?',
      'name of service 2 of a: missing',
      'No Compose file has a service `apii`',
      'Did you mean `api`?',
    ])
      expect(said).toContain(part);
    expect(said.match(/slipway\.yaml:\d+:\d+ error/g)?.length).toBeGreaterThanOrEqual(7);
  });
});

describe('what is selected', () => {
  test.each([
    [['rebuild', 'wep'], 'unknown-service there is no service wep in this fleet did you mean web?'],
    [['rebuild', 'api,wep'], 'there is no service wep in this fleet'],
    [['rebuild', '--category', 'cor'], 'unknown-category there is no category cor in this fleet'],
    [['rebuild', 'web', '--category', 'core'], 'empty-selection'],
    [['plan', 'wep'], 'did you mean web?'],
    [['rebuild', 'wep', '--dry-run'], 'did you mean web?'],
  ])('%j', async (args, words) => {
    const rig = await rigWith({ categories: { core: { services: [{ name: 'api' }] } } });
    expect(await refusal(rig, args)).toContain(words);
  });

  test('a mistyped name does not cost the run that could be continued', async () => {
    const rig = await rigWith();
    const cli = rig.start(['rebuild', 'api', 'web']);
    await rig.bake('api');
    cli.signal('SIGKILL');
    await cli.ended;
    expect(await refusal(rig, ['rebuild', 'wep'])).toContain('did you mean web?');
    expect(await refusal(rig, ['rebuild', '--plan', 'nope.json'])).toContain('cannot be read: it does not exist');
    expect(rig.journal().map((event) => event.type)).not.toContain('run-finished');
    expect(await refusal(rig, ['rebuild', '--continue', 'db'])).toContain('The service db is not part of the run');
    const again = rig.start(['rebuild', '--continue']);
    await rig.finishBake(await rig.bake('api'));
    await again.prints('api      built');
  });

  test('nothing to continue', async () => {
    expect(await refusal(await rigWith(), ['rebuild', '--continue'])).toContain(
      'there is no run of phase phase1 to continue start one with',
    );
  });
});

describe('a plan file', () => {
  async function planned(): Promise<{ rig: Rig; plan: Record<string, unknown> }> {
    const rig = await rigWith();
    expect((await rig.slipway(['plan', 'api', '--out', 'plan.json'])).exitCode).toBe(0);
    return { rig, plan: JSON.parse(readFileSync(join(rig.root, 'plan.json'), 'utf8')) as Record<string, unknown> };
  }

  test.each<[string, (plan: Record<string, unknown>) => string | null, string]>([
    ['missing', () => null, 'The plan file cannot be read: it does not exist'],
    ['garbage', () => 'garbage', 'it is not JSON'],
    ['cut short', (plan) => JSON.stringify(plan).slice(0, -40), 'it is not JSON'],
    ['of another version', (plan) => JSON.stringify({ ...plan, version: 2 }), 'version'],
    ['no plan at all', () => '[]', 'make it anew with slipway plan --out FILE'],
  ])('%s', async (_, textOf, words) => {
    const { rig, plan } = await planned();
    const text = textOf(plan);
    if (text !== null) rig.write({ 'given.json': text });
    expect(await refusal(rig, ['rebuild', '--plan', 'given.json'])).toContain(words);
  });

  test('that is a folder', async () => {
    expect(await refusal(await rigWith(), ['rebuild', '--plan', 'api'])).toContain(
      'The plan file cannot be read: it is a folder',
    );
  });

  test('that was edited, or is of a fleet that has changed since', async () => {
    const { rig, plan } = await planned();
    const edited = { ...plan, services: (plan.services as { wave: number }[]).map((service) => ({ ...service, wave: 7 })) };
    rig.write({ 'edited.json': JSON.stringify(edited) });
    expect(await refusal(rig, ['rebuild', '--plan', 'edited.json'])).toMatch(/plan/);
    rig.write({ 'api/new-file': 'changed' });
    expect(await refusal(rig, ['rebuild', '--plan', 'plan.json'])).toMatch(/moved|changed|differ|no longer/);
  });
});

describe('what Compose refuses, in its words and at its place', () => {
  test.each([
    [
      'service "web" refers to undefined network back: invalid compose project',
      /docker-compose\.yml:\d+:\d+ error compose-rejected service "web" refers/,
    ],
    [
      'error while interpolating services.api.image: required variable X is missing a value: must be set',
      /docker-compose\.yml:\d+:\d+ error compose-rejected .*must be set/,
    ],
    ['dependency cycle detected: api -> web -> api', /docker-compose\.yml error compose-rejected dependency cycle detected/],
    [
      'time="2026-01-01T00:00:00Z" level=warning msg="The \\"X\\" variable is not set. Defaulting to a blank string."\nyaml: line 7: did not find expected key',
      /compose-rejected yaml: line 7: did not find expected key/,
    ],
  ])('%s', async (words, expected) => {
    const rig = await rigWith();
    rig.answer(/ config --format json/, refuses(`${words}\n`, 15));
    const said = await refusal(rig, ['rebuild']);
    expect(said).toMatch(expected);
    expect(said).toContain('correct the Compose file; docker compose config shows the same');
  });

  test('a Compose that prints no model', async () => {
    const rig = await rigWith();
    rig.answer(/ config --format json/, async (call) => {
      await call.stdout('{"name": "rig", "serv');
      await call.exit();
    });
    expect(await refusal(rig, ['plan'])).toContain('docker compose config');
  });
});

describe('the engine', () => {
  test.each([
    ['ssh://host', 'address ssh://host is not one that Slipway can use'],
    ['nonsense', 'address nonsense is not one that Slipway can use'],
  ])('DOCKER_HOST=%s', async (DOCKER_HOST, words) => {
    const said = await refusal(await rigWith(), ['rebuild'], { DOCKER_HOST });
    expect(said).toContain(`error no-engine the Docker engine's ${words} set DOCKER_HOST or the docker context to a unix or tcp`);
  });

  test('a context that does not exist', async () => {
    const said = await refusal(await rigWith(), ['rebuild'], { DOCKER_HOST: '', DOCKER_CONTEXT: 'nope' });
    expect(said).toContain('the docker context nope does not exist or names no engine');
  });

  test('no permission on its socket: the address and what to do, not the request', async () => {
    const rig = await rigWith();
    const words =
      'permission denied while trying to connect to the Docker daemon socket at unix:///run/d.sock: Get "http://%2Frun%2Fd.sock/v1.45/info": dial unix /run/d.sock: connect: permission denied\n';
    rig.answer(/^docker info/, refuses(words));
    const said = await refusal(rig, ['rebuild']);
    expect(said).toContain(
      'error no-permission no permission to use the Docker engine at unix:///run/d.sock add your user to the group docker',
    );
  });

  test('nobody listens', async () => {
    const rig = await rigWith();
    rig.answer(
      /^docker info/,
      refuses('Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker daemon running?\n'),
    );
    expect(await refusal(rig, ['rebuild'])).toContain(
      'no Docker engine answers: Cannot connect to the Docker daemon at tcp://127.0.0.1:1',
    );
  });
});

describe('the key of the releases', () => {
  test('one that the operator names has to be there and to be a key', async () => {
    const rig = await rigWith({ rollback: { key_file: 'keys/release.key' } });
    expect(await refusal(rig, ['rebuild'])).toContain(
      `${rig.root}/keys/release.key error file-missing Cannot read the key of the releases`,
    );
    rig.write({ 'keys/release.key': 'short' });
    expect(await refusal(rig, ['rebuild'])).toContain(
      'must be 32 bytes, or their hex digits; the file has 5 bytes make one with `openssl rand',
    );
  });

  test('a settings folder that cannot be used is told before anything is done', async () => {
    const rig = await rigWith();
    rig.write({ file: '' });
    expect(await refusal(rig, ['rebuild'], { XDG_CONFIG_HOME: join(rig.root, 'file') })).toContain(
      'Cannot make the key of the releases',
    );
  });
});

describe('history that is damaged', () => {
  async function rebuilt(): Promise<{ rig: Rig; journal: string; text: string }> {
    const rig = await rigWith();
    rig.finishUps();
    rig.answer(/^docker-buildx bake/, (bake) => rig.finishBake(bake));
    expect((await rig.slipway(['rebuild', 'api'])).exitCode).toBe(0);
    const journal = rig.files().find((path) => path.endsWith('journal.ndjson'))!;
    return { rig, journal, text: readFileSync(join(rig.root, journal), 'utf8') };
  }

  test('garbage in the middle of a journal stops every command that would build on it', async () => {
    const { rig, journal, text } = await rebuilt();
    const lines = text.split('\n');
    rig.write({ [journal]: [...lines.slice(0, 2), 'GARBAGE', ...lines.slice(3)].join('\n') });
    for (const args of [['rebuild'], ['rebuild', '--continue'], ['plan']]) {
      const said = await refusal(rig, args);
      expect(said).toContain(
        `${journal}:3 error journal-damaged The journal cannot be used: the line is no JSON restore the file`,
      );
    }
    rig.write({ [journal]: [...lines.slice(0, 2), ...lines.slice(3)].join('\n') });
    expect(await refusal(rig, ['rebuild'])).toContain('event 4 follows event 2');
  });

  test('a journal that was cut short is said, continued, and what it recorded is not done again', async () => {
    const { rig, journal, text } = await rebuilt();
    rig.write({ [journal]: text.slice(0, -25) });
    const { exitCode, stderr } = await rig.slipway(['rebuild', '--continue']);
    expect(exitCode).toBe(0);
    expect(stderr.replace(/\s+/g, ' ')).toMatch(
      /warning journal-cut-short The last record of run \S+ was cut short and is left out \(\d+ bytes\)/,
    );
    expect(rig.calls.filter((call) => / bake | up /.test(call.line))).toHaveLength(2);
    expect(rig.journal().at(-1)).toMatchObject({ type: 'run-finished', outcome: 'done' });
  });

  test('a journal without one whole record is passed over, and said', async () => {
    const { rig, journal } = await rebuilt();
    rig.write({ [journal]: '{"v":1,"se' });
    const { exitCode, stderr } = await rig.slipway(['plan', 'api']);
    expect(exitCode).toBe(0);
    expect(stderr.replace(/\s+/g, ' ')).toContain('was cut short before its first record ended: the run is passed over');
  });

  test.each(['', 'garbage', '{"version":1,"ph', '{"version":9}'])('a state file of %j is written anew', async (text) => {
    const { rig } = await rebuilt();
    const file = '.rebuild_state_phase1.json';
    const good = JSON.parse(readFileSync(join(rig.root, file), 'utf8')) as { services: unknown };
    rig.write({ [file]: text });
    expect((await rig.slipway(['status'])).stdout).toContain('1 completed');
    expect((await rig.slipway(['rebuild', 'api'])).exitCode).toBe(0);
    expect(JSON.parse(readFileSync(join(rig.root, file), 'utf8'))).toMatchObject({ version: 1, services: good.services });
  });
});

test('places that cannot be written are named, and a run without a state file or logs goes on', async () => {
  const rig = await rigWith();
  rig.finishUps();
  rig.answer(/^docker-buildx bake/, (bake) => rig.finishBake(bake));
  mkdirSync(join(rig.root, '.rebuild_state_phase1.json'));
  rig.write({ logs: 'a file where the folder of the logs belongs' });
  chmodSync(join(rig.root, 'logs'), 0o644);
  const { exitCode, stderr } = await rig.slipway(['rebuild', 'api']);
  expect(exitCode).toBe(0);
  expect(stderr).toContain('Cannot write the state file');
  expect(stderr).toContain('logs');
  expect(stderr).not.toMatch(/\n\s+at .*:\d+:\d+|E[A-Z]{4,}:/);
});
