import { describe, expect, test } from 'vitest';
import type { StepFailure } from '../../../../src/docker/port.ts';
import { conclude } from '../../../../src/run/conclude.ts';
import { PauseGate } from '../../../../src/run/executor/pause.ts';
import { StopController } from '../../../../src/run/executor/stop.ts';
import { type Clock, systemClock } from '../../../../src/util/clock.ts';
import { type HandRun, handRun, QUICK_HEALTH } from '../../../support/executor-run.ts';
import { fleetOf, imageId } from '../../../support/fleet-builder.ts';

const CHECKED = { healthcheck: { intervalMs: 10, startPeriodMs: 0, retries: 1 } };
const settings = (size: number | 'all', stableForMs = 0, maxParallelBuilds = 10) => ({
  health: { ...QUICK_HEALTH, stableForMs },
  retry: { maxAttempts: 2, backoffMs: 1, exponential: true },
  batch: { size, maxParallelBuilds, barrier: false, maxFailures: null },
});

const CANCEL = { kind: 'cancelled', by: 'a test' } as const;
const steps = ({ engine }: HandRun) => engine.calls.filter((call) => !call.startsWith('tag'));
const outcomeOf = (run: HandRun, step: string) => run.seen((e) => e.type === 'step-outcome' && e.step === step);
const settledOf = (run: HandRun, service: string) => run.seen((e) => e.type === 'service-settled' && e.service === service);

describe('the gate', () => {
  test('lets through what waited once it is opened, and only then', async () => {
    const gate = new PauseGate();
    expect(await gate.whenOpen()).toBe('open');
    gate.close();
    const through: string[] = [];
    const waiting = gate.whenOpen().then((said) => through.push(said));
    await Promise.resolve();
    expect([gate.isClosed, through]).toEqual([true, []]);
    gate.open();
    await waiting;
    expect([gate.isClosed, through]).toEqual([false, ['open']]);
  });

  test('closed again before those who waited have gone on, it holds them still', async () => {
    const gate = new PauseGate();
    gate.close();
    let through = false;
    const waiting = gate.whenOpen().then(() => {
      through = true;
    });
    gate.open();
    gate.close();
    await new Promise((turn) => setImmediate(turn));
    expect(through).toBe(false);
    gate.open();
    await waiting;
  });

  test('closing and opening twice are as once', async () => {
    const gate = new PauseGate();
    gate.close();
    gate.close();
    gate.open();
    gate.open();
    expect(await gate.whenOpen()).toBe('open');
  });
});

describe('while a run is paused', () => {
  test.each([
    ['build', 'test'],
    ['test', 'replace'],
  ])('a %s under way ends, and the %s after it waits for the run to go on', async (kind, next) => {
    // The other one is judged in the meantime, which shows that time goes by.
    const run = handRun(fleetOf({ other: CHECKED, slow: {} }, settings('all', 60)));
    const [held, other] = [run.engine.hold(`${kind} slow`), run.engine.hold('replace other')];
    const ended = run.run();
    await Promise.all([held.entered, other.entered]);
    run.pause.close();
    held.open();
    await outcomeOf(run, `slow:${kind}`);
    other.open();
    await settledOf(run, 'other');
    expect(steps(run)).not.toContain(`${next} slow`);
    run.pause.open();
    await ended;
    expect(steps(run)).toContain(`${next} slow`);
    expect(run.statuses()).toEqual({ other: 'completed', slow: 'completed' });
  });

  test('not even a backup is made for a service that has its slot already', async () => {
    const run = handRun(fleetOf({ a: {}, b: {} }, settings('all')));
    run.pause.close();
    const ended = run.run();
    run.stop.raise('draining', CANCEL);
    await ended;
    expect(run.engine.calls).toEqual([]);
    expect(run.events).toEqual([]);
    expect(run.statuses()).toEqual({ a: 'pending', b: 'pending' });
  });

  test('who waits for a lane does not begin when the lane gets free', async () => {
    const run = handRun(fleetOf({ a: CHECKED, b: {} }, settings(2, 0, 1)));
    const first = run.engine.hold('build a');
    const ended = run.run();
    await first.entered;
    run.pause.close();
    first.open();
    await outcomeOf(run, 'a:build');
    run.stop.raise('draining', CANCEL);
    await ended;
    expect(steps(run)).toEqual(['build a']);
  });

  test('no shadow is started beside what runs', async () => {
    const run = handRun(fleetOf({ a: { ...CHECKED, replace: { order: 'auto', preflight: true } } }, settings('all')));
    const tested = run.engine.hold('test a');
    const ended = run.run();
    await tested.entered;
    run.pause.close();
    tested.open();
    await outcomeOf(run, 'a:test');
    run.stop.raise('draining', CANCEL);
    await ended;
    expect(steps(run)).toEqual(['build a', 'test a']);
  });

  test('what was replaced is judged, and goes back when it is bad, with what was put on it', async () => {
    const fleet = fleetOf({ db: { critical: true, ...CHECKED }, web: { needs: ['db'], ...CHECKED } }, settings('all', 200));
    const run = handRun(fleet, { options: { rollbackOnFail: true } });
    run.engine.behaviour.set('db', 'healthy');
    const ended = run.run();
    await run.seen((e) => e.type === 'step-outcome' && e.step === 'web:replace');
    run.pause.close();
    run.engine.fall('db');
    await ended;
    expect(run.pause.isClosed).toBe(true);
    expect(run.statuses()).toEqual({ db: 'rolled-back', web: 'rolled-back' });
    for (const name of ['db', 'web']) expect(run.engine.containers.get(name)?.[0]?.image).toBe(imageId(name));
  });

  test('what shared something with a container that was replaced is made anew, for it would be without it; what only restarts with it waits', async () => {
    const hub = { to: 'hub', source: 'namespace', condition: 'started' } as const;
    const above = { edges: [{ to: 'hub', restart: true }], ...CHECKED };
    const fleet = fleetOf({ hub: CHECKED, sharer: { edges: [hub], ...CHECKED }, above }, settings('all'));
    const run = handRun(fleet, { options: { services: ['hub'] } });
    const replaced = run.engine.hold('replace hub');
    const ended = run.run();
    await replaced.entered;
    run.pause.close();
    replaced.open();
    await settledOf(run, 'sharer');
    await settledOf(run, 'hub');
    expect(steps(run).filter((call) => call.startsWith('replace'))).toEqual(['replace hub', 'replace sharer']);
    run.pause.open();
    await ended;
    expect(run.statuses()).toEqual({ hub: 'completed', sharer: 'completed', above: 'completed' });
  });

  test('what has to be made anew finds a place, though others had stood before it in the lane', async () => {
    const hub = { to: 'hub', source: 'namespace', condition: 'started' } as const;
    const others = ['a', 'b', 'c', 'd', 'e'];
    const plain = Object.fromEntries(others.map((name) => [name, CHECKED]));
    const fleet = fleetOf({ hub: CHECKED, ...plain, sharer: { edges: [hub], ...CHECKED } }, settings('all'));
    const run = handRun(fleet, { options: { services: ['hub', ...others] } });
    const lane = ['hub', 'a', 'b'].map((name) => run.engine.hold(`replace ${name}`));
    const ended = run.run();
    await Promise.all([...lane.map(({ entered }) => entered), ...others.map((name) => outcomeOf(run, `${name}:test`))]);
    await new Promise((turn) => setImmediate(turn));
    run.pause.close();
    for (const { open } of lane) open();
    await settledOf(run, 'sharer');
    expect(steps(run).filter((call) => /^replace [cde]/.test(call))).toEqual([]);
    run.pause.open();
    await ended;
    expect(steps(run).filter((call) => /^replace [cde]/.test(call))).toEqual(['replace c', 'replace d', 'replace e']);
    expect(new Set(Object.values(run.statuses()))).toEqual(new Set(['completed']));
  });

  test('who is held hears that what it needs has failed', async () => {
    const run = handRun(fleetOf({ db: CHECKED, web: { needs: ['db'] } }, settings('all')));
    run.engine.behaviour.set('db', 'unhealthy');
    const replaced = run.engine.hold('replace db');
    const ended = run.run();
    await replaced.entered;
    run.pause.close();
    replaced.open();
    await ended;
    expect(run.statuses()).toEqual({ db: 'failed', web: 'skipped' });
    expect(steps(run)).not.toContain('replace web');
  });

  test('the next try of a build waits too, and is made when the run goes on', async () => {
    const reset: StepFailure = { failure: { code: 'pull-failed', message: 'reset', lastLogLines: [] }, transient: true };
    const run = handRun(fleetOf({ a: {}, other: CHECKED }, settings('all', 60)));
    run.engine.buildFailures.set('a', [reset]);
    const [held, other] = [run.engine.hold('build a'), run.engine.hold('replace other')];
    const ended = run.run();
    await Promise.all([held.entered, other.entered]);
    run.pause.close();
    held.open();
    await run.seen((e) => e.type === 'retry-scheduled');
    other.open();
    await settledOf(run, 'other');
    expect(steps(run).filter((call) => call === 'build a')).toHaveLength(1);
    run.pause.open();
    await ended;
    expect(steps(run).filter((call) => call === 'build a')).toHaveLength(2);
    expect(run.statuses()).toEqual({ a: 'completed', other: 'completed' });
  });

  test('nothing looks at the clock: a pause of a week costs no time-out', async () => {
    let nowMs = 0;
    const clock: Clock = { now: () => systemClock.now() + nowMs, sleep: systemClock.sleep };
    const run = handRun(fleetOf({ a: CHECKED }, settings('all')), { clock });
    const built = run.engine.hold('build a');
    const ended = run.run();
    await built.entered;
    run.pause.close();
    built.open();
    await outcomeOf(run, 'a:build');
    nowMs = 7 * 24 * 3_600_000;
    run.pause.open();
    await ended;
    expect(run.statuses()).toEqual({ a: 'completed' });
  });

  test('a cancel ends it without anybody having it go on, with exit code 130', async () => {
    const run = handRun(fleetOf({ a: {}, b: {} }, settings(1)));
    const built = run.engine.hold('build a');
    const ended = run.run();
    await built.entered;
    run.pause.close();
    run.stop.raise('draining', CANCEL);
    built.open();
    const board = await ended;
    expect(steps(run)).toEqual(['build a']);
    expect(conclude(board, run.stop)).toEqual({
      outcome: 'interrupted',
      exitCode: 130,
      why: 'cancelled by a test: 2 services left',
    });
  });
});

describe('why a run ends', () => {
  test('a signal decides over a cancel before it, and a cancel over what the run came to by itself', () => {
    const stop = new StopController();
    stop.raise('no-new-services', { kind: 'max-failures', failed: 2, limit: 1 });
    stop.raise('draining', CANCEL);
    expect(stop.reason).toEqual(CANCEL);
    stop.raise('interrupting', { kind: 'signal', signal: 'SIGTERM' });
    expect(stop.reason).toEqual({ kind: 'signal', signal: 'SIGTERM' });
  });

  test('a cancel after a signal does not change the exit code', () => {
    const stop = new StopController();
    stop.raise('draining', { kind: 'signal', signal: 'SIGTERM' });
    stop.raise('interrupting', CANCEL);
    expect([stop.level, stop.reason?.kind]).toEqual(['interrupting', 'signal']);
  });
});
