import { describe, expect, test } from 'vitest';
import { asOfMs, goesOn } from '../../../../src/report/facts/as-of.ts';
import { openSteps } from '../../../../src/report/facts/open-steps.ts';
import { atSecond, timedRun } from '../../../support/facts.ts';
import { done, intent, interrupted, notice, resumed, started } from '../../../support/journal.ts';

const STARTED = [0, started(['a'])] as const;
const BUILDING = [10, intent('a', 'build')] as const;

describe('steps without an outcome', () => {
  test.each([
    ['under way', timedRun(STARTED, BUILDING), true, [90, true]],
    ['cut off', timedRun(STARTED, BUILDING, [25, notice('x')]), false, [15, false]],
    ['cut off before a resume', timedRun(STARTED, BUILDING, [25, notice('x')], [70, resumed(['a'])]), true, [15, false]],
    ['taken up again', timedRun(STARTED, BUILDING, [70, resumed(['a'])], [80, intent('a', 'build', 2)]), true, [20, true]],
    ['interrupted', timedRun(STARTED, BUILDING, [20, interrupted('a', 'build')]), true, null],
    ['done', timedRun(STARTED, BUILDING, [20, done('a', 'build')]), true, null],
  ] as const)('%s', (_how, state, live, expected) => {
    const moment = { live, nowMs: atSecond(100) };
    const at = { parts: state.parts, goesOn: goesOn(state, moment), nowMs: asOfMs(state, moment) };
    const steps = openSteps(state.services.get('a')!, at).map((one) => [(one.endMs - one.startMs) / 1000, one.isUnderWay]);
    expect(steps).toEqual(expected === null ? [] : [expected]);
  });
});
