import { expect, test } from 'vitest';
import { isAlive } from '../support/alive.ts';
import { Rig } from '../support/rig/rig.ts';
import { within } from '../support/rig/within.ts';

const UP = / up /;

function outcome(rig: Rig) {
  const last = rig.journal().at(-1);
  return last?.type === 'run-finished' ? [last.outcome, last.exitCode] : last;
}

test.concurrent('Ctrl-C once lets the builds under way end and starts nothing new', async ({ onTestFinished }) => {
  const rig = await Rig.open(onTestFinished);
  rig.fleet({ a: {}, b: {} });
  const cli = rig.start(['rebuild', 'a', 'b', '--batch-size', '1']);
  const bake = await rig.bake('a');
  cli.signal('SIGINT');
  await cli.prints('SIGINT');
  await rig.finishBake(bake);
  const { exitCode, stdout } = await cli.ended;
  expect(exitCode).toBe(130);
  expect(stdout).toContain('rebuild --continue');
  expect(rig.calls.filter((call) => UP.test(call.line) || call.line.endsWith(' b'))).toEqual([]);
  expect(rig.engine.containers.size).toBe(0);
  expect(outcome(rig)).toEqual(['interrupted', 130]);
});

test.concurrent('Ctrl-C twice ends the builds, with all that they started', async ({ onTestFinished }) => {
  const rig = await Rig.open(onTestFinished);
  rig.fleet({ a: {}, b: {} });
  const cli = rig.start(['rebuild', 'a', 'b']);
  const bakes = [await rig.bake('a'), await rig.bake('b')];
  const survivor = await bakes[0]!.spawnSurvivor();
  cli.signal('SIGINT');
  await cli.prints('SIGINT');
  expect(bakes.map((bake) => isAlive(bake.facts.pid))).toEqual([true, true]);
  cli.signal('SIGINT');
  expect((await cli.ended).exitCode).toBe(130);
  expect([...bakes.map((bake) => bake.facts.pid), survivor].filter(isAlive)).toEqual([]);
  expect(outcome(rig)).toEqual(['interrupted', 130]);
});

test.concurrent('a replace is let finish by the first and the second signal, and is then judged or left to --continue', async ({
  onTestFinished,
}) => {
  const rig = await Rig.open(onTestFinished);
  rig.fleet({ a: {} });
  const cli = rig.start(['rebuild', 'a']);
  await rig.finishBake(await rig.bake('a'));
  const up = await rig.call(UP);
  cli.signal('SIGTERM');
  await cli.prints('SIGTERM');
  cli.signal('SIGTERM');
  await cli.prints('SIGTERM: ending builds and tests');
  expect(isAlive(up.facts.pid)).toBe(true);
  await rig.finishUp(up);
  expect((await cli.ended).exitCode).toBe(143);
  const replaced = rig.journal().find((event) => event.type === 'step-outcome' && event.kind === 'replace');
  expect(replaced).toMatchObject({ outcome: { status: 'done' } });
});

test.concurrent('the third signal ends even a replace; --continue puts things in order', async ({ onTestFinished }) => {
  const rig = await Rig.open(onTestFinished);
  rig.fleet({ a: {} });
  const cli = rig.start(['rebuild', 'a']);
  await rig.finishBake(await rig.bake('a'));
  const up = await rig.call(UP);
  await up.ignore('SIGTERM');
  for (const answer of ['finishing what is under way', 'ending builds and tests', 'killed']) {
    cli.signal('SIGINT');
    await cli.prints(`SIGINT: ${answer}`);
  }
  expect(await up.signalled()).toBe('SIGTERM');
  expect((await cli.ended).exitCode).toBe(130);
  await within(up.gone, () => 'up is still alive');
  const again = rig.start(['rebuild', '--continue']);
  await rig.finishUp(await rig.call(UP));
  expect((await again.ended).exitCode).toBe(0);
  expect(rig.calls.filter((call) => /^docker-buildx bake/.test(call.line))).toHaveLength(1);
});

test.concurrent('a signal while the engine is still being asked ends at once, without a trace', async ({ onTestFinished }) => {
  const rig = await Rig.open(onTestFinished);
  rig.fleet({ a: {} });
  rig.answer(/^docker info/, async () => {});
  const before = rig.files();
  const cli = rig.start(['rebuild', 'a']);
  const asking = await rig.called(/^docker info/);
  cli.signal('SIGINT');
  const { exitCode, stdout, stderr } = await cli.ended;
  expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
  expect(stderr).toContain('Stopped before anything was started');
  await asking.gone;
  expect(rig.files()).toEqual(before);
});
