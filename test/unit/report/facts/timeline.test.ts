import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../../src/journal/events.ts';
import type { StepKind } from '../../../../src/plan/types.ts';
import { asOfMs } from '../../../../src/report/facts/as-of.ts';
import { type Timeline, timelineOf } from '../../../../src/report/facts/timeline.ts';
import { atSecond, plannedService, timedRun } from '../../../support/facts.ts';
import { done, failed, finished, intent, interrupted, started } from '../../../support/journal.ts';

type Timed = readonly [seconds: number, body: EventBody];

/** A step of a service from one second to another. */
function ran(service: string, kind: StepKind, from: number, to: number): readonly Timed[] {
  return [
    [from, intent(service, kind)],
    [to, done(service, kind, (to - from) * 1000)],
  ];
}

function run(services: readonly string[], ...bodies: readonly Timed[]) {
  return timedRun([0, started(services)], ...[...bodies].sort((a, b) => a[0] - b[0]));
}

/** `build 1-4 @0`: kind, seconds, slot; `?` when it is open. */
function drawn({ rows }: Timeline): Record<string, readonly string[]> {
  const second = (ms: number) => (ms - atSecond(0)) / 1000;
  return Object.fromEntries(
    rows.map(({ service, slot, bars }) => [
      `${service} @${slot}`,
      bars.map((bar) => `${bar.kind} ${second(bar.startMs)}-${second(bar.endMs)}${bar.open ? '?' : ''} @${bar.slot}`),
    ]),
  );
}

describe('bars', () => {
  test('each step in its place; what runs at the same time has different slots', () => {
    const state = run(
      ['a', 'b', 'c'],
      ...ran('a', 'build', 1, 4),
      ...ran('b', 'build', 2, 6),
      ...ran('a', 'replace', 4, 5),
      ...ran('c', 'build', 5, 9),
      [6, intent('b', 'replace')],
    );
    const timeline = timelineOf(state, null, { live: true, nowMs: atSecond(10) });
    expect(drawn(timeline)).toEqual({
      'a @0': ['build 1-4 @0', 'replace 4-5 @0'],
      'b @1': ['build 2-6 @1', 'replace 6-10? @0'],
      'c @0': ['build 5-9 @0'],
    });
    expect([timeline.beganMs, timeline.endMs]).toEqual([atSecond(0), atSecond(10)]);
  });

  test('what was not needed is no bar; a failed one says so', () => {
    const notNeeded: EventBody = {
      type: 'step-outcome',
      service: 'a',
      step: 'a:build',
      kind: 'build',
      attempt: 1,
      durationMs: 0,
      outcome: { status: 'not-needed', why: 'same' },
    };
    const state = run(['a'], [1, notNeeded], [2, intent('a', 'replace')], [3, failed('a', 'replace')]);
    const [row] = timelineOf(state, null, { live: true, nowMs: atSecond(9) }).rows;
    expect(row!.bars).toMatchObject([{ kind: 'replace', outcome: 'failed', open: false }]);
  });

  test('an interrupted step has ended, until it is begun again', () => {
    const bodies: readonly Timed[] = [
      [1, intent('a', 'build')],
      [3, interrupted('a', 'build')],
    ];
    expect(timelineOf(run(['a'], ...bodies), null, { live: true, nowMs: atSecond(9) }).rows[0]!.bars).toMatchObject([
      { outcome: 'interrupted' },
    ]);
    const again = timelineOf(run(['a'], ...bodies, [5, intent('a', 'build')]), null, { live: true, nowMs: atSecond(9) });
    expect(drawn(again)).toEqual({ 'a @0': ['build 5-9? @0'] });
  });

  test('a run that has ended goes on no further, nor does one that nobody executes', () => {
    const ended = run(['a'], [1, intent('a', 'build')], [7, finished('interrupted')]);
    expect(timelineOf(ended, null, { live: true, nowMs: atSecond(60) }).endMs).toBe(atSecond(7));
    const dead = run(['a'], [1, intent('a', 'build')]);
    expect(asOfMs(dead, { live: false, nowMs: atSecond(60) })).toBe(atSecond(1));
    expect(asOfMs(dead, { live: true, nowMs: atSecond(60) })).toBe(atSecond(60));
    expect(asOfMs(ended, { live: true, nowMs: atSecond(60) })).toBe(atSecond(7));
  });

  test('of a run of which nothing is known there is nothing to draw', () => {
    expect(timelineOf(timedRun(), null, { live: true, nowMs: atSecond(5) })).toEqual({
      rows: [],
      criticalPath: [],
      beganMs: atSecond(5),
      endMs: atSecond(5),
    });
  });
});

describe('the critical path', () => {
  test('goes back over needs and own steps to what ended last', () => {
    const state = run(
      ['db', 'web', 'x'],
      ...ran('db', 'build', 1, 3),
      ...ran('db', 'replace', 3, 4),
      ...ran('db', 'verify', 4, 9),
      ...ran('web', 'build', 1, 6),
      ...ran('web', 'replace', 9, 10),
      ...ran('web', 'verify', 10, 12),
      ...ran('x', 'build', 1, 11),
    );
    const kinds = ['build', 'replace', 'verify'] as const;
    const web = plannedService('web', { kinds, needs: { replace: ['db:verify'] }, requires: ['db'] });
    const plan = { services: [plannedService('db', { kinds }), web, plannedService('x', { kinds })] };
    const path = ['db:build', 'db:replace', 'db:verify', 'web:replace', 'web:verify'];
    expect(timelineOf(state, plan, { live: true, nowMs: atSecond(12) }).criticalPath).toEqual(path);
    expect(timelineOf(state, null, { live: true, nowMs: atSecond(12) }).criticalPath).toEqual([
      'web:build',
      'web:replace',
      'web:verify',
    ]);
  });

  test('goes through risk gates, and through services that were only waited for', () => {
    const kinds = ['build', 'replace'] as const;
    const state = run(
      ['low1', 'low2', 'high'],
      ...ran('low1', 'build', 1, 2),
      ...ran('low1', 'replace', 2, 3),
      ...ran('low2', 'build', 1, 7),
      ...ran('low2', 'replace', 7, 8),
      ...ran('high', 'build', 1, 2),
      ...ran('high', 'replace', 8, 10),
    );
    const high = plannedService('high', { kinds, risk: 'high', effectiveRisk: 'high', needs: { replace: ['risk:low'] } });
    const services = [plannedService('low1', { kinds }), plannedService('low2', { kinds }), high];
    expect(timelineOf(state, { services }, { live: true, nowMs: 0 }).criticalPath).toEqual([
      'low2:build',
      'low2:replace',
      'high:replace',
    ]);
    const soft = { ...high, steps: high.steps.map((step) => ({ ...step, needs: [], after: ['low1:replace'] })) };
    expect(timelineOf(state, { services: [...services.slice(0, 2), soft] }, { live: true, nowMs: 0 }).criticalPath).toEqual([
      'low1:build',
      'low1:replace',
      'high:replace',
    ]);
  });

  test('ends where records contradict one another', () => {
    const state = run(['a', 'b'], ...ran('a', 'build', 1, 5), ...ran('b', 'build', 1, 5));
    const round = [
      plannedService('a', { needs: { build: ['b:build'] } }),
      plannedService('b', { needs: { build: ['a:build'] } }),
    ];
    expect(timelineOf(state, { services: round }, { live: true, nowMs: 0 }).criticalPath).toEqual(['a:build']);
  });
});
