import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeHolder } from '../../src/journal/holder.ts';
import { tryLockFile } from '../../src/journal/lock.ts';
import { readHostIdentity } from '../../src/util/host-identity.ts';
import { nodeDisk } from '../../src/util/node-disk.ts';
import { bundle } from '../support/cli.ts';
import { BUSYBOX } from '../support/compose-project.ts';
import { docker } from '../support/engine-facts.ts';
import { eventually } from '../support/eventually.ts';
import { FleetFolder, fleetFolder, freePort } from '../support/fleet-folder.ts';
import { folderWith } from '../support/folder.ts';
import { findingOf, type Validated, validated } from '../support/validated.ts';

const SLEEPS = { image: BUSYBOX, command: ['sleep', '600'], init: true, stop_grace_period: '0s' };
const STATE_FILE = '.rebuild_state_phase1.json';

describe('what the runs left behind', () => {
  const fleet = new FleetFolder();
  const kitchen = (more: object = {}) => ({
    categories: {
      kitchen: {
        services: ['plain', 'base', { name: 'api', critical: true }].map((one) =>
          typeof one === 'string' ? { name: one } : one,
        ),
      },
      hall: { services: [{ name: 'top' }] },
    },
    ...more,
  });

  beforeAll(async () => {
    const checked = { test: ['CMD', 'test', '-f', '/www/health'], interval: '300ms', retries: 1 };
    await fleet.compose({
      plain: await fleet.tiny('plain'),
      base: await fleet.tiny('base'),
      top: await fleet.tiny('top', { compose: { depends_on: ['base'] } }),
      api: await fleet.tiny('api', { compose: { healthcheck: checked } }),
    });
    await fleet.config(kitchen());
    const { exitCode, text } = await fleet.rebuild('--skip-tests');
    expect(exitCode, text).toBe(0);
  }, 120_000);
  afterAll(() => fleet.remove(), 60_000);

  /** Validates with another text in the state file, which is put back. */
  async function withState(change: (text: string) => string | null) {
    const text = fleet.stateText();
    const changed = change(text);
    if (changed === null) rmSync(join(fleet.root, STATE_FILE));
    else await fleet.write({ [STATE_FILE]: changed });
    const found = await validated(fleet);
    await fleet.write({ [STATE_FILE]: text });
    return found;
  }

  test('a state file that says what the journal says has no finding', async () => {
    expect(await withState((text) => text)).toMatchObject({ exitCode: 0, codes: {} });
  });

  test('a deleted state file is said, and how it is rebuilt; it is not written', async () => {
    const found = await withState(() => null);
    expect(found).toMatchObject({ exitCode: 1, codes: { 'state-file-missing': ['-'] } });
    expect(findingOf(found, 'state-file-missing')?.remedy).toContain('slipway doctor --fix');
  });

  test('a damaged state file is said', async () => {
    const found = await withState((text) => text.slice(0, 90));
    expect(found.codes).toEqual({ 'state-file-damaged': ['-'] });
  });

  test('each service of which the state file says something else is named, with what both say', async () => {
    const found = await withState((text) =>
      text
        .split('\n')
        .map((line) => (line.startsWith('"base"') ? line.replace('completed', 'failed') : line))
        .map((line) => (line.startsWith('"top"') ? line.replace(/"run":"[^"]+"/, '"run":"20200101_000000"') : line))
        .join('\n'),
    );
    expect(found.codes).toEqual({ 'state-differs': ['base', 'top'] });
    expect(findingOf(found, 'state-differs', 'base')?.message).toBe(
      'base: the state file says status failed; the journal says status completed',
    );
    expect(findingOf(found, 'state-differs', 'top')?.message).toContain('run 20200101_000000');
  });

  test('a state file of another run or outcome is said', async () => {
    const found = await withState((text) => text.replace('"outcome":"done"', '"outcome":"running"'));
    expect(found.codes).toEqual({ 'state-differs': ['-'] });
    expect(findingOf(found, 'state-differs')?.message).toContain('running; the journal says');
  });

  test('what is at work on the fleet without being a run is said', async () => {
    const me = await readHostIdentity(process.pid);
    const about = { startedAt: new Date().toISOString(), command: 'slipway backup --volumes', root: fleet.root };
    const lock = await tryLockFile(nodeDisk, fleet.root, await describeHolder(me, about), me);
    const found = await validated(fleet);
    if (lock.ok) await lock.value.release();
    expect(found).toMatchObject({ exitCode: 0, codes: { 'operation-under-way': ['-'] } });
    expect(findingOf(found, 'operation-under-way')?.message).toContain('slipway backup --volumes');
  });

  test('a run that cannot be read is said, and the others count', async () => {
    const folder = join(fleet.root, '.slipway/runs/20200101_000000');
    mkdirSync(folder);
    writeFileSync(join(folder, 'journal.ndjson'), 'this is no journal\n{}\n');
    const found = await validated(fleet);
    rmSync(folder, { recursive: true });
    expect(found).toMatchObject({ exitCode: 0, codes: { 'history-unreadable': ['-'] } });
  });

  test('without the key of the releases the configuration is not checked: exit code 2, and no key is made', async () => {
    const home = folderWith();
    const { exitCode, stdout } = await fleet.slipway(['validate', '--json'], { env: { XDG_CONFIG_HOME: home } });
    expect(exitCode).toBe(2);
    const { checks } = JSON.parse(stdout) as Awaited<ReturnType<typeof validated>>;
    expect(checks.find(({ check }) => check === 'configuration')).toMatchObject({ outcome: 'not-checked' });
    expect(readdirSync(home)).toEqual([]);
  });

  test('an engine that is away is exit code 2', async () => {
    const { exitCode, stderr } = await fleet.slipway(['validate'], { env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } });
    expect(exitCode, stderr).toBe(2);
    expect(stderr).toContain('error');
  });

  test('a name that the fleet has not is exit code 2, with the nearest one', async () => {
    const { exitCode, stderr } = await fleet.slipway(['validate', 'plane']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('did you mean plain?');
  });

  test('what failed, was skipped or put back by a policy is an error; what was put back by hand is well', async () => {
    const bad = fleetFolder();
    const checked = { test: ['CMD', 'test', '-f', '/www/health'], interval: '300ms', retries: 1 };
    const all = async (version: string, broken: boolean) => {
      await bad.compose({
        plain: await bad.tiny('plain', { version }),
        base: await bad.tiny('base', { version, ...(broken && { dockerfile: ['RUN exit 3'] }) }),
        top: await bad.tiny('top', { version, compose: { depends_on: ['base'] } }),
        api: await bad.tiny('api', {
          version,
          ...(broken && { dockerfile: ['RUN rm /www/health'] }),
          compose: { healthcheck: checked },
        }),
      });
    };
    await bad.config(kitchen());
    await all('v1', false);
    expect((await bad.rebuild('--skip-tests')).exitCode).toBe(0);
    await all('v2', true);
    expect((await bad.rebuild('--skip-tests')).exitCode).toBe(1);
    const expected = { 'service-failed': ['base'], 'service-skipped': ['top'], 'service-rolled-back': ['api'] };
    const found = await validated(bad);
    expect(found).toMatchObject({ exitCode: 1 });
    const ofServices = ({ codes }: Validated) =>
      Object.fromEntries(Object.entries(codes).filter(([code]) => code.startsWith('service-')));
    expect(ofServices(found)).toEqual(expected);
    expect(findingOf(found, 'service-skipped')?.message).toContain('base failed');
    expect(findingOf(found, 'service-skipped')?.remedy).toBe('Go on with `slipway rebuild --continue`');
    const [, log = ''] =
      /^See `slipway (.+)`; go on with `slipway rebuild --continue`$/.exec(findingOf(found, 'service-failed')?.remedy ?? '') ??
      [];
    expect((await bad.slipway(log.split(' '))).stdout).toContain('exit 3');
    const back = await bad.slipway(['rollback', 'plain', '--yes']);
    expect(back.exitCode, back.text).toBe(0);
    const later = await validated(bad);
    expect(ofServices(later)).toEqual(expected);
    // Of several runs only the last can be continued.
    expect(findingOf(later, 'service-failed')?.remedy).toContain('rebuild it: `slipway rebuild base`');
    expect((await validated(bad, 'plain')).standing).toMatchObject({ completed: 0, up: 1 });
  });

  test('a run that is going on is exit code 2; one that was killed is said until it is continued', async () => {
    const cut = fleetFolder();
    await cut.config({ categories: { kitchen: { services: [{ name: 'plain' }, { name: 'slow' }] } } });
    const write = async (lines: readonly string[]) =>
      cut.compose({ plain: await cut.tiny('plain'), slow: await cut.tiny('slow', { dockerfile: lines }) });
    await write([`RUN sleep 60 && echo ${cut.name}`]);
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME, XDG_CONFIG_HOME: folderWith() };
    const running = execa(process.execPath, [bundle(), 'rebuild', '--skip-tests'], {
      cwd: cut.root,
      env,
      extendEnv: false,
      reject: false,
    });
    await eventually('the first one is done while the other is built', () => {
      const events = readdirSync(cut.root).includes(STATE_FILE) ? cut.journal() : [];
      const built = events.some((e) => e.type === 'step-intent' && e.service === 'slow');
      return built && events.some((e) => e.type === 'service-settled' && e.service === 'plain');
    });
    const early = await cut.slipway(['validate'], { env });
    expect(early.exitCode).toBe(2);
    expect(early.stderr).toContain('run-under-way');
    running.kill('SIGKILL');
    await running;
    const late = JSON.parse((await cut.slipway(['validate', '--json'], { env })).stdout) as Awaited<ReturnType<typeof validated>>;
    const said = late.checks.flatMap(({ findings }) => findings.map(({ code, service }) => `${code} ${service ?? '-'}`));
    expect(said.sort()).toEqual(['run-unfinished -', 'service-unfinished slow', 'state-differs -', 'state-differs slow']);
    expect(late.run?.outcome).toBe('interrupted');
    // No release was stored: what the run put in place is what counts.
    expect(late.services.find(({ service }) => service === 'plain')?.marks).toMatchObject({
      outcome: 'passed',
      image: 'passed',
      up: 'passed',
    });
    await write([]);
    const done = await cut.slipway(['rebuild', '--continue'], { env });
    expect(done.exitCode, done.text).toBe(0);
    const after = await cut.slipway(['validate'], { env });
    expect(after.exitCode, after.text).toBe(0);
  });

  test('a run that a hook ended before it began is said', async () => {
    const hooked = fleetFolder();
    await hooked.compose({ plain: SLEEPS });
    await hooked.config({ categories: { kitchen: { services: [{ name: 'plain' }] } }, hooks: { before_run: [['false']] } });
    await hooked.dockerCompose('up', '-d');
    expect((await hooked.rebuild('--skip-tests')).exitCode).toBe(2);
    expect((await validated(hooked)).codes).toMatchObject({ 'run-failed': ['-'], 'service-unfinished': ['plain'] });
  });
});

describe('a fleet that was adopted', () => {
  test('is compared with that release, and before it there is nothing to compare with', async () => {
    const fleet = fleetFolder();
    const [one, two] = [await freePort(), await freePort()];
    await fleet.compose({
      one: await fleet.tiny('one', { port: one }),
      two: await fleet.tiny('two', { port: two }),
    });
    const port = (of: number) => ({
      categories: {
        kitchen: {
          services: [
            { name: 'one', port: of, health: '/health' },
            { name: 'two', port: two, health: '/health' },
          ],
        },
      },
    });
    await fleet.config(port(one));
    await fleet.dockerCompose('up', '-d');
    const none = await fleet.slipway(['validate']);
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toMatch(/nothing-recorded[\s\S]*slipway\s+adopt/);
    expect((await fleet.slipway(['adopt'])).exitCode).toBe(0);
    const found = await validated(fleet);
    expect(found).toMatchObject({ exitCode: 0, run: null, release: { origin: 'adopted' } });
    expect(found.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);

    await docker('restart', '-t', '0', ...Object.values(await fleet.containers()).flat());
    expect(Object.keys((await validated(fleet)).codes)).toContain('engine-restarted');

    await fleet.config(port(two));
    const wrong = await validated(fleet);
    expect(wrong.codes['configured-port-wrong']).toEqual(['one']);
    expect(findingOf(wrong, 'configured-port-wrong')?.message).toContain(`published by two`);
    expect(wrong.codes).not.toHaveProperty('endpoint-failed');
  });
});
