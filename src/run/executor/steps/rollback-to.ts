import type { StepOutcome } from '../../../journal/events.ts';
import type { Failure } from '../../../model/failure.ts';
import { type ImageId, shortId } from '../../../model/ids.ts';
import type { PlanStep } from '../../../plan/types.ts';
import type { RunContext } from '../../context.ts';
import type { ServiceRun } from '../board.ts';
import { recordUntried } from './attempt.ts';
import { readyToReplace, tellReplaced } from './before.ts';
import { putBack, type Watch } from './put-back.ts';
import { rollbackCommands } from './rollback.ts';
import { downtime } from './verify.ts';

/**
 * Puts a service back to the release that the plan names, image and configuration, and judges it. The caller holds the project's replace lane,
 * which `whenInPlace` gives back: judging needs none.
 */
export async function rollBackTo(
  ctx: RunContext,
  run: ServiceRun,
  { step, whenInPlace }: { readonly step: PlanStep; readonly whenInPlace: () => void },
): Promise<StepOutcome> {
  const { image, release } = step;
  const form = release === undefined ? null : ctx.forms.of(run.service, release);
  if (!image || release === undefined || !form) throw new Error(`${step.id} has no release to go back to`);
  const ready = await readyToReplace(ctx, run, form.service);
  if ('refusal' in ready) return recordUntried(ctx, run, step, { status: 'failed', failure: ready.refusal });
  const { before } = ready;
  const why = step.cause.text;
  const outcome = await putBack(ctx, run, {
    step,
    image,
    form,
    before,
    why,
    release,
    lost: (message) => lost(ctx, run, { message, image, replaces: before.image }),
    whenInPlace: async (stoppedAt, containers) => {
      run.putBack = image;
      whenInPlace();
      await tellReplaced(ctx, run);
      return watching(ctx, run, { step, stoppedAt, containers });
    },
  });
  return outcome;
}

function watching(
  ctx: RunContext,
  run: ServiceRun,
  {
    step,
    stoppedAt,
    containers,
  }: { readonly step: PlanStep; readonly stoppedAt: string | null; readonly containers: readonly string[] },
): Watch {
  return {
    since: stoppedAt,
    onSample: (sample) => {
      if (!sample.good) {
        const progress = { kind: 'waiting', for: sample.text } as const;
        ctx.record({ type: 'step-progress', service: run.key, step: step.id, progress }).catch(() => {});
      }
      ctx.record({ type: 'health-sample', service: run.key, ...sample }).catch(() => {});
    },
    onHealthy: async (healthyAt) => {
      run.downtimeMs = downtime(stoppedAt, healthyAt);
      await ctx.record({ type: 'service-healthy', service: run.key, containers, downtimeMs: run.downtimeMs });
    },
  };
}

/**
 * What ran before the run has its backup tag: with that the operator gets it back. In a run that is continued that need not be what is replaced
 * now.
 */
function lost(
  ctx: RunContext,
  run: ServiceRun,
  { message, image, replaces }: { readonly message: string; readonly image: ImageId; readonly replaces: ImageId | null },
): Failure {
  const [tag, up] = rollbackCommands(ctx, run) as [readonly string[], readonly string[]];
  return replaces === null
    ? {
        code: 'rollback-failed',
        message: `${message} (image ${shortId(image)}); nothing ran before it`,
        commands: [['docker', 'tag', image, run.service.image], up],
      }
    : {
        code: 'rollback-failed',
        message: `${message} (image ${shortId(image)}); the commands put in place again what ran before this run`,
        commands: [tag, up],
      };
}
