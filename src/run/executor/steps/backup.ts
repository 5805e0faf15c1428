import { backupTag } from '../../../fleet/tags.ts';
import type { StepOutcome } from '../../../journal/events.ts';
import type { PlanStep } from '../../../plan/types.ts';
import type { RunContext } from '../../context.ts';
import { imageBefore, type ServiceRun } from '../board.ts';
import { done, failed, performStep, recordNotNeeded } from './attempt.ts';

/** Tags the image of the running container, by id, before anything is changed (traps T1). */
export async function backUp(ctx: RunContext, run: ServiceRun, step: PlanStep): Promise<StepOutcome> {
  const image = imageBefore(ctx.plan, run.key);
  if (!image) return recordNotNeeded(ctx, run, step, 'no container runs, so there is nothing to back up');
  const tag = backupTag(ctx.fleet, run.service, ctx.run);
  return performStep(ctx, run, step, {
    intent: { kind: 'backup', image, tag },
    signal: ctx.stop.interrupted,
    log: () => {},
    effect: async () => {
      // A journal that was cut short does not tell that this run has done it, before it put in place what runs now.
      const kept = await ctx.engine.image(tag);
      if (kept) return done({ kind: 'backup', tag, image: kept.id });
      const tagged = await ctx.engine.tag(image, tag);
      return tagged.ok ? done({ kind: 'backup', tag, image }) : failed({ code: 'backup-failed', message: tagged.error.message });
    },
  });
}
