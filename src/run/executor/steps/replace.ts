import type { StepIo } from '../../../docker/port.ts';
import type { Before, StepOutcome } from '../../../journal/events.ts';
import type { Failure } from '../../../model/failure.ts';
import type { ImageId } from '../../../model/ids.ts';
import type { ObservedContainer, PlanStep } from '../../../plan/types.ts';
import type { RunContext } from '../../context.ts';
import { applyRepairs, planRecovery } from '../../recovery/recover.ts';
import { imageBefore, type ServiceRun } from '../board.ts';
import { type Attempt, done, failed, failedBy, performStep, recordUntried } from './attempt.ts';
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
  const checked = await observeBefore(ctx, run);
  if ('refusal' in checked) return recordUntried(ctx, run, step, { status: 'failed', failure: checked.refusal });
  const hook = await ctx.hooks('before_replace', { run: ctx.run, service: run.key });
  if (hook && hook !== 'passed') {
    const { exitCode, lastLogLines } = hook;
    return recordUntried(ctx, run, step, {
      status: 'failed',
      failure: { code: 'hook-failed', hook: 'before_replace', exitCode, lastLogLines },
    });
  }
  const { before } = checked;
  const action = step.action ?? 'up';
  const order = run.planned.strategy.order === 'start-first' ? 'start-first' : 'stop-first';
  const outcome = await performStep(ctx, run, step, {
    intent: { kind: 'replace', action, order, image, tag: run.service.image, before },
    signal: ctx.stop.killed,
    log: (text) => ctx.logs.build(run.key, text),
    effect: async (io) => {
      const request = {
        run: ctx.run,
        project: run.project,
        service: run.service,
        action,
        order,
        image,
        before,
        stored: null,
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
    const after = await ctx.hooks('after_replace', { run: ctx.run, service: run.key });
    if (after && after !== 'passed') {
      const message = `the after_replace hook ${after.command.join(' ')} ended with ${after.exitCode ?? 'a signal'}`;
      await ctx.record({ type: 'notice', severity: 'warning', code: 'hook-failed', service: run.key, message });
    }
  }
  return outcome;
}

/** What the replace puts in place: what was built, else what the tag or the old container has. */
export function imageToPlace(ctx: RunContext, run: ServiceRun, step: PlanStep): ImageId {
  const image = run.image ?? ctx.plan.observed[run.key]?.tagImage ?? imageBefore(ctx.plan, run.key);
  if (!image) throw new Error(`${step.id} has no image to put in place`);
  return image;
}

/** What is there now, provided it is still what the plan rests on (traps T6: another tool may be at it too). */
async function observeBefore(
  ctx: RunContext,
  run: ServiceRun,
): Promise<{ readonly before: Before } | { readonly refusal: Failure }> {
  const observed = await ctx.engine.observe([run.service]);
  if (!observed.ok) return { refusal: { code: 'engine-error', message: observed.error.message } };
  const now = observed.value.services[run.key] ?? { containers: [], tagImage: null };
  const planned = ctx.plan.observed[run.key]?.containers ?? [];
  const ids = now.containers.map((c) => c.id);
  const changed = ids.length !== planned.length || planned.some((id) => !ids.includes(id));
  if (changed) {
    const message = 'its containers are no longer those that the plan was made from; another tool replaced them';
    return { refusal: { code: 'changed-underneath', message } };
  }
  return {
    before: {
      containers: ids,
      // In a run that is continued, what it put there itself is nothing to go back to.
      image: run.replaced ? run.replaced.before.image : (now.containers[0]?.image ?? null),
      tagImage: now.tagImage,
      anonymousVolumes: anonymousVolumes(now.containers),
    },
  };
}

function anonymousVolumes(containers: readonly ObservedContainer[]): Readonly<Record<string, string>> {
  return Object.assign({}, ...containers.map((c) => c.anonymousVolumes ?? {}));
}

/** The same care after a failed call as after a crash: the old one serves again, or the new one is left for the verdict to judge. */
async function recoverFailedReplace(
  ctx: RunContext,
  run: ServiceRun,
  call: { readonly before: Before; readonly image: ImageId; readonly error: Attempt },
  io: StepIo,
): Promise<Attempt> {
  const observed = await ctx.engine.observe([run.service]);
  if (!observed.ok) return call.error;
  const recovery = planRecovery(call.before, observed.value.services[run.key]?.containers ?? [], {
    image: call.image,
    kind: run.service.kind,
  });
  const { said, notStarted } = await applyRepairs(ctx.engine, run.service, recovery.repairs);
  for (const line of said) io.log(`${line}\n`);
  if (recovery.serving === 'old' && notStarted.length > 0) return oldStaysDown(ctx, run, call.error, notStarted);
  if (recovery.serving === 'new')
    return done({ kind: 'replace', image: call.image, containers: recovery.containers, stoppedAt: null, before: call.before });
  if (recovery.serving === 'none' || recovery.serving === 'mixed') {
    run.replaced = { containers: recovery.containers, image: call.image, before: call.before, stoppedAt: null };
  }
  return call.error.outcome.status === 'failed'
    ? call.error
    : failed({ code: 'replace-failed', message: 'interrupted', lastLogLines: [] });
}

/** The way back is barred too: as bad as a failed rollback, with the same commands for the operator. */
function oldStaysDown(ctx: RunContext, run: ServiceRun, error: Attempt, why: readonly string[]): Attempt {
  ctx.stop.raise('draining', { kind: 'rollback-failed' });
  const { outcome } = error;
  const first = outcome.status === 'failed' && 'message' in outcome.failure ? outcome.failure.message : 'the replace failed';
  const message = `${first}, and the container of before cannot be started again: ${why.join('; ')}`;
  return failed({ code: 'rollback-failed', message, commands: rollbackCommands(ctx, run) });
}
