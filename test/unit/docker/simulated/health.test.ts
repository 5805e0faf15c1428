import { describe, expect, test } from 'vitest';
import { type Behaviour, courseOf } from '../../../../src/docker/simulated/behaviour.ts';
import { HealthCourse } from '../../../../src/docker/simulated/health.ts';

const CHECK = { intervalMs: 1000, startIntervalMs: 200, startPeriodMs: 0, retries: 3 };
const CHECK_MS = 10;

function changes(behaviour: Behaviour, check = CHECK): string[] {
  const course = new HealthCourse(check, courseOf(behaviour, 1), CHECK_MS);
  return course.changes().map(({ health, endMs }) => `${health} ${endMs}`);
}

/** As moby runs checks: each an interval after the end of the one before it. */
describe('health', () => {
  test.each<{ what: string; behaviour: Behaviour; check?: typeof CHECK; expected: string[] }>([
    { what: 'the first good check', behaviour: { kind: 'healthy', afterMs: 500 }, expected: ['healthy 1010'] },
    { what: 'a good one after bad ones', behaviour: { kind: 'healthy', afterMs: 1500 }, expected: ['healthy 2020'] },
    { what: 'so many bad ones in a row', behaviour: { kind: 'unhealthy' }, expected: ['unhealthy 3030'] },
    {
      what: 'unhealthy first, healthy when it is ready at last',
      behaviour: { kind: 'healthy', afterMs: 4500 },
      expected: ['unhealthy 3030', 'healthy 5050'],
    },
    {
      what: 'bad ones do not count in the start period, and come faster',
      behaviour: { kind: 'unhealthy' },
      check: { ...CHECK, startPeriodMs: 600 },
      // Asked at 200 and 410, which do not count, at 620, and then every second.
      expected: ['unhealthy 2650'],
    },
    {
      what: 'a fall',
      behaviour: { kind: 'falls', afterMs: 100, fallsAfterMs: 2000, how: 'unhealthy' },
      expected: ['healthy 1010', 'unhealthy 5050'],
    },
    {
      what: 'nothing of one that ends before it is asked',
      behaviour: { kind: 'exits', afterMs: 100, exitCode: 1, times: null },
      expected: [],
    },
  ])('changes with $what', ({ behaviour, check, expected }) => expect(changes(behaviour, check)).toEqual(expected));

  test('keeps the last five checks, also of a container that has run for days', () => {
    const course = new HealthCourse(CHECK, courseOf({ kind: 'healthy', afterMs: 0 }, 1), CHECK_MS);
    expect(course.log(500)).toEqual([]);
    expect(course.log(2500).map(({ endMs }) => endMs)).toEqual([1010, 2020]);
    expect(course.log(86_400_000).map(({ endMs }) => endMs)).toEqual([
      86_395_400, 86_396_410, 86_397_420, 86_398_430, 86_399_440,
    ]);
  });
});
