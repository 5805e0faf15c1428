import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../../src/journal/events.ts';
import type { PlannedService } from '../../../../src/plan/types.ts';
import { type TimePlan, timeLeft, timeLeftText } from '../../../../src/report/facts/time-left.ts';
import { atSecond, plannedService, stepsTaking, timedRun } from '../../../support/facts.ts';
import { done, finished, intent, resumed, settled, started } from '../../../support/journal.ts';

/** A service that takes 10 s to build, 1 s to replace and 4 s (at the slowest 8 s) to verify. */
function seen(service: string, changes: Partial<PlannedService> = {}): PlannedService {
  const stepsMs = stepsTaking({ build: 10, replace: 1, verify: [4, 8] });
  return plannedService(service, { kinds: ['build', 'replace', 'verify'], estimateMs: 15_000, stepsMs, ...changes });
}

function planOf(services: readonly PlannedService[], typicalSeconds: number): TimePlan {
  return { services, estimate: { typicalMs: typicalSeconds * 1000, slowMs: typicalSeconds * 2000, unseen: 0, categories: [] } };
}

type Timed = readonly [seconds: number, body: EventBody];

function run(services: readonly string[], ...bodies: readonly Timed[]) {
  return timedRun([0, started(services)], ...bodies);
}

/** Seconds that are left. */
function leftOf(state: Parameters<typeof timeLeft>[0], plan: TimePlan | null, atS: number): number | null {
  const { leftMs } = timeLeft(state, plan, atSecond(atS));
  return leftMs === null ? null : Math.round(leftMs / 100) / 10;
}

describe('with recorded durations', () => {
  test('at the start it is what the plan says', () => {
    const plan = planOf([seen('a'), seen('b'), seen('c'), seen('d')], 30);
    const found = timeLeft(run(['a', 'b', 'c', 'd']), plan, atSecond(0));
    expect(found).toEqual({ leftMs: 30_000, slowMs: 60_000, basis: 'recorded', unseen: 0 });
  });

  test('half of the work leaves half of the time; a step under way counts as far as it has come', () => {
    const plan = planOf([seen('a'), seen('b')], 30);
    const half = [[15, settled('a', 'completed')]] as const;
    expect(leftOf(run(['a', 'b'], ...half), plan, 15)).toBe(15);
    expect(leftOf(run(['a', 'b'], ...half, [15, intent('b', 'build')]), plan, 21)).toBe(9);
  });

  test('a step that takes longer than ever does not bring the end near', () => {
    const plan = planOf([seen('a')], 15);
    expect(leftOf(run(['a'], [0, intent('a', 'build')]), plan, 500)).toBe(6);
  });

  test('steps that take twice as long as they used to make the rest longer', () => {
    const services = ['a', 'b', 'c', 'd'];
    const plan = planOf(
      services.map((s) => seen(s)),
      60,
    );
    const slowly = ['a', 'b'].flatMap((s): Timed[] => [
      [20, done(s, 'build', 20_000)],
      [22, done(s, 'replace', 2000)],
      [30, done(s, 'verify', 8000)],
      [30, settled(s, 'completed')],
    ]);
    const left = leftOf(run(services, ...slowly), plan, 30)!;
    expect(left).toBeGreaterThan(45);
    expect(left).toBeLessThan(60);
  });

  test('no run is over before its longest path: dependencies and risk gates', () => {
    const chain = [seen('a'), seen('b', { requires: ['a'] }), seen('c', { requires: ['b'] })];
    // Builds go on while others are waited for: 10 + 3 times 5.
    expect(leftOf(run(['a', 'b', 'c']), planOf(chain, 16), 0)).toBe(25);
    const gated = [seen('a'), seen('b', { effectiveRisk: 'medium' }), seen('c', { effectiveRisk: 'high' })];
    expect(leftOf(run(['a', 'b', 'c']), planOf(gated, 16), 0)).toBe(25);
  });

  test('services never seen count with what others take, and are told', () => {
    const stepsMs = stepsTaking({ build: 10, replace: 1, verify: 4 });
    const plan = planOf([seen('a'), seen('b', { estimateMs: null, stepsMs }), seen('c', { estimateMs: null })], 45);
    const found = timeLeft(run(['a', 'b', 'c']), plan, atSecond(0));
    expect(found.unseen).toBe(2);
    expect(timeLeftText(found)).toBe('about 45s left, 2 services never seen');
    expect(timeLeft(run(['a', 'b', 'c'], [1, settled('c', 'completed')]), plan, atSecond(1)).unseen).toBe(1);
  });
});

describe('a run that is resumed', () => {
  test('goes by the plan of what is left, in which the others are not', () => {
    const before = Array.from({ length: 20 }, (_, i) => `s${i}`);
    const state = run([...before, 'a'], ...before.map((s): Timed => [50, settled(s, 'completed')]), [9000, resumed(['a'])]);
    expect(leftOf(state, planOf([seen('a')], 30), 9000)).toBe(30);
  });

  test('has no speed to tell: it may have lain there for a night', () => {
    const state = run(['a', 'b'], [50, settled('a', 'completed')], [9000, resumed(['b'])]);
    expect(timeLeft(state, null, atSecond(9000))).toMatchObject({ leftMs: null, basis: 'speed' });
  });
});

describe('without', () => {
  const services = Array.from({ length: 10 }, (_, i) => `s${i}`);
  const plan = { services: services.map((s) => plannedService(s)) };

  test('nothing is told until some of the work is done, then by the speed so far', () => {
    expect(timeLeft(run(services), plan, atSecond(10))).toMatchObject({ leftMs: null, basis: 'speed', unseen: 10 });
    const settledHalf = services.slice(0, 5).map((s): Timed => [50, settled(s, 'completed')]);
    const found = timeLeft(run(services, ...settledHalf), plan, atSecond(50));
    expect(found).toMatchObject({ leftMs: 50_000, slowMs: null, basis: 'speed' });
    expect(timeLeftText(found)).toBe('about 50s left');
  });

  test('steps that are done count before their service is', () => {
    const built = services.map((s): Timed => [100, done(s, 'build', 100_000)]);
    expect(leftOf(run(services, ...built), plan, 100)!).toBeLessThan(100);
  });

  test('a run whose plan cannot be read goes by its services', () => {
    expect(leftOf(run(services, [30, settled('s0', 'completed')]), null, 30)).toBe(270);
  });
});

test('nothing is left of a run that is over, and of one whose services have all settled', () => {
  const nothing = { leftMs: null, slowMs: null, basis: null, unseen: 0 };
  const plan = planOf([seen('a')], 15);
  expect(timeLeft(run(['a'], [5, finished('interrupted')]), plan, atSecond(9))).toEqual(nothing);
  expect(timeLeft(run(['a'], [5, settled('a', 'completed')]), plan, atSecond(9))).toEqual(nothing);
  expect(timeLeftText(timeLeft(run([]), plan, atSecond(0)))).toBe('');
});
