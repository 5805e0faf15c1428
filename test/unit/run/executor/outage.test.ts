import { expect, test } from 'vitest';
import type { StepFailure } from '../../../../src/docker/port.ts';
import { conclude } from '../../../../src/run/conclude.ts';
import { type Clock, systemClock } from '../../../../src/util/clock.ts';
import { handRun, QUICK_HEALTH } from '../../../support/executor-run.ts';
import { fleetOf, imageId } from '../../../support/fleet-builder.ts';

const DOCKER_CHECK = { intervalMs: 10, startPeriodMs: 0, retries: 1 };
const settings = (size: number, stableForMs = 0) => ({
  health: { ...QUICK_HEALTH, stableForMs },
  retry: { maxAttempts: 2, backoffMs: 1, exponential: true },
  batch: { size, maxParallelBuilds: 10, barrier: false, maxFailures: null },
});
const unreachable: StepFailure = {
  failure: { code: 'pull-failed', message: 'unexpected status 503 Service Unavailable', lastLogLines: [] },
  transient: true,
};
/** Sixty times as fast as the real one: an engine that is away is waited for thirty seconds. */
const hurried: Clock = {
  ...systemClock,
  now: () => systemClock.now() * 60,
  sleep: (ms, signal) => systemClock.sleep(ms / 60, signal),
};
const everything = { rollbackOnFail: true, rollbackScope: 'run' } as const;

test('an outage of the network stops the run: nothing goes back, nothing is failed, the rest is left', async () => {
  const risky = { risk: 'high' } as const;
  const fleet = fleetOf({ early: {}, one: { critical: true, ...risky }, two: risky, three: { needs: ['two'] } }, settings(1));
  const run = handRun(fleet, { options: everything });
  for (const name of ['one', 'two']) run.engine.buildFailures.set(name, [unreachable, unreachable]);
  const board = await run.run();
  expect(run.statuses()).toEqual({ early: 'completed', one: 'pending', two: 'pending', three: 'pending' });
  expect(run.engine.containers.get('early')?.[0]?.image).toBe(imageId('early-new'));
  expect(conclude(board, run.stop)).toEqual({
    outcome: 'failed',
    exitCode: 1,
    why: 'the network or a registry is away (unexpected status 503 Service Unavailable): 3 services left',
  });
  expect(run.events.filter((e) => e.type === 'service-settled').map((e) => e.service)).toEqual(['early']);
  const notice = run.events.find((e) => e.type === 'notice');
  expect(notice).toMatchObject({ code: 'network-away', service: 'two', message: expect.stringContaining('503') });
});

test('what the network failed for one alone, while others get through, is its own: they go on, and nothing goes back', async () => {
  const run = handRun(fleetOf({ bad: { critical: true }, first: {}, late: {} }, settings(2)), { options: everything });
  run.engine.buildFailures.set('bad', [unreachable, unreachable]);
  const first = run.engine.hold('build first');
  const ended = run.run();
  await run.seen((e) => e.type === 'retry-scheduled');
  const bad = run.engine.hold('build bad');
  first.open();
  await run.seen((e) => e.type === 'service-settled' && e.service === 'late');
  bad.open();
  const board = await ended;
  expect(run.statuses()).toEqual({ bad: 'failed', first: 'completed', late: 'completed' });
  expect(conclude(board, run.stop)).toMatchObject({ exitCode: 1, why: '1 service failed' });
});

test('what looks like the network is the engine when that does not answer', async () => {
  const run = handRun(fleetOf({ one: { critical: true }, two: {} }, settings(1)), { options: everything });
  run.engine.buildFailures.set('one', [unreachable, unreachable]);
  run.engine.answers = false;
  const board = await run.run();
  expect(run.statuses()).toEqual({ one: 'pending', two: 'pending' });
  expect(conclude(board, run.stop)).toMatchObject({ exitCode: 1, why: 'the engine is away: 2 services left' });
});

test('an engine that goes away while a failed replace is put right leaves it to a continuation', async () => {
  const run = handRun(fleetOf({ one: { critical: true } }, settings(1)), { options: everything });
  const { engine } = run;
  engine.replaceFailures.set('one', { failure: { code: 'replace-failed', message: 'no', lastLogLines: [] }, transient: false });
  const tag = engine.tag.bind(engine);
  engine.tag = (image, ref) =>
    engine.calls.some((call) => call.startsWith('replace'))
      ? Promise.resolve({ ok: false, error: { code: 'no-engine', message: 'nobody answers', remedy: 'start it' } } as const)
      : tag(image, ref);
  const board = await run.run();
  expect(run.statuses()).toEqual({ one: 'pending' });
  expect(run.events.filter((e) => e.type === 'step-outcome' && e.kind === 'replace')).toMatchObject([
    { outcome: { status: 'interrupted' } },
  ]);
  expect(conclude(board, run.stop)).toMatchObject({ exitCode: 1, why: 'the engine is away: 1 service left' });
});

test('a run that is stopped between two tries leaves the service pending', async () => {
  const slow = { ...settings(1), retry: { maxAttempts: 3, backoffMs: 60_000, exponential: true } };
  const run = handRun(fleetOf({ web: { critical: true } }, slow), { options: everything });
  run.engine.buildFailures.set('web', [unreachable]);
  const ended = run.run();
  await run.seen((e) => e.type === 'retry-scheduled');
  run.stop.raise('draining', { kind: 'signal', signal: 'SIGINT' });
  const board = await ended;
  expect(run.statuses()).toEqual({ web: 'pending' });
  expect(conclude(board, run.stop).exitCode).toBe(130);
});

test('an engine that is lost while a service soaks takes back nothing that was put on it', async () => {
  const fleet = fleetOf(
    { db: { critical: true, healthcheck: DOCKER_CHECK }, web: { needs: ['db'], healthcheck: DOCKER_CHECK } },
    settings(5, 60_000),
  );
  const run = handRun(fleet, { clock: hurried });
  const ended = run.run();
  await run.seen((e) => e.type === 'service-healthy' && e.service === 'web');
  run.engine.answers = false;
  const board = await ended;
  expect(run.statuses()).toEqual({ db: 'pending', web: 'pending' });
  expect(run.engine.calls.filter((call) => call.startsWith('replace'))).toEqual(['replace db', 'replace web']);
  expect(conclude(board, run.stop)).toMatchObject({ exitCode: 1, why: 'the engine is away: 2 services left' });
});

test('an engine that is lost in a replace leaves it open, to be looked at by --continue, and nothing goes back', async () => {
  const run = handRun(fleetOf({ web: { critical: true }, other: {} }, settings(1)), { options: everything });
  run.engine.replaceFailures.set('web', { failure: { code: 'engine-error', message: 'EOF' }, transient: false });
  const replacing = run.engine.hold('replace web');
  const ended = run.run();
  await replacing.entered;
  run.engine.answers = false;
  replacing.open();
  const board = await ended;
  expect(run.statuses()).toEqual({ web: 'pending', other: 'pending' });
  expect(run.events.findLast((e) => e.type === 'step-outcome')).toMatchObject({
    step: 'web:replace',
    outcome: { status: 'interrupted' },
  });
  expect(run.events.filter((e) => e.type === 'service-settled')).toEqual([]);
  expect(conclude(board, run.stop)).toMatchObject({ exitCode: 1, why: 'the engine is away: 2 services left' });
});

test('an engine that is lost in a rollback leaves it open too: it has not failed', async () => {
  const run = handRun(fleetOf({ web: { critical: true, healthcheck: DOCKER_CHECK } }, settings(1)));
  run.engine.behaviour.set('web', 'unhealthy');
  const ended = run.run();
  await run.seen((e) => e.type === 'step-outcome' && e.kind === 'replace');
  const back = run.engine.hold('replace web');
  await back.entered;
  run.engine.answers = false;
  run.engine.replaceFailures.set('web', { failure: { code: 'engine-error', message: 'EOF' }, transient: false });
  back.open();
  const board = await ended;
  expect(run.statuses()).toEqual({ web: 'pending' });
  expect(run.events.at(-1)).toMatchObject({ step: 'web:rollback', outcome: { status: 'interrupted' } });
  expect(conclude(board, run.stop)).toMatchObject({ exitCode: 1, why: 'the engine is away: 1 service left' });
});
