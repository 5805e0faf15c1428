import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bundle, cliEnv } from '../support/cli.ts';
import { doctor } from '../support/doctor-report.ts';
import { docker } from '../support/engine-facts.ts';
import { eventually } from '../support/eventually.ts';
import { type FleetFolder, fleetFolder } from '../support/fleet-folder.ts';
import { type Running, startRunning } from '../support/running.ts';
import { slipwayIn } from '../support/terminal.ts';

const SIZE = { columns: 80, rows: 50 };

/** A folder for the key of the releases, the same for every call. */
function ownHome(): Record<string, string> {
  const home = mkdtempSync(join(tmpdir(), 'slipway-home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  return { XDG_CONFIG_HOME: home };
}

/** The helper containers of the fleet's runs. */
async function helpers(fleet: FleetFolder): Promise<string[]> {
  const filters = ['--filter', `label=io.slipway.project=${fleet.name}`, '--filter', 'label=io.slipway.run'];
  return (await docker('ps', '-a', ...filters, '--format', '{{.Names}}')).split('\n').filter(Boolean);
}

/** All tags of the service's repository. */
async function tags(fleet: FleetFolder): Promise<string[]> {
  return (await docker('images', `${fleet.name}-api`, '--format', '{{.Tag}}')).split('\n').filter(Boolean).sort();
}

function marker(fleet: FleetFolder): Promise<string> {
  return docker('ps', '-aq', '--filter', `name=^slipway-lock-${fleet.name}$`);
}

/** The processes that work on a Compose project for a Slipway, dead or alive. */
function childrenFor(project: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const mark = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
        return mark.some((entry) => entry.startsWith('SLIPWAY_CHILD=') && entry.endsWith(` ${project}`));
      } catch {
        return false; // it has just ended
      }
    })
    .map(Number);
}

/** Waits until a rebuild is inside its test, which never ends. */
async function startTesting(fleet: FleetFolder, env: Record<string, string>): Promise<Running> {
  await fleet.compose({ api: await fleet.tiny('api', { version: 'v2' }) });
  await fleet.config({
    categories: { all: { services: [{ name: 'api', test: { command: ['sleep', '600'], timeout: '600s' } }] } },
  });
  const run = startRunning([bundle(), 'rebuild', '--output', 'json'], { cwd: fleet.root, env: cliEnv(env) });
  onTestFinished(() => run.signal('SIGKILL'));
  await eventually('the test container runs', async () => (await helpers(fleet)).length === 1);
  return run;
}

test('what a killed rebuild left is put right after asking; a live run and what a continuation needs survive', async () => {
  const env = ownHome();
  const fleet = fleetFolder();
  await fleet.compose({ api: await fleet.tiny('api') });
  await fleet.config({ categories: { all: { services: [{ name: 'api' }] } } });
  expect(await fleet.slipway(['rebuild'], { env })).toMatchObject({ exitCode: 0 });
  const [done] = fleet.runs();

  const running = await startTesting(fleet, env);
  const cut = fleet.runs().at(-1)!;
  // As if the engine had not answered when the run cleared up behind itself.
  await docker('tag', `${fleet.name}-api:latest`, `${fleet.name}-api:candidate-${done}`);
  const inUse = { helpers: await helpers(fleet), tags: await tags(fleet), lock: fleet.read('.slipway/lock') };
  const live = await fleet.slipway(['doctor', '--fix', '--yes'], { env });
  expect(live).toMatchObject({ exitCode: 2, stdout: '' });
  expect(live.stderr).toContain('Nothing is fixed while the lock is held by process');
  expect((await doctor(fleet, [], env)).of('lock')).toEqual(['locked']);
  expect({ helpers: await helpers(fleet), tags: await tags(fleet), lock: fleet.read('.slipway/lock') }).toEqual(inUse);

  running.signal('SIGKILL');
  await running.ended;
  chmodSync(join(fleet.root, '.slipway/lock'), 0o644);
  const report = await doctor(fleet, [], env);
  expect(report.of('lock')).toEqual(['stale-lock']);
  expect(report.of('leftovers')).toEqual(['leftover-candidates', 'leftover-helpers', 'run-cut-off']);
  expect(report.found('leftover-candidates')[0]!.evidence).toBe(`${fleet.name}-api:candidate-${done}`);
  expect(report.found('leftover-helpers')[0]!.evidence).toBe(inUse.helpers[0]);
  expect(report.of('records')).toEqual(['state-file-behind']);

  const before = fleet.listing();
  const dry = await fleet.slipway(['doctor', '--fix', '--dry-run'], { env });
  expect(dry.stdout).toContain(`remove the candidate tag ${fleet.name}-api:candidate-${done}`);
  const refused = await fleet.slipway(['doctor', '--fix'], { env });
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
  expect(refused.stderr).toContain('there is no terminal to ask');
  const no = slipwayIn(SIZE, ['doctor', '--fix'], { cwd: fleet.root, env });
  await no.until('the question', (t) => t.screen().some((line) => line.includes('[y/N]')));
  no.type('n\r');
  expect(await no.ended).toEqual({ code: 2, signal: 0 });
  expect(no.history().join('\n')).toContain('Nothing was touched');
  expect(fleet.listing()).toEqual(before);
  expect({ helpers: await helpers(fleet), tags: await tags(fleet) }).toEqual({ helpers: inUse.helpers, tags: inUse.tags });

  const yes = slipwayIn(SIZE, ['doctor', '--fix'], { cwd: fleet.root, env });
  await yes.until('the question', (t) => t.screen().some((line) => line.includes('[y/N]')));
  yes.type('y\r');
  expect(await yes.ended).toEqual({ code: 0, signal: 0 });
  const said = yes.history().join('\n').replaceAll(/\s+/g, ' ');
  expect(said).toContain(`done: remove the test container ${inUse.helpers[0]}`.slice(0, 60));
  expect(said).toContain('done: write the state file anew from the journals');
  expect(await helpers(fleet)).toEqual([]);
  expect(await marker(fleet)).toBe('');
  expect(existsSync(join(fleet.root, '.slipway/lock'))).toBe(false);
  expect(await tags(fleet)).toEqual(inUse.tags.filter((tag) => tag !== `candidate-${done}`));
  expect(JSON.parse(fleet.stateText())).toMatchObject({ run: cut, outcome: 'interrupted' });

  const again = await fleet.slipway(['doctor', '--fix'], { env });
  expect(again.exitCode, again.text).toBe(0);
  expect(again.stdout).toMatch(/^Nothing to fix\n/);

  // The candidate was kept: the continuation builds nothing.
  await fleet.config({ categories: { all: { services: [{ name: 'api', test: { command: ['true'] } }] } } });
  const resumed = await fleet.slipway(['rebuild', '--continue'], { env });
  expect(resumed.exitCode, resumed.text).toBe(0);
  const builds = fleet.journal().filter((event) => event.type === 'step-outcome' && event.step === 'api:build');
  expect(builds).toHaveLength(1);
});

test('the build that a killed rebuild left at work is ended; the live rebuild of another fleet is not', async () => {
  const env = ownHome();
  const [fleet, neighbour] = [fleetFolder(), fleetFolder()];
  const runs: Running[] = [];
  for (const one of [fleet, neighbour]) {
    const dockerfile = [`RUN echo ${one.name} && sleep 120`];
    await one.compose({ api: await one.tiny('api', { dockerfile }) });
    await one.config({ timeouts: { build: '300s', test: '20s', health: '20s' } });
    const run = startRunning([bundle(), 'rebuild', '--output', 'json'], { cwd: one.root, env: cliEnv(env) });
    onTestFinished(() => run.signal('SIGKILL'));
    runs.push(run);
  }
  const [killed, live] = runs as [Running, Running];
  await killed.until('its build', (event) => event.type === 'step-progress');
  await live.until('its build', (event) => event.type === 'step-progress');
  // Left alone it would notice at its next line of output that nobody listens any more.
  for (const pid of childrenFor(fleet.name)) process.kill(pid, 'SIGSTOP');
  killed.signal('SIGKILL');
  await killed.ended;
  expect((await doctor(fleet, [], env)).of('leftovers')).toEqual(['orphan-at-work', 'run-cut-off']);
  const fixed = await fleet.slipway(['doctor', '--fix', '--yes'], { env });
  expect(fixed.stdout.replaceAll(/\s+/g, ' ')).toContain('done: end ');
  expect((await doctor(fleet, [], env)).of('leftovers')).toEqual(['run-cut-off']);
  expect(childrenFor(fleet.name)).toEqual([]);
  expect(childrenFor(neighbour.name)).not.toEqual([]);
  expect(await marker(neighbour)).not.toBe('');
  live.signal('SIGINT');
  await live.until('the signal', (event) => event.type === 'signal-received');
  live.signal('SIGINT');
  expect((await live.ended).code).toBe(130);
});

test('--yes asks nobody: the state file, the log folder and the modes of our files are put right, and scripts read what was done', async () => {
  const env = ownHome();
  const fleet = fleetFolder();
  await fleet.compose({ api: await fleet.tiny('api') });
  await fleet.config({ categories: { all: { services: [{ name: 'api' }] } } });
  expect(await fleet.slipway(['rebuild'], { env })).toMatchObject({ exitCode: 0 });
  const state = fleet.stateText();
  const release = join(fleet.root, '.slipway/releases', fleet.runs()[0]!);
  rmSync(join(fleet.root, '.rebuild_state_phase1.json'));
  rmSync(join(fleet.root, 'logs'), { recursive: true });
  chmodSync(release, 0o755);
  chmodSync(join(release, 'model.enc'), 0o666);
  const containers = await fleet.containers();

  const fixed = await fleet.slipway(['doctor', '--fix', '--yes', '--json'], { env });
  expect(fixed.exitCode, fixed.text).toBe(0);
  const { fixes } = JSON.parse(fixed.stdout) as { fixes: { kind: string; result: string }[] };
  expect(fixes.map(({ kind, result }) => `${kind} ${result}`).sort()).toEqual([
    'log-folder done',
    'open-to-others done',
    'open-to-others done',
    'state-file done',
  ]);
  expect(fleet.stateText()).toBe(state);
  expect(statSync(release).mode & 0o777).toBe(0o700);
  expect(statSync(join(release, 'model.enc')).mode & 0o777).toBe(0o600);
  expect(existsSync(join(fleet.root, 'logs/phase1_builds'))).toBe(true);
  expect(await fleet.containers()).toEqual(containers);
  const report = await doctor(fleet, [], env);
  expect(['own-files', 'lock', 'leftovers', 'records'].flatMap((check) => report.of(check))).toEqual([]);
});

test('services that a killed backup left stopped are started again, also where nothing else is wrong', async () => {
  const env = ownHome();
  const fleet = fleetFolder();
  await fleet.compose({ api: await fleet.tiny('api') });
  await fleet.config();
  expect(await fleet.slipway(['rebuild'], { env })).toMatchObject({ exitCode: 0 });
  const id = await fleet.container('api');
  const stopped = [{ service: 'api', container: id, name: `${fleet.name}-api-1` }];
  await fleet.write({ '.slipway/stopped.json': JSON.stringify({ version: 1, why: 'backup phase1_20260204_140000', stopped }) });
  chmodSync(join(fleet.root, '.slipway/stopped.json'), 0o600);
  await docker('stop', id);
  const fixed = await fleet.slipway(['doctor', '--fix', '--yes'], { env });
  expect(fixed.exitCode, fixed.text).toBe(0);
  expect(fixed.stdout).toContain('done: start api');
  expect((await docker('inspect', '--format', '{{.State.Status}}', id)).trim()).toBe('running');
});

test('--dry-run alone, and a configuration that does not load', async () => {
  const fleet = fleetFolder();
  await fleet.compose({ api: { image: 'x' } });
  await fleet.write({ 'slipway.yaml': 'batsh: {}\n', '.slipway/lock': '{"version":1' });
  expect((await fleet.slipway(['doctor', '--dry-run'])).stderr).toContain('--dry-run belongs to --fix');
  chmodSync(join(fleet.root, '.slipway/lock'), 0o600);
  chmodSync(join(fleet.root, '.slipway'), 0o700);
  const fixed = await fleet.slipway(['doctor', '--fix', '--yes']);
  expect(fixed.stdout).toContain('done: remove the lock file, which was cut short and names nobody');
  expect(existsSync(join(fleet.root, '.slipway'))).toBe(false);
  // What is wrong with the configuration is still said.
  expect(fixed.exitCode).toBe(2);
  expect(fixed.stdout).toContain('unknown-key');
});
