import type { PlanStep } from '../plan/types.ts';
import { type Board, imageBefore, type ServiceRun } from './board.ts';
import type { RunContext } from './context.ts';

/** Why the guard of a step keeps it from running; null = it runs. The plan decided on the guard, the run supplies the fact. */
export function guardedBy(ctx: RunContext, board: Board, run: ServiceRun, step: PlanStep): string | null {
  if (step.kind === 'verify' && !run.replaced && run.service.kind === 'one-shot') return 'the job was not started again';
  if (step.guard === 'image-differs') {
    return run.image !== null && run.image === imageBefore(ctx.plan, run.key)
      ? 'the built image is the one that already runs'
      : null;
  }
  if (step.guard === 'dependency-replaced') {
    return run.planned.requires.some((key) => board.find(key)?.replaced) ? null : 'nothing it depends on was replaced';
  }
  return null;
}
