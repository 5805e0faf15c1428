import type { BuildRequest } from '../../docker/port.ts';
import { candidateTag } from '../../fleet/tags.ts';
import type { Fingerprint } from '../../fleet/types.ts';
import type { StepOutcome } from '../../journal/events.ts';
import type { PlanStep } from '../../plan/types.ts';
import type { ServiceRun } from '../board.ts';
import type { RunContext } from '../context.ts';
import { done, failedBy, performStep } from './attempt.ts';

const UNKNOWN: Fingerprint = { inputs: null, unknown: 'not fingerprinted', config: '', bases: [] };

/** Builds (or pulls) the candidate to its private tag; the tag that Compose runs does not move. */
export async function build(ctx: RunContext, run: ServiceRun, step: PlanStep): Promise<StepOutcome> {
  const candidate = candidateTag(ctx.fleet, run.service, ctx.run);
  const fingerprint = run.fingerprint ?? UNKNOWN;
  const outcome = await performStep(ctx, run, step, {
    intent: { kind: 'build', candidate, fingerprint },
    signal: ctx.stop.interrupted,
    log: (text) => ctx.logs.build(run.key, text),
    effect: async (io) => {
      const request = buildRequest(ctx, run, { candidate, target: null });
      const built = step.pull ? await ctx.engine.pull(request, io) : await ctx.engine.build(request, io);
      if (!built.ok) return failedBy(built.error);
      return done({ kind: 'build', candidate, fingerprint, ...built.value });
    },
  });
  if (outcome.status === 'done' && outcome.facts.kind === 'build') run.image = outcome.facts.image;
  return outcome;
}

/** The request for a service's own stage, or for another one of the same Dockerfile. */
export function buildRequest(ctx: RunContext, run: ServiceRun, what: { candidate: string; target: string | null }): BuildRequest {
  const { settings } = ctx.fleet;
  return {
    run: ctx.run,
    project: run.project,
    service: run.service,
    candidate: what.candidate,
    target: what.target,
    noCache: ctx.options.noCache || !settings.buildkit.cache,
    pull: ctx.options.pull,
    timeoutMs: settings.timeouts.buildMs,
    buildkit: settings.buildkit,
  };
}
