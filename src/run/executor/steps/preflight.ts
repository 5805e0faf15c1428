import { EngineUnavailable, type StepFailure } from '../../../docker/port.ts';
import type { StepOutcome } from '../../../journal/events.ts';
import type { ImageId } from '../../../model/ids.ts';
import { err, type Result } from '../../../model/result.ts';
import type { PlanStep } from '../../../plan/types.ts';
import { humanDuration } from '../../../util/human.ts';
import type { RunContext } from '../../context.ts';
import type { ServiceRun } from '../board.ts';
import { failedBy, recordUntried } from './attempt.ts';
import { imageToPlace } from './replace.ts';

/**
 * Has the candidate get ready as a shadow beside the running container before that one is stopped. Null when it did; else the outcome of
 * the replace step, whose effect was never tried.
 */
export async function preflight(ctx: RunContext, run: ServiceRun, step: PlanStep): Promise<StepOutcome | null> {
  const startedMs = ctx.clock.now();
  const shadowed = await runShadow(ctx, run, imageToPlace(ctx, run, step));
  if (!shadowed.ok) return recordUntried(ctx, run, step, failedBy(shadowed.error).outcome);
  const message = `preflight: the candidate got ready beside the running container in ${humanDuration(ctx.clock.now() - startedMs)}`;
  await ctx.record({ type: 'notice', severity: 'info', code: 'preflight-passed', service: run.key, message });
  return null;
}

async function runShadow(ctx: RunContext, run: ServiceRun, image: ImageId): Promise<Result<null, StepFailure>> {
  const { project, service } = run;
  const io = {
    signal: ctx.stop.interrupted,
    log: (text: string) => ctx.logs.build(run.key, text),
    progress: () => {},
  };
  try {
    return await ctx.engine.preflight({ run: ctx.run, project, service, image }, io);
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    return err({ failure: { code: 'engine-error', message: error.problem.message }, transient: false });
  }
}
