import { expect, test } from 'vitest';
import type { EventBody } from '../../../../src/journal/events.ts';
import { projectRun } from '../../../../src/journal/projection.ts';
import type { Failure } from '../../../../src/model/failure.ts';
import { whyTakenBack } from '../../../../src/run/recovery/finish-rollbacks.ts';
import { done, eventsOf, intent, RUN, started } from '../../../support/journal.ts';

const BAD: Failure = { code: 'bad-verdict', verdict: { kind: 'exited', exitCode: 1 }, lastLogLines: [] };

function failedVerify(service: string): EventBody {
  const outcome = { status: 'failed', failure: BAD } as const;
  return { type: 'step-outcome', service, step: `${service}:verify`, kind: 'verify', attempt: 1, durationMs: 1, outcome };
}

test('a rollback that a crash cut off keeps the failure that it was for', () => {
  const state = projectRun(RUN, eventsOf([started(['a', 'b']), intent('a', 'build'), done('a', 'build'), failedVerify('a')]));
  expect(whyTakenBack(state, 'a')).toEqual(BAD);
});

test('what went back with another names the one that failed', () => {
  const state = projectRun(RUN, eventsOf([started(['a', 'b']), failedVerify('a')]));
  expect(whyTakenBack(state, 'b')).toEqual({ code: 'dependency-fell', dependency: 'a' });
});

test('it always has a reason, so that nothing takes it for a rollback that was asked for', () => {
  expect(whyTakenBack(undefined, 'a')).toEqual({ code: 'dependency-fell', dependency: 'a' });
});
