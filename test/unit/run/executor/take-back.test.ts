import { describe, expect, test } from 'vitest';
import type { StepFailure } from '../../../../src/docker/port.ts';
import type { Fleet } from '../../../../src/fleet/types.ts';
import { conclude } from '../../../../src/run/conclude.ts';
import { placedEarlier } from '../../../../src/run/recovery/placed-earlier.ts';
import { type HandRun, handRun, QUICK_HEALTH } from '../../../support/executor-run.ts';
import { containerOf, fleetOf, imageId, observedRunning } from '../../../support/fleet-builder.ts';
import { runOf, settled, started } from '../../../support/run-state.ts';

const DOCKER_CHECK = { intervalMs: 10, startPeriodMs: 0, retries: 1 };
const CHECKED = { healthcheck: DOCKER_CHECK };
const settings = (size: number | 'all', stableForMs = 0) => ({
  health: { ...QUICK_HEALTH, stableForMs },
  retry: { maxAttempts: 1, backoffMs: 1, exponential: true },
  batch: { size, maxParallelBuilds: 10, barrier: false, maxFailures: null },
});
const refused: StepFailure = {
  failure: { code: 'replace-failed', message: 'no such network', lastLogLines: [] },
  transient: false,
};
const unbuilt: StepFailure = {
  failure: { code: 'build-failed', message: 'no space', lastLogLines: [] },
  transient: false,
};

describe('scope wave', () => {
  test('two of a wave that fail at once take a third one back once', async () => {
    const fleet = fleetOf({ one: CHECKED, two: CHECKED, db: CHECKED }, settings('all'));
    const run = handRun(fleet, { options: { rollbackOnFail: true, rollbackScope: 'wave' } });
    const bad = ['one', 'two'].map((name) => run.engine.hold(`replace ${name}`));
    for (const name of ['one', 'two']) run.engine.behaviour.set(name, 'unhealthy');
    const ended = run.run();
    await run.seen((e) => e.type === 'service-settled' && e.service === 'db');
    const back = run.engine.hold('replace db');
    for (const gate of bad) gate.open();
    await back.entered;
    for (const name of ['one', 'two']) await run.seen((e) => e.type === 'step-outcome' && e.step === `${name}:verify`);
    back.open();
    const board = await ended;
    expect(run.statuses()).toEqual({ one: 'rolled-back', two: 'rolled-back', db: 'rolled-back' });
    expect(run.engine.calls.filter((c) => c === 'replace db')).toHaveLength(2);
    expect(conclude(board, run.stop)).toMatchObject({ exitCode: 1, why: '2 services failed, 1 taken back' });
  });

  test('takes the wave back with what was put on it; the rest of the wave is not replaced, other waves go on', async () => {
    // db, bad and late are wave 0; web, on db, is wave 1, and so is far, which is of higher risk.
    const fleet = fleetOf(
      { db: CHECKED, bad: CHECKED, late: CHECKED, web: { needs: ['db'], ...CHECKED }, far: { risk: 'high', ...CHECKED } },
      settings('all'),
    );
    const run = handRun(fleet, { options: { rollbackOnFail: true, rollbackScope: 'wave' }, failureLimit: 1 });
    const [bad, late] = [run.engine.hold('replace bad'), run.engine.hold('build late')];
    run.engine.behaviour.set('bad', 'unhealthy');
    const ended = run.run();
    await bad.entered;
    await run.seen((e) => e.type === 'service-settled' && e.service === 'web');
    bad.open();
    await run.seen((e) => e.type === 'service-settled' && e.service === 'bad');
    late.open();
    const board = await ended;
    expect(run.statuses()).toEqual({
      db: 'rolled-back',
      bad: 'rolled-back',
      late: 'skipped',
      web: 'rolled-back',
      far: 'completed',
    });
    expect(run.engine.calls.filter((c) => c.startsWith('replace'))).toEqual([
      ...['replace db', 'replace bad', 'replace web'],
      ...['replace web', 'replace db', 'replace bad', 'replace far'],
    ]);
    for (const name of ['db', 'bad', 'late', 'web']) expect(run.engine.containers.get(name)?.[0]?.image).toBe(imageId(name));
    // One failed, however many went back: within the limit of one.
    expect(conclude(board, run.stop)).toEqual({
      outcome: 'failed',
      exitCode: 1,
      why: '1 service failed, 2 taken back, 1 skipped',
    });
  });
});

describe('what is bound to a service that goes back', () => {
  const shares = (condition: 'healthy' | 'started') => [{ to: 'hub', source: 'namespace', condition } as const];
  const replaces = (calls: readonly string[]) => calls.filter((call) => call.startsWith('replace'));

  test('is made anew after it when it was not replaced yet, with what it runs', async () => {
    const above = { edges: [{ to: 'sharer', restart: true }] };
    const fleet = fleetOf({ hub: { critical: true, ...CHECKED }, sharer: { edges: shares('healthy') }, above }, settings('all'));
    const run = handRun(fleet);
    run.engine.behaviour.set('hub', 'unhealthy');
    await run.run();
    expect(run.statuses()).toEqual({ hub: 'rolled-back', sharer: 'skipped', above: 'skipped' });
    expect(replaces(run.engine.calls)).toEqual(['replace hub', 'replace hub', 'replace sharer', 'replace above']);
    for (const name of ['hub', 'sharer', 'above']) expect(run.engine.containers.get(name)?.[0]?.image).toBe(imageId(name));
  });

  const both = (stableForMs: number) =>
    handRun(
      fleetOf(
        { hub: { critical: true, ...CHECKED }, sharer: { critical: true, edges: shares('started'), ...CHECKED } },
        settings('all', stableForMs),
      ),
    );
  const backInOrder = (run: HandRun) => {
    expect(run.statuses()).toEqual({ hub: 'rolled-back', sharer: 'rolled-back' });
    expect(replaces(run.engine.calls)).toEqual(['replace hub', 'replace sharer', 'replace hub', 'replace sharer']);
  };

  test('goes back after it when it was replaced, not before: there would be nothing to go back onto', async () => {
    const run = both(400);
    const ended = run.run();
    await run.seen((e) => e.type === 'service-healthy' && e.service === 'sharer');
    run.engine.fall('hub');
    await ended;
    backInOrder(run);
  });

  test('is waited for while it is being replaced', async () => {
    const run = both(0);
    run.engine.behaviour.set('hub', 'unhealthy');
    const sharer = run.engine.hold('replace sharer');
    const hub = run.engine.hold('replace hub');
    const ended = run.run();
    hub.open();
    await sharer.entered;
    await run.seen((e) => e.type === 'step-outcome' && e.step === 'hub:verify');
    sharer.open();
    await ended;
    backInOrder(run);
  });

  test('waits with its own way back for the outcome of what it is bound to', async () => {
    const run = both(400);
    run.engine.behaviour.set('sharer', 'unhealthy');
    const ended = run.run();
    await run.seen((e) => e.type === 'step-outcome' && e.step === 'sharer:verify');
    run.engine.fall('hub');
    await ended;
    backInOrder(run);
  });
});

test('what was put on a service that only had to be started goes back when that one turns out bad and stays', async () => {
  const edges = [{ to: 'base', condition: 'started' } as const];
  const sharing = [{ to: 'base', condition: 'started', source: 'namespace' } as const];
  const fleet = fleetOf(
    { base: CHECKED, on: { edges, ...CHECKED }, sharer: { edges: sharing, ...CHECKED } },
    settings('all', 400),
  );
  const run = handRun(fleet);
  run.engine.behaviour.set('base', 'falls');
  await run.run();
  expect(run.statuses()).toMatchObject({ base: 'failed', on: expect.stringMatching(/^(rolled-back|skipped)$/) });
  expect(run.engine.containers.get('on')?.[0]?.image).toBe(imageId('on'));
  expect(run.engine.containers.get('base')?.[0]?.image).toBe(imageId('base-new'));
  // A sharer has nothing to go back onto.
  expect(run.engine.calls.filter((call) => call === 'replace sharer').length).toBeLessThanOrEqual(1);
});

describe('what the run had completed before it was continued', () => {
  const earlier = (...names: readonly string[]) =>
    new Map(
      names.map((name) => {
        const state = runOf([started([{ service: name, category: 'apps' }]), ...completedIn(name)]);
        return [name, placedEarlier(state, { services: [] }).get(name)!] as const;
      }),
    );
  const completedIn = (name: string) => {
    const before = { containers: ['a'], image: imageId(name), tagImage: imageId(name), anonymousVolumes: {} };
    const facts = { kind: 'replace', image: imageId(`${name}-new`), containers: ['b'], stoppedAt: null, before } as const;
    const outcome = { status: 'done', facts } as const;
    const step = { service: name, step: `${name}:replace`, attempt: 1 };
    return [
      { type: 'step-outcome', ...step, kind: 'replace', durationMs: 1, outcome } as const,
      settled(name, { image: imageId(`${name}-new`) }),
    ];
  };

  test.each([
    ['service', { base: 'rolled-back', web: 'rolled-back', other: 'completed' }],
    ['run', { base: 'rolled-back', web: 'rolled-back', other: 'rolled-back' }],
  ] as const)('goes back with scope %s as if it had not been interrupted', async (rollbackScope, expected) => {
    const fleet = fleetOf({ base: CHECKED, web: { needs: ['base'], ...CHECKED }, other: CHECKED }, settings('all'));
    const options = { rollbackOnFail: true, rollbackScope, services: ['base'] };
    const run = handRun(fleet, { options, earlier: earlier('web', 'other') });
    run.engine.behaviour.set('base', 'unhealthy');
    const board = await run.run();
    expect(Object.fromEntries(board.all.map((r) => [r.key, r.final?.status]))).toEqual(expected);
    const back = run.engine.calls.filter((call) => call.startsWith('replace')).slice(1);
    expect(back.indexOf('replace web')).toBeLessThan(back.indexOf('replace base'));
    expect(conclude(board, run.stop)).toMatchObject({ outcome: 'failed', exitCode: 1 });
  });
});

test('services of one tag go back together', async () => {
  const image = 'app:latest';
  const fleet = fleetOf(
    { first: { image, ...CHECKED }, second: { image, critical: true, ...CHECKED }, other: CHECKED },
    settings('all'),
  );
  const run = handRun(fleet);
  run.engine.behaviour.set('second', 'unhealthy');
  await run.run();
  expect(run.statuses()).toEqual({ first: 'rolled-back', second: 'rolled-back', other: 'completed' });
});

describe('a rollback that fails', () => {
  test('ends in 3 with commands; no other service is taken back, and nothing new is begun', async () => {
    const fleet = fleetOf(
      { a: CHECKED, b: { needs: ['a'], ...CHECKED }, bad: { needs: ['b'], ...CHECKED }, later: { risk: 'high' } },
      settings('all'),
    );
    const run = handRun(fleet, { options: { rollbackOnFail: true, rollbackScope: 'wave' } });
    const wide = handRun(fleet, { options: { rollbackOnFail: true, rollbackScope: 'run' } });
    for (const each of [run, wide]) {
      each.engine.behaviour.set('bad', 'unhealthy');
      const ended = each.run();
      await each.seen((e) => e.type === 'step-outcome' && e.step === 'bad:replace');
      for (const name of ['bad', 'b']) each.engine.replaceFailures.set(name, refused);
      const board = await ended;
      expect(conclude(board, each.stop)).toMatchObject({ outcome: 'failed', exitCode: 3 });
      expect(each.statuses()).toMatchObject({ a: 'completed', bad: 'failed', later: 'pending' });
      expect(each.engine.containers.get('a')?.[0]?.image).toBe(imageId('a-new'));
      const { failure } = board.find('bad')!.final!;
      expect(failure).toMatchObject({ code: 'rollback-failed', message: expect.stringContaining('no such network') });
      expect(failure).toMatchObject({ commands: [['docker', 'tag', expect.any(String), 'bad:latest'], expect.any(Array)] });
      // Each was tried once: a failed rollback is not rolled back.
      const again = each.engine.calls.filter((call) => call === 'replace bad');
      expect(again).toHaveLength(2);
    }
    expect(run.statuses().b).toBe('completed');
    expect(wide.statuses().b).toBe('failed');
  });

  test('one that is killed stays open, to be finished by --continue', async () => {
    const run = handRun(fleetOf({ web: { critical: true, ...CHECKED } }, settings(1)));
    run.engine.behaviour.set('web', 'unhealthy');
    const ended = run.run();
    await run.seen((e) => e.type === 'step-outcome' && e.step === 'web:replace');
    const back = run.engine.hold('replace web');
    await back.entered;
    run.stop.raise('killing', { kind: 'signal', signal: 'SIGINT' });
    const board = await ended;
    expect(run.statuses()).toEqual({ web: 'pending' });
    expect(run.events.at(-1)).toMatchObject({ type: 'step-outcome', step: 'web:rollback', outcome: { status: 'interrupted' } });
    expect(conclude(board, run.stop)).toMatchObject({ outcome: 'interrupted', exitCode: 130 });
  });
});

/** A first try of `web` is in place, of a run that is continued now. */
function firstTry(fleet: Fleet) {
  const bad = containerOf('web', { id: 'b'.padEnd(64, 'b'), image: imageId('web-first-try') });
  const observed = observedRunning(fleet);
  const before = { containers: ['a'], image: imageId('web'), tagImage: imageId('web'), anonymousVolumes: {} };
  return {
    observed: { ...observed, services: { ...observed.services, web: { containers: [bad], tagImage: bad.image } } },
    replaced: new Map([['web', { containers: [bad.id], image: bad.image, before, stoppedAt: null }]]),
  };
}

describe('what the run had put in place before it was continued, and not completed', () => {
  const fleetWith = (barrier: boolean) => {
    const { batch, ...rest } = settings(barrier ? 1 : 'all');
    return fleetOf({ base: CHECKED, web: { needs: ['base'], ...CHECKED } }, { ...rest, batch: { ...batch, barrier } });
  };

  test.each([
    { where: 'for the step that it needs', barrier: false, paused: false },
    { where: 'for its batch', barrier: true, paused: false },
    { where: 'for the end of a pause', barrier: false, paused: true },
  ])('goes back with what it depends on while it waits $where', async ({ barrier, paused }) => {
    const fleet = fleetWith(barrier);
    const run = handRun(fleet, { options: { rollbackOnFail: true }, ...firstTry(fleet) });
    run.engine.behaviour.set('base', 'unhealthy');
    const replacing = run.engine.hold('replace base');
    const ended = run.run();
    await replacing.entered;
    if (paused) run.pause.close();
    replacing.open();
    await ended;
    expect(run.statuses()).toEqual({ base: 'rolled-back', web: 'rolled-back' });
    expect(run.engine.containers.get('web')?.[0]?.image).toBe(imageId('web'));
  });

  test('goes back also when it was skipped first', async () => {
    const onBase = { needs: ['base'], ...CHECKED };
    const onOther = { needs: ['other'], critical: true, ...CHECKED };
    const fleet = fleetOf({ base: CHECKED, other: CHECKED, web: onBase, bad: onOther }, settings('all'));
    const run = handRun(fleet, { options: { rollbackScope: 'wave' }, ...firstTry(fleet) });
    run.engine.buildFailures.set('base', [unbuilt]);
    run.engine.behaviour.set('bad', 'unhealthy');
    const replacing = run.engine.hold('replace bad');
    const ended = run.run();
    await run.seen((e) => e.type === 'service-settled' && e.service === 'web' && e.status === 'skipped');
    replacing.open();
    await ended;
    expect(run.statuses()).toEqual({ base: 'failed', other: 'completed', web: 'rolled-back', bad: 'rolled-back' });
  });
});

test('a run that is continued goes back to what ran before it began, not to its own first try', async () => {
  const fleet = fleetOf({ web: CHECKED }, settings(1));
  const run = handRun(fleet, { options: { rollbackOnFail: true }, ...firstTry(fleet) });
  run.engine.behaviour.set('web', 'unhealthy');
  await run.run();
  expect(run.statuses()).toEqual({ web: 'rolled-back' });
  expect(run.engine.containers.get('web')?.[0]?.image).toBe(imageId('web'));
});
