import type { Event, StepOutcome } from '../../journal/events.ts';
import { EXIT } from '../../model/status.ts';
import type { StepKind } from '../../plan/types.ts';
import { assertNever } from '../../util/assert.ts';
import { failureWords } from './failure-words.ts';
import type { ServiceWork } from './session.ts';
import type { Span } from './span.ts';

type Finished = Extract<Event, { type: 'run-finished' }>;
/** `retry`: it failed and was tried again; null: it was cut off. */
type TryOutcome = StepOutcome | 'retry' | null;

/** What kind of task a step is, in the words of the semantic conventions. */
export const TASK_TYPES: Readonly<Record<StepKind, 'build' | 'test' | 'deploy' | null>> = {
  backup: null,
  build: 'build',
  test: 'test',
  replace: 'deploy',
  verify: 'deploy',
  rollback: 'deploy',
};

const RUN_RESULTS = { done: 'success', failed: 'failure', interrupted: 'cancellation', abandoned: 'cancellation' } as const;

/** `cicd.pipeline.result`; null: the process died. */
export function resultOfRun(finished: Finished | null): (typeof RUN_RESULTS)[keyof typeof RUN_RESULTS] | 'error' {
  return finished === null ? 'error' : RUN_RESULTS[finished.outcome];
}

/** An interruption that an operator asked for is no error. */
export function statusOfRun(finished: Finished | null): Span['status'] {
  if (finished === null) return { code: 'error', message: 'process-died' };
  if (finished.outcome === 'done') return { code: 'ok' };
  if (finished.outcome !== 'failed') return null;
  return { code: 'error', message: finished.exitCode === EXIT.rollbackFailed ? 'rollback-failed' : 'service-failed' };
}

/** One that was put back because the run was for that has no failure. */
export function statusOfService({ settled }: ServiceWork): Span['status'] {
  if (settled === null || settled.status === 'pending') return null;
  if (settled.failure === null) return { code: 'ok' };
  return { code: 'error', message: failureWords(settled.failure) };
}

/** `cicd.pipeline.task.run.result`. */
export function resultOfTry(outcome: TryOutcome): 'success' | 'failure' | 'skip' | 'cancellation' | 'error' {
  if (outcome === null) return 'cancellation';
  if (outcome === 'retry') return 'error';
  switch (outcome.status) {
    case 'done':
      return 'success';
    case 'not-needed':
      return 'skip';
    case 'failed':
      return 'failure';
    case 'interrupted':
      return 'cancellation';
    default:
      return assertNever(outcome);
  }
}

/** How a try of a step ended, for its span. */
export function statusOfTry(outcome: TryOutcome): Span['status'] {
  if (outcome === 'retry') return { code: 'error', message: 'tried again' };
  if (outcome?.status === 'failed') return { code: 'error', message: failureWords(outcome.failure) };
  return outcome?.status === 'done' ? { code: 'ok' } : null;
}
