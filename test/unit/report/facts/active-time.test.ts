import { describe, expect, test } from 'vitest';
import { durationInParts, runDurationMs } from '../../../../src/report/facts/active-time.ts';
import { atSecond, timedRun } from '../../../support/facts.ts';
import { finished, intent, resumed, started } from '../../../support/journal.ts';

const STARTED = [0, started(['a'])] as const;
const BUILDING = [10, intent('a', 'build')] as const;
const HOURS = 9 * 3600;
const RESUMED = [HOURS, resumed(['a'])] as const;

describe('how long a run took', () => {
  test.each([
    ['in one piece', timedRun(STARTED, BUILDING, [60, finished('done')]), false, 60],
    ['going on', timedRun(STARTED, BUILDING), true, HOURS + 100],
    ['cut off: up to its last record', timedRun(STARTED, BUILDING), false, 10],
    ['cut off and given up long after', timedRun(STARTED, BUILDING, [HOURS, finished('abandoned')]), false, 10],
    [
      'interrupted and given up long after',
      timedRun(STARTED, [20, finished('interrupted')], [HOURS, finished('abandoned')]),
      false,
      20,
    ],
    ['cut off and resumed', timedRun(STARTED, BUILDING, RESUMED, [HOURS + 30, finished('done')]), false, 40],
    [
      'interrupted and resumed',
      timedRun(STARTED, [20, finished('interrupted')], RESUMED, [HOURS + 30, finished('done')]),
      false,
      50,
    ],
    ['resumed and going on', timedRun(STARTED, BUILDING, RESUMED), true, 110],
    ['resumed and cut off again', timedRun(STARTED, BUILDING, RESUMED, [HOURS + 5, intent('a', 'build')]), false, 15],
  ] as const)('%s', (_how, state, live, seconds) => {
    expect(runDurationMs(state, { live, nowMs: atSecond(HOURS + 100) })).toBe(seconds * 1000);
  });

  test('nothing, before it began', () => expect(runDurationMs(timedRun(), { live: true, nowMs: 5 })).toBeNull());

  test('a resumed run says in how many parts', () => {
    expect(durationInParts(72_000, { resumed: 0 })).toBe('1m12s');
    expect(durationInParts(72_000, { resumed: 2 })).toBe('1m12s in 3 parts');
  });
});
