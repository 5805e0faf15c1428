import type { StepFailure, StepIo } from '../../../docker/port.ts';
import { EngineUnavailable } from '../../../docker/port.ts';
import type { Intent, Progress, StepFacts, StepOutcome } from '../../../journal/events.ts';
import type { Failure } from '../../../model/failure.ts';
import type { PlanStep } from '../../../plan/types.ts';
import type { StepContext } from '../../context.ts';
import type { ServiceRun } from '../board.ts';
import type { NetworkRecord } from '../network.ts';

/** How one try of an effect came out, and whether trying again may help. */
export interface Attempt {
  readonly outcome: StepOutcome;
  readonly transient: boolean;
}

/** A step of a service about to be done: intent first, then the effect. */
export interface StepWork {
  readonly intent: Intent;
  readonly effect: (io: StepIo) => Promise<Attempt>;
  /** What ends the effect early. */
  readonly signal: AbortSignal;
  readonly log: (text: string) => void;
}

/** What may be tried again later when the run is paused. The others have to do with what serves: the next try of those is due. */
const CAN_WAIT: Readonly<Record<Intent['kind'], boolean>> = {
  backup: true,
  build: true,
  test: true,
  replace: false,
  verify: false,
  rollback: false,
};

/** A success with its facts. */
export function done(facts: StepFacts): Attempt {
  return { outcome: { status: 'done', facts }, transient: false };
}

/** A failure of the step itself. */
export function failed(failure: Failure): Attempt {
  return {
    outcome: failure.code === 'interrupted' ? { status: 'interrupted' } : { status: 'failed', failure },
    transient: false,
  };
}

/** A failure as the engine port classified it. */
export function failedBy({ failure, transient }: StepFailure): Attempt {
  return { ...failed(failure), transient };
}

/** Records a guard that was not met, or a step with nothing to do; `facts`: what is established all the same. */
export function recordNotNeeded(
  ctx: StepContext,
  run: ServiceRun,
  step: PlanStep,
  why: string,
  facts?: StepFacts,
): Promise<StepOutcome> {
  return recordUntried(ctx, run, step, { status: 'not-needed', why, ...(facts && { facts }) });
}

/** Records the outcome of a step whose effect was never tried. */
export async function recordUntried(
  ctx: StepContext,
  run: ServiceRun,
  step: PlanStep,
  outcome: StepOutcome,
): Promise<StepOutcome> {
  const { id, kind } = step;
  await ctx.record({ type: 'step-outcome', service: run.key, step: id, kind, attempt: 1, durationMs: 0, outcome });
  return outcome;
}

/**
 * Does a step: intent, effect, outcome; transient failures are tried again with backoff (configuration `retry`). Only the last try's
 * outcome is recorded, so a step has one outcome.
 */
export async function performStep(ctx: StepContext, run: ServiceRun, step: PlanStep, work: StepWork): Promise<StepOutcome> {
  const { maxAttempts, backoffMs, exponential } = ctx.fleet.settings.retry;
  const startedMs = ctx.clock.now();
  for (let attempt = 1; ; attempt += 1) {
    await ctx.record({ type: 'step-intent', service: run.key, step: step.id, attempt, intent: work.intent });
    const begunMs = ctx.clock.now();
    const tried = await cutOff(ctx, run, work, await tryEffect(work, stepIo(ctx, run, step, work)));
    const { outcome } = tried;
    run.network = networkAfter(run.network, tried, { begunMs, nowMs: ctx.clock.now() });
    if (outcome.status === 'failed' && tried.transient && attempt < maxAttempts && !work.signal.aborted) {
      const delayMs = exponential ? backoffMs * 2 ** (attempt - 1) : backoffMs;
      const why = describe(outcome.failure);
      await ctx.record({ type: 'retry-scheduled', service: run.key, step: step.id, attempt: attempt + 1, delayMs, why });
      await ctx.clock.sleep(delayMs, ctx.stop.draining);
      if (ctx.pause.isClosed && CAN_WAIT[work.intent.kind]) await ctx.stop.unlessDraining(ctx.pause.whenOpen());
      if (!ctx.stop.draining.aborted) continue;
    }
    const durationMs = ctx.clock.now() - startedMs;
    await ctx.record({
      type: 'step-outcome',
      service: run.key,
      step: step.id,
      kind: step.kind,
      attempt,
      durationMs,
      outcome,
    });
    return outcome;
  }
}

/** What a try says of the network: one that it failed, or a build or pull that went through. */
function networkAfter(
  known: NetworkRecord,
  { outcome, transient }: Attempt,
  { begunMs, nowMs }: { readonly begunMs: number; readonly nowMs: number },
): NetworkRecord {
  if (outcome.status === 'failed' && transient) return { ...known, failingSinceMs: known.failingSinceMs ?? nowMs };
  const went = outcome.status === 'done' && outcome.facts.kind === 'build';
  return { failingSinceMs: null, throughFromMs: went ? begunMs : known.throughFromMs };
}

function stepIo(ctx: StepContext, run: ServiceRun, step: PlanStep, work: StepWork): StepIo {
  return {
    signal: work.signal,
    log: work.log,
    progress: (progress: Progress) => {
      // Progress is not needed for recovery: a journal that cannot take it fails at the next commit point.
      ctx.record({ type: 'step-progress', service: run.key, step: step.id, progress }).catch(() => {});
    },
  };
}

/** Does the effect; an engine that stopped answering in the middle of it is a failure of the step, not a bug. */
async function tryEffect(work: StepWork, io: StepIo): Promise<Attempt> {
  try {
    return await work.effect(io);
  } catch (error) {
    if (error instanceof EngineUnavailable) return failed({ code: 'engine-error', message: error.problem.message });
    throw error;
  }
}

/**
 * What the end of the engine cut off half-way has not failed: it stays open, so that `--continue` looks how far it came, and the run stops. To
 * judge is cut off by any failure of the engine: that is no verdict.
 */
async function cutOff(ctx: StepContext, run: ServiceRun, { intent }: StepWork, tried: Attempt): Promise<Attempt> {
  const failure = tried.outcome.status === 'failed' ? tried.outcome.failure : null;
  if (failure?.code !== 'engine-error') return tried;
  const halfWay = intent.kind === 'replace' || intent.kind === 'rollback';
  const isCutOff = intent.kind === 'verify' || (halfWay && !(await ctx.engine.observe([run.service])).ok);
  if (!isCutOff) return tried;
  ctx.stop.raise('draining', { kind: 'outage', away: 'engine', failure });
  return failed({ code: 'interrupted' });
}

function describe(failure: Failure): string {
  return 'message' in failure ? failure.message : failure.code;
}
