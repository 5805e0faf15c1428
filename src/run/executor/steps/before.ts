import type { Service } from '../../../fleet/types.ts';
import type { Before } from '../../../journal/events.ts';
import type { Failure } from '../../../model/failure.ts';
import type { ObservedContainer } from '../../../plan/types.ts';
import type { RunContext } from '../../context.ts';
import type { ServiceRun } from '../board.ts';

type Ready = { readonly before: Before } | { readonly refusal: Failure };

/** Looks at what is about to be replaced and runs the before_replace hook. `service`: the service as it is going to be. */
export async function readyToReplace(ctx: RunContext, run: ServiceRun, service: Service): Promise<Ready> {
  const checked = await observeBefore(ctx, run, service);
  if ('refusal' in checked) return checked;
  const hook = await ctx.hooks('before_replace', { run: ctx.run, service: run.key });
  if (!hook || hook === 'passed') return checked;
  const { exitCode, lastLogLines } = hook;
  return { refusal: { code: 'hook-failed', hook: 'before_replace', exitCode, lastLogLines } };
}

/** Runs the after_replace hook; its failure is only said. */
export async function tellReplaced(ctx: RunContext, run: ServiceRun): Promise<void> {
  const after = await ctx.hooks('after_replace', { run: ctx.run, service: run.key });
  if (!after || after === 'passed') return;
  const message = `the after_replace hook ${after.command.join(' ')} ended with ${after.exitCode ?? 'a signal'}`;
  await ctx.record({ type: 'notice', severity: 'warning', code: 'hook-failed', service: run.key, message });
}

/** What is there now, provided it is still what the plan rests on (traps T6: another tool may be at it too). */
async function observeBefore(ctx: RunContext, run: ServiceRun, service: Service): Promise<Ready> {
  const observed = await ctx.engine.observe([service]);
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
