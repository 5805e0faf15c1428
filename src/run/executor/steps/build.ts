import type { BuildRequest } from '../../../docker/port.ts';
import { candidateTag } from '../../../fleet/tags.ts';
import type { Fingerprint } from '../../../fleet/types.ts';
import type { StepOutcome } from '../../../journal/events.ts';
import type { PlanStep } from '../../../plan/types.ts';
import { type RunContext, serviceOf } from '../../context.ts';
import type { Board, ServiceRun } from '../board.ts';
import { done, failedBy, performStep, recordNotNeeded } from './attempt.ts';

const UNKNOWN: Fingerprint = { inputs: null, unknown: 'not fingerprinted', config: '', bases: [] };

/** Builds (or pulls) the candidate to its private tag; the tag that Compose runs does not move. */
export async function build(
  ctx: RunContext,
  { board, run }: { board: Board; run: ServiceRun },
  step: PlanStep,
): Promise<StepOutcome> {
  const candidate = candidateTag(ctx.fleet, run.service, ctx.run);
  const fingerprint = run.fingerprint ?? UNKNOWN;
  const mate = step.sameBuildAs === undefined ? undefined : board.find(step.sameBuildAs);
  if (mate?.image && mate.service.image === run.service.image) {
    run.image = mate.image;
    const image = { image: mate.image, candidate, totalSteps: 0, cachedSteps: 0, sizeBytes: null };
    // A continuation need not build it again to know what to test and put in place.
    return recordNotNeeded(ctx, run, step, `${mate.key} has built the same tag`, { kind: 'build', fingerprint, ...image });
  }
  const outcome = await performStep(ctx, run, step, {
    intent: { kind: 'build', candidate, fingerprint },
    signal: ctx.stop.interrupted,
    log: (text) => ctx.logs.build(run.key, text),
    effect: async (io) => {
      const request = buildRequest(ctx, builderOf(ctx, run, step), {
        candidate,
        target: null,
        again: step.sameBuildAs !== undefined,
      });
      const built = step.pull ? await ctx.engine.pull(request, io) : await ctx.engine.build(request, io);
      if (!built.ok) return failedBy(built.error);
      return done({ kind: 'build', candidate, fingerprint, ...built.value });
    },
  });
  if (outcome.status === 'done' && outcome.facts.kind === 'build') run.image = outcome.facts.image;
  return outcome;
}

/** Whose build section and test count: an image-only service that runs another's tag has that one's. */
export function builderOf(ctx: RunContext, run: ServiceRun, step: PlanStep): Pick<ServiceRun, 'service' | 'project'> {
  return step.as === undefined ? run : serviceOf(ctx.fleet, step.as);
}

/** The request for a service's own stage, or for another one of the same Dockerfile. */
export function buildRequest(
  ctx: RunContext,
  built: Pick<ServiceRun, 'service' | 'project'>,
  what: { readonly candidate: string; readonly target: string | null; readonly again: boolean },
): BuildRequest {
  const { settings } = ctx.fleet;
  return {
    run: ctx.run,
    project: built.project,
    service: built.service,
    candidate: what.candidate,
    target: what.target,
    // What this run has just built anew is taken from the cache the second time.
    noCache: !what.again && (ctx.options.noCache || !settings.buildkit.cache),
    pull: !what.again && ctx.options.pull,
    timeoutMs: settings.timeouts.buildMs,
    buildkit: settings.buildkit,
  };
}
