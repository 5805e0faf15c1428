import type { StepOutcome } from '../../../journal/events.ts';
import type { Instant } from '../../../model/ids.ts';
import type { Verdict } from '../../../model/verdict.ts';
import type { PlanStep } from '../../../plan/types.ts';
import type { RunContext } from '../../context.ts';
import { type Verification, verifyService } from '../../verdict/verify.ts';
import type { ServiceRun } from '../board.ts';
import { done, failed, performStep } from './attempt.ts';

/** Judges the service's containers, tells the dependents at the first healthy verdict, and watches on for `stable_for`. */
export async function verify(ctx: RunContext, run: ServiceRun, step: PlanStep): Promise<StepOutcome> {
  const containers = run.replaced?.containers ?? ctx.plan.observed[run.key]?.containers ?? [];
  let seen: Verification | null = null;
  const outcome = await performStep(ctx, run, step, {
    intent: { kind: 'verify', containers },
    signal: AbortSignal.any([ctx.stop.interrupted, run.takeBack.signal]),
    log: () => {},
    effect: async (io) => {
      seen = await verifyService({
        engine: ctx.engine,
        clock: ctx.clock,
        service: run.service,
        settings: ctx.fleet.settings,
        containers,
        since: run.replaced?.stoppedAt ?? null,
        signal: io.signal,
        onSample: (sample) => {
          if (!sample.good) io.progress({ kind: 'waiting', for: sample.text });
          ctx.record({ type: 'health-sample', service: run.key, ...sample }).catch(() => {});
        },
        onHealthy: async (healthyAt) => {
          run.downtimeMs = downtime(run.replaced?.stoppedAt ?? null, healthyAt);
          await ctx.record({ type: 'service-healthy', service: run.key, containers, downtimeMs: run.downtimeMs });
          run.healthy.resolve('good');
        },
      });
      if (!seen.verdict) return failed({ code: 'interrupted' });
      if (isGood(seen.verdict, run)) return done({ kind: 'verify', verdict: seen.verdict, downtimeMs: run.downtimeMs });
      const { verdict, evidence } = seen;
      return {
        outcome: {
          status: 'failed',
          failure: { code: 'bad-verdict', verdict, lastLogLines: evidence?.lastLogLines ?? [] },
          ...(evidence ? { evidence } : {}),
        },
        transient: false,
      };
    },
  });
  return outcome;
}

/** `exited` with code 0 is good for a one-shot and bad for everything else (product contract, section 5). */
export function isGood(verdict: Verdict, run: Pick<ServiceRun, 'service'>): boolean {
  if (verdict.kind === 'exited') return run.service.kind === 'one-shot' && verdict.exitCode === 0;
  return verdict.kind === 'healthy';
}

/** From the stop of the old container to the first healthy verdict of the new one, both on the engine's clock; milliseconds. */
export function downtime(stoppedAt: Instant | null, healthyAt: Instant): number | null {
  return stoppedAt ? Math.max(0, Date.parse(healthyAt) - Date.parse(stoppedAt)) : null;
}
