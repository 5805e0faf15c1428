import { execFile } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { bundle } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { Rig } from '../support/rig/rig.ts';

const UP = / up /;
const BAKE = /^docker-buildx bake/;

const socketOf = (rig: Rig) => join(rig.root, '.slipway/control/socket');
const controls = (rig: Rig) => rig.journal().flatMap((e) => (e.type === 'control-received' ? [e.action] : []));

/** Resolves once the journal tells that a step has its outcome. */
function outcome(rig: Rig, step: string): Promise<unknown> {
  return eventually(`${step} has its outcome`, () => rig.journal().some((e) => e.type === 'step-outcome' && e.step === step));
}

test.concurrent('a run that another process pauses starts nothing until it is resumed', async ({ onTestFinished }) => {
  const rig = await Rig.open(onTestFinished);
  rig.fleet({ a: {}, b: {} });
  const cli = rig.start(['rebuild', 'a', 'b', '--batch-size', '1']);
  const bake = await rig.bake('a');
  const paused = await rig.slipway(['pause']);
  expect(paused.stdout).toMatch(/^Run \S+ is paused: .* until .* resume\n$/);
  await cli.prints('paused by slipway pause, process');
  await rig.finishBake(bake);
  await outcome(rig, 'a:build');
  const again = await rig.slipway(['pause', '--json']);
  expect(JSON.parse(again.stdout)).toEqual({ run: rig.journal()[0]!.run, paused: true, level: 'running', changed: false });
  expect((await rig.slipway(['status'])).stdout).toMatch(/running for .*, paused/);
  expect(JSON.parse((await rig.slipway(['status', '--json'])).stdout)).toMatchObject({ outcome: 'running', paused: true });
  expect([...rig.waiting(UP), ...rig.waiting(BAKE)]).toEqual([]);
  expect((await rig.slipway(['resume'])).stdout).toMatch(/goes on\n$/);
  await rig.finishUp(await rig.call(UP));
  await rig.finishBake(await rig.bake('b'));
  await rig.finishUp(await rig.call(UP));
  expect((await cli.ended).exitCode).toBe(0);
  expect(controls(rig)).toEqual(['pause', 'resume']);
  expect(existsSync(socketOf(rig))).toBe(false);
});

test.concurrent('what is cancelled ends with 130, paused or not, and --continue finishes it', async ({ onTestFinished }) => {
  const rig = await Rig.open(onTestFinished);
  rig.fleet({ a: {}, b: {} });
  const cli = rig.start(['rebuild', 'a', 'b', '--batch-size', '1']);
  const bake = await rig.bake('a');
  const unasked = await rig.slipway(['cancel']);
  expect([unasked.exitCode, unasked.stderr]).toEqual([2, expect.stringContaining('--yes')]);
  await rig.slipway(['pause']);
  const cancelled = await rig.slipway(['cancel', '--yes']);
  expect([cancelled.exitCode, cancelled.stdout]).toEqual([0, expect.stringContaining('rebuild --continue')]);
  await rig.finishBake(bake);
  const { exitCode, stdout } = await cli.ended;
  expect([exitCode, stdout]).toEqual([130, expect.stringContaining('rebuild --continue')]);
  expect(rig.journal().at(-1)).toMatchObject({ type: 'run-finished', outcome: 'interrupted', exitCode: 130 });
  expect(rig.waiting(UP)).toEqual([]);
  rig.finishUps();
  const rest = rig.start(['rebuild', '--continue']);
  await rig.finishBake(await rig.bake('b'));
  expect((await rest.ended).exitCode).toBe(0);
  expect(rig.calls.filter((call) => call.line.endsWith(' a') && BAKE.test(call.line))).toHaveLength(1);
});

test.concurrent('cancel --now ends builds; so does a Ctrl-C after a cancel', async ({ onTestFinished }) => {
  const rig = await Rig.open(onTestFinished);
  rig.fleet({ a: {} });
  const cli = rig.start(['rebuild']);
  await rig.bake('a');
  expect((await rig.slipway(['cancel', '--now', '--yes'])).stdout).toContain('builds and tests end now');
  expect((await cli.ended).exitCode).toBe(130);
  const again = rig.start(['rebuild', '--continue']);
  await rig.bake('a');
  await rig.slipway(['cancel', '--yes']);
  again.signal('SIGINT');
  expect(await again.ended).toMatchObject({ exitCode: 130, stdout: expect.stringContaining('SIGINT: ending builds and tests') });
});

test.concurrent('a process that was killed leaves a socket that nobody answers and the next run replaces; that one is not paused', async ({
  onTestFinished,
}) => {
  const rig = await Rig.open(onTestFinished);
  rig.fleet({ a: {} });
  expect(await rig.slipway(['pause'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('No run') });
  const cli = rig.start(['rebuild']);
  const bake = await rig.bake('a');
  await rig.slipway(['pause']);
  expect([statSync(socketOf(rig)).mode & 0o777, statSync(dirname(socketOf(rig))).mode & 0o777]).toEqual([0o600, 0o700]);
  cli.signal('SIGKILL');
  await cli.ended;
  expect(lstatSync(socketOf(rig)).isSocket()).toBe(true);
  for (const args of [['pause'], ['resume'], ['cancel', '--yes']])
    expect(await rig.slipway(args)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no-live-run') });
  expect((await rig.slipway(['status'])).stdout).not.toContain('paused');
  await bake.exit(1);
  const next = rig.start(['rebuild', '--continue']);
  await rig.finishBake(await rig.bake('a'));
  const up = await rig.call(UP);
  const asked = await rig.slipway(['resume', '--json']);
  expect(JSON.parse(asked.stdout)).toMatchObject({ paused: false, changed: false });
  const [run] = rig.journal();
  expect((await rig.slipway(['pause', '--run', '20200101_000000'])).stderr).toContain(run!.run);
  await rig.finishUp(up);
  expect((await next.ended).exitCode).toBe(0);
});

test.concurrent('another user is refused, and the run does not hear of it', async ({ onTestFinished }) => {
  const rig = await Rig.open(onTestFinished);
  rig.fleet({ a: {} });
  const cli = rig.start(['rebuild']);
  const bake = await rig.bake('a');
  await eventually('it listens', () => existsSync(socketOf(rig)));
  chmodSync(dirname(rig.root), 0o755);
  const slipway = [process.execPath, bundle(), 'pause', '--project-dir', rig.root];
  const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups', ...slipway];
  // As a run makes it, and with all of the project open to the other one but the socket's folder.
  for (const mode of [0o700, 0o777]) {
    chmodSync(join(rig.root, '.slipway'), mode);
    const refused = await promisify(execFile)('setpriv', asNobody, { cwd: '/' }).catch((error: object) => error);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('control-denied') });
  }
  await rig.finishBake(bake);
  await rig.finishUp(await rig.call(UP));
  expect((await cli.ended).exitCode).toBe(0);
  expect(controls(rig)).toEqual([]);
});

test.concurrent('a folder that cannot be made leaves the run as it is, and says what cannot be had', async ({
  onTestFinished,
}) => {
  const rig = await Rig.open(onTestFinished);
  rig.fleet({ a: {} });
  rig.write({ '.slipway/control': 'in the way' });
  rig.finishUps();
  const cli = rig.start(['rebuild']);
  await rig.finishBake(await rig.bake('a'));
  expect(await cli.ended).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('not-controlled') });
});
