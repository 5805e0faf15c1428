import { describe, expect, test } from 'vitest';
import { conclude } from '../../../../src/run/conclude.ts';
import { handRun, QUICK_HEALTH } from '../../../support/executor-run.ts';
import { fleetOf, imageId, observedRunning } from '../../../support/fleet-builder.ts';

const quick = { health: QUICK_HEALTH, retry: { maxAttempts: 3, backoffMs: 1, exponential: true } };
const DOCKER_CHECK = { intervalMs: 10, startPeriodMs: 0, retries: 1 };
const batch = (size: number | 'all', more = {}) => ({
  ...quick,
  batch: { size, maxParallelBuilds: 10, barrier: false, maxFailures: null, ...more },
});

describe('lanes and order', () => {
  test('a slot is held from the build to the replace, and granted in plan order', async () => {
    const run = handRun(fleetOf({ a: {}, b: {}, c: {} }, batch(2)));
    const a = run.engine.hold('build a');
    const b = run.engine.hold('build b');
    const ended = run.run();
    await Promise.all([a.entered, b.entered]);
    expect(run.engine.calls.filter((c) => c.startsWith('build'))).toEqual(['build a', 'build b']);
    a.open();
    await run.seen((e) => e.type === 'step-intent' && e.step === 'c:build');
    b.open();
    await ended;
    expect(run.engine.most.build).toBe(2);
    expect(run.statuses()).toEqual({ a: 'completed', b: 'completed', c: 'completed' });
  });

  test('batch size all lifts the bound on builds too', async () => {
    const names = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`s${i}`, {}]));
    const run = handRun(fleetOf(names, batch('all')));
    const holds = Object.keys(names).map((name) => run.engine.hold(`build ${name}`));
    const ended = run.run();
    await Promise.all(holds.map((h) => h.entered));
    for (const hold of holds) hold.open();
    await ended;
    expect(run.engine.most.build).toBe(12);
  });

  test('max_parallel_builds bounds builds below the batch size', async () => {
    const run = handRun(fleetOf({ a: {}, b: {}, c: {}, d: {} }, batch(4, { maxParallelBuilds: 2 })));
    await run.run();
    expect(run.engine.most.build).toBeLessThanOrEqual(2);
  });

  test('a barrier counts services that are only put in place as no batch', async () => {
    const fleet = fleetOf({ tag: { build: null, command: null }, a: {}, b: {} }, batch(1, { barrier: true }));
    const observed = observedRunning(fleet, { tag: { containers: [] } });
    const run = handRun(fleet, { observed });
    await run.run();
    const index = (type: string, of: string) =>
      run.events.findIndex((e) => e.type === type && ('step' in e ? e.step === of : 'service' in e && e.service === of));
    const [first, second] = run.plan.services.map((s) => s.service).filter((key) => key !== 'tag');
    expect(index('step-intent', `${second}:build`)).toBeGreaterThan(index('service-settled', first!));
  });

  test('a service that only restarts with another is judged like any other', async () => {
    const fleet = fleetOf({ db: {}, web: { category: null, edges: [{ to: 'db', restart: true }] } }, batch(5));
    const run = handRun(fleet);
    await run.run();
    const verified = run.events.find((e) => e.type === 'step-outcome' && e.step === 'web:verify');
    expect(verified).toMatchObject({ outcome: { status: 'done' } });
  });

  test('a dependent is replaced only after the healthy verdict of what it needs', async () => {
    const run = handRun(fleetOf({ web: { needs: ['db'] }, db: {} }, batch(5)));
    await run.run();
    const healthy = run.events.findIndex((e) => e.type === 'service-healthy' && e.service === 'db');
    const replaced = run.events.findIndex((e) => e.type === 'step-intent' && e.step === 'web:replace');
    expect(healthy).toBeGreaterThan(-1);
    expect(replaced).toBeGreaterThan(healthy);
  });

  test('builds run ahead of risk, replaces do not', async () => {
    const run = handRun(fleetOf({ calm: {}, risky: { risk: 'high' } }, batch(5)));
    const calm = run.engine.hold('build calm');
    const ended = run.run();
    await calm.entered;
    await run.seen((e) => e.type === 'step-outcome' && e.step === 'risky:test');
    expect(run.engine.calls).not.toContain('replace risky');
    calm.open();
    await ended;
    expect(run.engine.calls.indexOf('replace calm')).toBeLessThan(run.engine.calls.indexOf('replace risky'));
  });

  test('with a barrier the next batch starts when the one before is settled', async () => {
    const run = handRun(fleetOf({ a: {}, b: {}, c: {} }, batch(2, { barrier: true })));
    await run.run();
    const settled = run.events.findIndex((e) => e.type === 'service-settled' && e.service === 'b');
    const next = run.events.findIndex((e) => e.type === 'step-intent' && e.step === 'c:build');
    expect(next).toBeGreaterThan(settled);
    expect(run.statuses()).toEqual({ a: 'completed', b: 'completed', c: 'completed' });
  });
});

describe('failures', () => {
  test('a failed build touches nothing, the others complete, its dependents are skipped and named', async () => {
    const run = handRun(fleetOf({ bad: {}, dependent: { needs: ['bad'] }, far: { needs: ['dependent'] }, other: {} }, batch(5)));
    run.engine.buildFailures.set('bad', [
      { failure: { code: 'build-failed', message: 'no', lastLogLines: [] }, transient: false },
    ]);
    const board = await run.run();
    expect(run.statuses()).toEqual({ bad: 'failed', other: 'completed', dependent: 'skipped', far: 'skipped' });
    expect(run.engine.calls).not.toContain('replace bad');
    expect(board.find('far')?.final?.failure).toEqual({ code: 'dependency-failed', dependency: 'bad' });
  });

  test('a backup that is there already is kept: a journal that was cut short may have forgotten it', async () => {
    const run = handRun(fleetOf({ web: {} }, batch(5)));
    const tag = 'web:pre-phase1-rebuild-20260202_000000';
    run.engine.tags.set(tag, imageId('ran-before'));
    await run.run();
    expect(run.statuses()).toEqual({ web: 'completed' });
    expect(run.engine.tags.get(tag)).toBe(imageId('ran-before'));
    expect(run.events.find((e) => e.type === 'step-outcome' && e.kind === 'backup')).toMatchObject({
      outcome: { status: 'done', facts: { image: imageId('ran-before') } },
    });
  });

  test('a dependent over an edge that is not required is not skipped', async () => {
    const run = handRun(fleetOf({ bad: {}, dependent: { edges: [{ to: 'bad', required: false }] } }, batch(5)));
    run.engine.testExits.set('bad', 1);
    await run.run();
    expect(run.statuses()).toEqual({ bad: 'failed', dependent: 'completed' });
  });

  const refusal = { failure: { code: 'engine-error', message: 'no such thing' }, transient: false } as const;

  test('an engine that refuses one call stops only that service', async () => {
    const run = handRun(fleetOf({ bad: {}, other: {} }, batch(1)));
    run.engine.buildFailures.set('bad', [refusal]);
    await run.run();
    expect(run.statuses()).toEqual({ bad: 'failed', other: 'completed' });
  });

  test('an engine that is away stops the run, and nothing goes back', async () => {
    const run = handRun(fleetOf({ bad: { critical: true }, other: {} }, batch(1)));
    run.engine.buildFailures.set('bad', [refusal]);
    run.engine.answers = false;
    const board = await run.run();
    expect(run.statuses()).toEqual({ bad: 'failed', other: 'pending' });
    expect(conclude(board, run.stop)).toEqual({ outcome: 'failed', exitCode: 1, why: 'the engine is away: 1 service left' });
  });

  test('a transient failure is tried again and leaves one outcome', async () => {
    const run = handRun(fleetOf({ web: {} }, batch(5)));
    const flaky = { failure: { code: 'build-failed', message: 'connection reset', lastLogLines: [] }, transient: true } as const;
    run.engine.buildFailures.set('web', [flaky, flaky]);
    await run.run();
    expect(run.statuses()).toEqual({ web: 'completed' });
    expect(run.events.filter((e) => e.type === 'retry-scheduled')).toHaveLength(2);
    expect(run.events.filter((e) => e.type === 'step-outcome' && e.step === 'web:build')).toHaveLength(1);
  });

  test('a critical service with a bad verdict goes back to the image of before', async () => {
    const run = handRun(fleetOf({ web: { critical: true, healthcheck: DOCKER_CHECK } }, batch(5)));
    run.engine.behaviour.set('web', 'unhealthy');
    await run.run();
    expect(run.statuses()).toEqual({ web: 'rolled-back' });
    expect(run.engine.containers.get('web')?.[0]?.image).toBe(imageId('web'));
    expect(run.engine.tags.get('web:latest')).toBe(imageId('web'));
  });

  test('one that is not critical stays, and its dependents are skipped', async () => {
    const run = handRun(fleetOf({ web: { healthcheck: DOCKER_CHECK }, shop: { needs: ['web'] } }, batch(5)));
    run.engine.behaviour.set('web', 'exits');
    await run.run();
    expect(run.statuses()).toEqual({ web: 'failed', shop: 'skipped' });
    expect(run.engine.containers.get('web')?.[0]?.image).toBe(imageId('web-new'));
  });

  test('a fall during the soak takes back the dependents that were replaced since', async () => {
    const soak = { ...batch(5), health: { ...QUICK_HEALTH, stableForMs: 400 } };
    const fleet = fleetOf(
      { db: { critical: true, healthcheck: DOCKER_CHECK }, web: { needs: ['db'], healthcheck: DOCKER_CHECK }, other: {} },
      soak,
    );
    const run = handRun(fleet);
    run.engine.behaviour.set('db', 'falls');
    await run.run();
    expect(run.statuses()).toEqual({ db: 'rolled-back', web: expect.stringMatching(/rolled-back|skipped/), other: 'completed' });
    expect(run.engine.containers.get('web')?.[0]?.image).toBe(imageId('web'));
  });

  test('past --max-failures nothing new is started', async () => {
    const run = handRun(fleetOf({ a: {}, b: {}, c: {} }, batch(1)), { failureLimit: 0 });
    run.engine.testExits.set('a', 1);
    await run.run();
    expect(run.statuses()).toEqual({ a: 'failed', b: 'pending', c: 'pending' });
  });

  test('scope run takes back what was replaced before', async () => {
    const fleet = fleetOf(
      { a: { healthcheck: DOCKER_CHECK }, b: { needs: ['a'], healthcheck: DOCKER_CHECK }, c: { needs: ['b'] } },
      batch(5),
    );
    const run = handRun(fleet, { options: { rollbackOnFail: true, rollbackScope: 'run' } });
    run.engine.behaviour.set('b', 'unhealthy');
    await run.run();
    expect(run.statuses()).toEqual({ a: 'rolled-back', b: 'rolled-back', c: expect.stringMatching(/pending|skipped/) });
    expect(run.engine.containers.get('a')?.[0]?.image).toBe(imageId('a'));
  });
});

describe('failures at once', () => {
  test('two that fail together under scope run do not wait for each other', async () => {
    const fleet = fleetOf(
      { a: { healthcheck: DOCKER_CHECK }, b: { healthcheck: DOCKER_CHECK }, c: { healthcheck: DOCKER_CHECK } },
      batch('all'),
    );
    const run = handRun(fleet, { options: { rollbackOnFail: true, rollbackScope: 'run' } });
    for (const name of ['a', 'b']) run.engine.behaviour.set(name, 'unhealthy');
    await run.run();
    for (const name of ['a', 'b']) expect(run.engine.containers.get(name)?.[0]?.image).toBe(imageId(name));
    expect(run.engine.containers.get('c')?.[0]?.image).toBe(imageId('c'));
    expect(run.statuses()).toMatchObject({ a: 'rolled-back', b: 'rolled-back' });
  });

  test('a dependent that waits for its lane while its dependency falls is skipped, not replaced', async () => {
    const soak = { ...batch('all'), health: { ...QUICK_HEALTH, stableForMs: 5000 } };
    const fleet = fleetOf({ db: { healthcheck: DOCKER_CHECK }, x: {}, y: {}, z: {}, web: { needs: ['db'] } }, soak);
    const run = handRun(fleet);
    const holds = ['x', 'y', 'z'].map((name) => run.engine.hold(`replace ${name}`));
    const fallen = run.seen((e) => e.type === 'service-settled' && e.service === 'db');
    const ended = run.run();
    await run.seen((e) => e.type === 'service-healthy' && e.service === 'db');
    await Promise.all(holds.map((h) => h.entered));
    run.engine.fall('db');
    await fallen;
    for (const hold of holds) hold.open();
    run.stop.raise('interrupting', { kind: 'signal', signal: 'SIGINT' });
    await ended;
    expect(run.engine.containers.get('web')?.[0]?.image).toBe(imageId('web'));
    expect(run.statuses().db).toBe('failed');
  });
});

describe('stopping', () => {
  test('draining starts no new step, and what was replaced is judged', async () => {
    const run = handRun(fleetOf({ a: {}, b: {} }, batch(1)));
    const hold = run.engine.hold('replace a');
    const ended = run.run();
    await hold.entered;
    run.stop.raise('draining', { kind: 'signal', signal: 'SIGINT' });
    hold.open();
    await ended;
    expect(run.statuses()).toEqual({ a: 'completed', b: expect.stringMatching(/pending/) });
    expect(run.engine.calls).not.toContain('replace b');
  });

  test('interrupting ends a build; the service stays to be continued', async () => {
    const run = handRun(fleetOf({ a: {} }, batch(1)));
    const hold = run.engine.hold('build a');
    const ended = run.run();
    await hold.entered;
    run.stop.raise('interrupting', { kind: 'signal', signal: 'SIGINT' });
    await ended;
    expect(run.statuses()).toEqual({ a: 'pending' });
    expect(run.events.at(-1)).toMatchObject({ type: 'step-outcome', outcome: { status: 'interrupted' } });
  });
});
