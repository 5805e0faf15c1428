import { expect, test } from 'vitest';
import type { EventBody } from '../../../../src/journal/events.ts';
import { runHistoryRow } from '../../../../src/report/facts/run-history.ts';
import { timedRun } from '../../../support/facts.ts';
import { done, finished, intent, RUN, resumed, settled, started, wholeService } from '../../../support/journal.ts';

test('a run that is done: how long, how much came from the cache, how long services were down', () => {
  const down = { ...settled('b', 'completed'), downtimeMs: 1500 } as EventBody;
  const shared: EventBody = {
    type: 'step-outcome',
    service: 'b',
    step: 'b:build',
    kind: 'build',
    attempt: 1,
    durationMs: 0,
    outcome: { status: 'not-needed', why: 'built with a', facts: buildFacts() },
  };
  const whole = wholeService('a').map((body) => [5, body] as const);
  const state = timedRun([0, started(['a', 'b'])], ...whole, [7, shared], [8, down], [90, finished('done')]);
  expect(runHistoryRow(state)).toEqual({
    run: RUN,
    command: 'rebuild',
    outcome: 'done',
    exitCode: 0,
    why: 'said the test',
    startedAt: '2026-02-04T14:00:00.000Z',
    finishedAt: '2026-02-04T14:01:30.000Z',
    durationMs: 90_000,
    resumed: 0,
    counts: expect.objectContaining({ total: 2, completed: 2 }),
    unfinished: 0,
    builds: 1,
    cachedSteps: 2,
    totalSteps: 4,
    cacheHitRate: 0.5,
    downtimeMs: 1500,
  });
});

test('a run that was cut off: as far as it came, and as who knows better says it stands', () => {
  const state = timedRun([0, started(['a', 'b'])], [4, resumed(['a'])], [9, intent('a', 'build')]);
  expect(runHistoryRow(state, 'interrupted')).toMatchObject({
    outcome: 'interrupted',
    finishedAt: null,
    durationMs: 5000,
    resumed: 1,
    unfinished: 0,
    counts: expect.objectContaining({ total: 2, pending: 2, running: 0, waiting: 0 }),
    builds: 0,
    cacheHitRate: null,
  });
  expect(runHistoryRow(state)).toMatchObject({
    outcome: 'running',
    unfinished: 2,
    counts: { pending: 0, running: 1, waiting: 1 },
  });
  expect(runHistoryRow(timedRun())).toMatchObject({ command: '', startedAt: null, durationMs: null });
});

function buildFacts() {
  const built = done('a', 'build');
  if (built.type !== 'step-outcome' || built.outcome.status !== 'done') throw new Error('not an outcome with facts');
  return built.outcome.facts;
}
