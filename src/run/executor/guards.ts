import type { PlanStep } from '../../plan/types.ts';
import { assertNever } from '../../util/assert.ts';
import type { RunContext } from '../context.ts';
import { type Board, imageBefore, type ServiceRun } from './board.ts';

/** Why the guard of a step keeps it from running; null = it runs. The plan decided on the guard, the run supplies the fact. */
export function guardedBy(ctx: RunContext, board: Board, run: ServiceRun, step: PlanStep): string | null {
  if (step.kind === 'verify' && !run.replaced && run.service.kind === 'one-shot') return 'the job was not started again';
  // It has the guard of its replace, which has been answered.
  if (step.kind === 'verify' && step.guard !== undefined) return run.replaced ? null : 'it was not replaced';
  const differs = run.image === null || run.image !== imageBefore(ctx.plan, run.key);
  const follows = (step.follows ?? []).some((key) => board.find(key)?.replaced);
  switch (step.guard) {
    case undefined:
      return null;
    case 'image-differs':
      return differs ? null : 'the built image is the one that already runs';
    case 'dependency-replaced':
      return follows ? null : 'nothing it depends on was replaced';
    case 'image-or-dependency':
      return differs || follows ? null : 'the built image is the one that already runs, and nothing it depends on was replaced';
    default:
      return assertNever(step.guard);
  }
}
