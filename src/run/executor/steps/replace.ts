import type { StepIo } from '../../../docker/port.ts';
import type { Before, StepOutcome } from '../../../journal/events.ts';
import type { ImageId } from '../../../model/ids.ts';
import type { PlanStep } from '../../../plan/types.ts';
import type { RunContext } from '../../context.ts';
import { lookLater } from '../../recovery/look-again.ts';
import { applyRepairs, planRecovery } from '../../recovery/recover.ts';
import { imageBefore, type ServiceRun } from '../board.ts';
import { type Attempt, done, failed, failedBy, performStep, recordUntried } from './attempt.ts';
import { readyToReplace, tellReplaced } from './before.ts';
import { rollbackCommands } from './rollback.ts';

/** Puts the image in place. The caller holds the project's replace lane. */
export async function replace(ctx: RunContext, run: ServiceRun, step: PlanStep): Promise<StepOutcome> {
  run.replacing = true;
  try {
    return await replaceObserved(ctx, run, step);
  } finally {
    run.replacing = false;
  }
}

async function replaceObserved(ctx: RunContext, run: ServiceRun, step: PlanStep): Promise<StepOutcome> {
  const image = imageToPlace(ctx, run, step);
  const form = step.release === undefined ? null : ctx.forms.of(run.service, step.release);
  const service = form?.service ?? run.service;
  const ready = await readyToReplace(ctx, run, service);
  if ('refusal' in ready) return recordUntried(ctx, run, step, { status: 'failed', failure: ready.refusal });
  const { before } = ready;
  const action = step.action ?? 'up';
  const order = run.planned.strategy.order === 'start-first' ? 'start-first' : 'stop-first';
  const outcome = await performStep(ctx, run, step, {
    intent: { kind: 'replace', action, order, image, tag: service.image, before },
    signal: ctx.stop.killed,
    log: (text) => ctx.logs.build(run.key, text),
    effect: async (io) => {
      const request = {
        run: ctx.run,
        project: run.project,
        service,
        action,
        order,
        image,
        before,
        stored: form?.stored ?? null,
      } as const;
      const replaced = await ctx.engine.replace(request, io);
      if (replaced.ok) return done({ kind: 'replace', image, before, ...replaced.value });
      if (io.signal.aborted) return failedBy(replaced.error);
      return recoverFailedReplace(ctx, run, { before, image, error: failedBy(replaced.error) }, io);
    },
  });
  if (outcome.status === 'done' && outcome.facts.kind === 'replace') {
    const { containers, stoppedAt } = outcome.facts;
    run.image = image;
    run.replaced = { containers, image, before, stoppedAt };
    await tellReplaced(ctx, run);
  }
  return outcome;
}

/** What the replace puts in place: what was built, else what the tag or the old container has. */
export function imageToPlace(ctx: RunContext, run: ServiceRun, step: PlanStep): ImageId {
  const image = run.image ?? ctx.plan.observed[run.key]?.tagImage ?? imageBefore(ctx.plan, run.key);
  if (!image) throw new Error(`${step.id} has no image to put in place`);
  return image;
}

/** The same care after a failed call as after a crash: the old one serves again, or the new one is left for the verdict to judge. */
async function recoverFailedReplace(
  ctx: RunContext,
  run: ServiceRun,
  call: { readonly before: Before; readonly image: ImageId; readonly error: Attempt },
  io: StepIo,
): Promise<Attempt> {
  const observed = await ctx.engine.observe([run.service]);
  if (!observed.ok) return leaveToContinue(ctx, observed.error.message);
  const wanted = { image: call.image, kind: run.service.kind };
  const now = observed.value.services[run.key]?.containers ?? [];
  // A container that is on its way out still has its name.
  const going = now.some((c) => c.state === 'removing');
  const stays =
    (going && (await lookLater({ engine: ctx.engine, clock: ctx.clock, signal: ctx.stop.killed }, run.service))) || now;
  const recovery = planRecovery(call.before, stays, wanted);
  const { said, notStarted, away } = await applyRepairs(ctx.engine, run.service, recovery.repairs);
  if (away !== null) return leaveToContinue(ctx, away);
  const later = await lookLater({ engine: ctx.engine, clock: ctx.clock, signal: ctx.stop.killed }, run.service);
  const late =
    later === null ? [] : planRecovery(call.before, later, wanted).repairs.filter((r) => r.do === 'remove' || r.do === 'tag');
  const after = await applyRepairs(ctx.engine, run.service, late);
  if (after.away !== null) return leaveToContinue(ctx, after.away);
  for (const line of said) io.log(`${line}\n`);
  if (recovery.serving === 'old' && notStarted.length > 0) return oldStaysDown(ctx, run, call.error, notStarted);
  if (recovery.serving === 'new')
    return done({ kind: 'replace', image: call.image, containers: recovery.containers, stoppedAt: null, before: call.before });
  if (recovery.serving === 'none' || recovery.serving === 'mixed') {
    run.replaced = { containers: recovery.containers, image: call.image, before: call.before, stoppedAt: null };
    run.halfReplaced = call.before.image !== null;
  }
  return call.error.outcome.status === 'failed'
    ? call.error
    : failed({ code: 'replace-failed', message: 'interrupted', lastLogLines: [] });
}

/** The engine is away: the run stops, and the open intent tells `--continue` to put in order what is half-way now. */
function leaveToContinue(ctx: RunContext, message: string): Attempt {
  ctx.stop.raise('draining', { kind: 'outage', away: 'engine', failure: { code: 'engine-error', message } });
  return failed({ code: 'interrupted' });
}

/** The way back is barred too: as bad as a failed rollback, with the same commands for the operator. */
function oldStaysDown(ctx: RunContext, run: ServiceRun, error: Attempt, why: readonly string[]): Attempt {
  ctx.stop.raise('draining', { kind: 'rollback-failed' });
  const { outcome } = error;
  const first = outcome.status === 'failed' && 'message' in outcome.failure ? outcome.failure.message : 'the replace failed';
  const message = `${first}, and the container of before cannot be started again: ${why.join('; ')}`;
  return failed({ code: 'rollback-failed', message, commands: rollbackCommands(ctx, run) });
}
