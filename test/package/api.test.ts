import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { cliEnv } from '../support/cli.ts';
import { FleetFolder } from '../support/fleet-folder.ts';
import { type Packed, packAndInstall } from '../support/packed.ts';
import { typescriptBlocks } from '../support/typescript-blocks.ts';

let packed: Packed;

beforeAll(async () => {
  packed = await packAndInstall();
});

afterAll(() => packed?.remove());

/** A fleet of one service of a category. */
async function fleetOfOne(): Promise<FleetFolder> {
  const fleet = new FleetFolder();
  onTestFinished(() => fleet.remove());
  await fleet.compose({ web: await fleet.tiny('web') });
  const web = { name: 'web', health: 'none', test: { command: null } };
  await fleet.config({ categories: { integration: { services: [web] } } });
  return fleet;
}

/** Runs a program that uses the installed package, standing in the fleet's folder. */
async function runProgram(text: string, fleet: FleetFolder, name = 'program.mjs') {
  const file = join(packed.installed, name);
  writeFileSync(file, (await transform(text, { loader: 'ts', format: name.endsWith('.cjs') ? 'cjs' : 'esm' })).code);
  const env = cliEnv({ XDG_CONFIG_HOME: join(packed.installed, 'home') });
  return execa(process.execPath, [file], { cwd: fleet.root, env, extendEnv: false, reject: false, stdin: 'ignore' });
}

test('the examples of docs/api.md do what the page says, one after the other on a real engine', async () => {
  const [planning, rebuilding, ending, failing, goingBack, looking, ...others] = typescriptBlocks('docs/api.md');
  expect(others).toEqual([]);
  const fleet = await fleetOfOne();

  const planned = await runProgram(planning!, fleet);
  expect(planned.stdout).toMatch(/^web: .+ \(wave 1\)\n0 services stay as they are$/);
  expect(planned.stderr).toBe('');

  const rebuilt = await runProgram(rebuilding!, fleet);
  expect(rebuilt, rebuilt.stderr).toMatchObject({ exitCode: 0, stderr: '' });
  expect(rebuilt.stdout).toMatch(/^web: completed\nrun \d{8}_\d{6} done: /);

  await fleet.tiny('web', { version: 'v2' });
  const ended = await runProgram(ending!, fleet);
  expect(ended, ended.stderr).toMatchObject({ exitCode: 0, stderr: '', stdout: 'to be continued' });

  const failed = await runProgram(failing!, fleet);
  expect(failed).toMatchObject({ exitCode: 0, stdout: '' });
  expect(failed.stderr).toMatch(/^unknown-service: .*no-such-service/);

  expect((await fleet.rebuild('--continue')).exitCode).toBe(0);
  const wentBack = await runProgram(goingBack!, fleet);
  expect(wentBack.stdout, wentBack.stderr).toMatch(/^done /);

  const looked = await runProgram(looking!, fleet);
  expect(looked.stdout, looked.stderr).toMatch(
    /^rollback \d{8}_\d{6} done: \d of 1 completed\n\d+ events\n[\s\S]*web rollback: done$/,
  );
});

const QUIET_REBUILD = `
import { isDeepStrictEqual } from 'node:util';
import { rebuild, readJournal } from 'slipway';
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection'];
const listeners = () => signals.map((name) => process.listenerCount(name)).join();
const before = listeners();
const events: unknown[] = [];
let during = '';
const env = { ...process.env, ONLY_HERE: '1' };
const outcome = await rebuild({ projectDir: process.cwd(), env, onStart: () => { during = listeners(); }, onEvent: (event) => events.push(event) });
const recorded = await readJournal({ projectDir: process.cwd() });
const same = isDeepStrictEqual(recorded, JSON.parse(JSON.stringify(events)));
process.stderr.write(JSON.stringify({ status: outcome.status, before, during, after: listeners(), same, count: events.length }));
`;

test('a rebuild tells every event that its journal has, prints nothing and leaves the process as it was', async () => {
  const { stdout, stderr } = await runProgram(QUIET_REBUILD, await fleetOfOne());
  expect(stdout).toBe('');
  const seen = JSON.parse(stderr) as {
    status: string;
    before: string;
    during: string;
    after: string;
    same: boolean;
    count: number;
  };
  expect(seen).toMatchObject({ status: 'done', same: true });
  expect([seen.during, seen.after]).toEqual([seen.before, seen.before]);
  expect(seen.count).toBeGreaterThan(5);
});

const REFUSED = `
const { rebuild, rollback, plan, readJournal, followJournal, runs, SlipwayError } = require('slipway');
const calls = {
  contradiction: () => rebuild({ continue: true, force: true }),
  number: () => rebuild({ batchSize: 0 }),
  share: () => plan({ maxFailures: '101%' }),
  nobody: () => rollback({ services: [] }),
  nowhere: () => plan({ projectDir: '/no/such/folder' }),
  noRun: () => readJournal(),
  unknownRun: async () => { for await (const event of followJournal({ run: '20200101_000000' })) console.log(event); },
  listener: () => rebuild({ onEvent: () => { throw new RangeError('of mine'); } }),
};
(async () => {
  for (const [name, call] of Object.entries(calls)) {
    const thrown = await call().then(() => null, (error) => error);
    console.log(name, thrown instanceof SlipwayError ? thrown.code : String(thrown));
  }
  console.log('runs', (await runs()).map(({ outcome }) => outcome).join());
})();
`;

test('what cannot be done is an error with a code, and a listener of the caller disturbs no run; by require, too', async () => {
  const { stdout, stderr } = await runProgram(REFUSED, await fleetOfOne(), 'program.cjs');
  expect(stderr).not.toContain('Error:');
  expect(stdout.split('\n')).toEqual([
    'contradiction usage',
    'number usage',
    'share usage',
    'nobody usage',
    'nowhere no-project-dir',
    'noRun no-run',
    'unknownRun unknown-run',
    'listener RangeError: of mine',
    'runs done',
  ]);
});
