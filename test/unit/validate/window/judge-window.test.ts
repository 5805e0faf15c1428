import { describe, expect, test } from 'vitest';
import type { ServiceConduct, WindowReport, WindowService } from '../../../../src/report/validation/window-types.ts';
import { judgeWindow } from '../../../../src/validate/window/judge-window.ts';
import { fleetOf } from '../../../support/fleet-builder.ts';

const SETTINGS = fleetOf({ web: {} }).settings.validation;
const MINUTE = 60_000;

const answered = (good: number, asked: number, medianMs: number) => ({ asked, good, medianMs, slowestMs: medianMs });
const errors = (count: number, minutes = 1, crashes = 0) => ({ spanMs: minutes * MINUTE, errors: count - crashes, crashes });
const WELL: ServiceConduct = { answers: answered(10, 10, 20), logged: errors(0) };

function judged(now: Partial<WindowService>, report: Partial<WindowReport> = {}) {
  const service = { service: 'web', critical: false, before: WELL, restarts: 0, downLooks: 0, ...WELL, ...now };
  const whole: WindowReport = {
    startedAt: '2026-02-04T14:00:00.000Z',
    wantedMs: 10 * MINUTE,
    lastedMs: 10 * MINUTE,
    intervalMs: 10_000,
    looks: 60,
    blindLooks: 0,
    ended: 'whole',
    services: [service],
    ...report,
  };
  const found = judgeWindow(whole, SETTINGS, () => 'the lines');
  return Object.values(found)
    .flat()
    .map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

test('who does as before is no finding', () => {
  expect(judged({})).toEqual([]);
  expect(judged({ answers: answered(10, 10, 110) })).toEqual([]);
  expect(judged({ answers: null, before: { answers: null, logged: errors(0) } })).toEqual([]);
});

describe('answers', () => {
  test('that are lost, but for one of many', () => {
    expect(judged({ answers: answered(58, 60, 20) })).toEqual([
      'error answers-lost: web answered 58 of 60 times in the window; before the run 10 of 10 were good',
    ]);
    expect(judged({ answers: answered(59, 60, 20) })).toEqual([]);
    expect(judged({ answers: answered(2, 3, 20) })).toHaveLength(1);
  });

  test('that take longer by the factor, and by what is felt', () => {
    expect(judged({ answers: answered(10, 10, 121) })).toEqual([
      'warning answers-slower: web answers in 121 ms, before the run in 20 ms (median)',
    ]);
    const slowBefore = { answers: answered(10, 10, 400), logged: errors(0) };
    expect(judged({ answers: answered(10, 10, 790), before: slowBefore })).toEqual([]);
    expect(judged({ answers: answered(2, 2, 900) })).toEqual([]);
  });

  test('that take longer than the limit, with nothing to compare', () => {
    expect(judged({ answers: answered(10, 10, 2500), before: { answers: null, logged: errors(0) } })).toEqual([
      'error endpoint-slow: web answers in 2500 ms (median); the limit is 2.0s',
    ]);
  });
});

describe('errors', () => {
  test('that come more often than before', () => {
    expect(judged({ logged: errors(30, 10), before: { ...WELL, logged: errors(10, 10) } })).toEqual([
      'error errors-rose: web logged 30 errors in the window, 3.0 a minute; before the run 1.0 a minute',
    ]);
    expect(judged({ logged: errors(20, 10), before: { ...WELL, logged: errors(10, 10) } })).toEqual([]);
  });

  test('of which there are too few for a rate, unless something crashed', () => {
    expect(judged({ logged: errors(2, 10) })).toEqual([
      'warning errors-in-window: web logged 2 errors in the window, 0.2 a minute',
    ]);
    expect(judged({ logged: errors(1, 10, 1) })).toEqual([
      'error errors-rose: web logged 1 error in the window, 0.1 a minute; before the run none',
    ]);
  });

  test('without anything to compare with', () => {
    expect(judged({ logged: errors(900, 10), before: null })).toEqual([
      'info no-baseline: It was not noted how any service did before the run: there is nothing to compare with',
      'warning errors-in-window: web logged 900 errors in the window, 90 a minute',
    ]);
  });
});

test('a service that fell is a finding', () => {
  expect(judged({ restarts: 2, downLooks: 1 })).toEqual([
    'error fell-in-window: web was started again 2 times and was down at 1 look in the window',
  ]);
});

test('a service that another run replaced meanwhile did not fall, and the run is said', () => {
  const run = '20260204_140100';
  expect(judged({ restarts: 1 }, { meanwhile: { run, services: ['web'] } })).toEqual([
    `warning run-in-window: Run ${run} was at work in the window and changed web: answers and errors of then are of it, too`,
  ]);
  expect(judged({ restarts: 1 }, { meanwhile: { run, services: [] } })).toEqual([
    `warning run-in-window: Run ${run} was at work in the window and changed no service so far: answers and errors of then are of it, too`,
    'error fell-in-window: web was started again 1 time in the window',
  ]);
});

test('a window that was cut short, or saw nothing for a while, says so', () => {
  expect(judged({}, { ended: 'interrupted', lastedMs: MINUTE, blindLooks: 3 })).toEqual([
    'info window-cut-short: You ended the window after 1m00s of 10m00s: this is how it stood',
    'warning window-blind: The engine did not answer at 3 of 60 looks',
  ]);
});
