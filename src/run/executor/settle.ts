import { candidateTag } from '../../fleet/tags.ts';
import type { Failure } from '../../model/failure.ts';
import { imageBefore, type ServiceRun, type Settled } from './board.ts';
import type { Crew } from './crew.ts';
import { decideRollback, type RollbackDecision } from './policy.ts';
import { rollBack } from './steps/rollback.ts';

/** Ends a service: recorded first, then told to those who wait. */
export async function settle(crew: Crew, run: ServiceRun, settled: Settled): Promise<void> {
  const { ctx } = crew;
  const completed = settled.status === 'completed';
  const inPlace = completed || run.replaced ? run.image : imageBefore(ctx.plan, run.key);
  await ctx.record({
    type: 'service-settled',
    service: run.key,
    status: settled.status,
    failure: settled.failure,
    image: settled.status === 'rolled-back' ? (run.replaced?.before.image ?? inPlace) : inPlace,
    tested: testedAs(crew, run),
    fingerprint: completed ? run.fingerprint : null,
    downtimeMs: run.downtimeMs,
  });
  run.settle(settled);
  if (completed) await ctx.engine.untag(candidateTag(ctx.fleet, run.service, ctx.run));
}

/** A test that did not run leaves what was known of the image, and says untested of a new one. */
function testedAs(crew: Crew, run: ServiceRun): ServiceRun['tested'] {
  const testStep = run.planned.steps.some((s) => s.kind === 'test');
  if (testStep || run.image === null || run.image === imageBefore(crew.ctx.plan, run.key)) return run.tested;
  return run.service.test.command === null ? 'no-tests' : 'untested';
}

/** Applies the policy to a failed service: what goes back, what is counted, what stops. */
export async function handleFailure(crew: Crew, run: ServiceRun, failure: Failure): Promise<void> {
  const { ctx, board } = crew;
  run.failing ??= board.runs.filter((r) => r.failing !== null).length;
  await tellHook(crew, run);
  const outage = await isOutage(crew, run, failure);
  if (outage) ctx.stop.raise('draining', { kind: 'outage', failure });
  const decision = outage
    ? 'leave'
    : failure.code === 'dependency-fell'
      ? 'service'
      : decideRollback(
          { failure, critical: run.service.critical, replaced: run.replaced !== null },
          ctx.fleet.settings.rollback,
          ctx.options,
        );
  if (decision !== 'leave') await takeBack(crew, run, decision);
  else if (run.replaced && run.healthy.value === 'good') await takeBackDependents(crew, run);
  const back = decision === 'leave' ? null : await rollBackOne(crew, run, failure.code);
  if (back === 'failed') return;
  await settle(crew, run, { status: back === 'done' ? 'rolled-back' : 'failed', failure });
  countFailures(crew);
}

/** Nothing can succeed any more: the disk is full, or the engine is away. One that still answers has only refused this one call. */
async function isOutage({ ctx }: Crew, run: ServiceRun, failure: Failure): Promise<boolean> {
  if (failure.code !== 'engine-error') return failure.code === 'disk-full';
  return !(await ctx.engine.observe([run.service])).ok;
}

/** Services of the wave or the run, then the dependents, each before what it depends on. */
async function takeBack(crew: Crew, run: ServiceRun, scope: Exclude<RollbackDecision, 'leave'>): Promise<void> {
  await takeBackDependents(crew, run);
  if (scope === 'service') return;
  if (scope === 'run') crew.ctx.stop.raise('draining', { kind: 'rolled-back-run' });
  const others = crew.board.runs.filter((r) => r !== run && (scope === 'run' || r.planned.wave === run.planned.wave));
  for (const other of [...others].reverse()) await takeBackOther(crew, other, run);
}

async function takeBackDependents(crew: Crew, run: ServiceRun): Promise<void> {
  for (const dependent of crew.board.dependentsOf(run.key)) await takeBackOther(crew, dependent, run);
}

/**
 * One already replaced service goes back because of another; one that is being replaced or judged is told to, and waited for. Of two that
 * fail at once only the earlier waits for the later, so that they never wait for each other.
 */
async function takeBackOther(crew: Crew, other: ServiceRun, because: ServiceRun): Promise<void> {
  if (!other.replaced && !other.replacing) return;
  if (other.failing !== null && other.failing < because.failing!) return;
  other.takenBackBy ??= because.key;
  if (!other.settled.value) {
    other.takeBack.abort();
    await other.settled.promise;
  }
  const stillNew =
    other.final?.status === 'completed' || (other.final?.status === 'failed' && other.final.failure?.code !== 'rollback-failed');
  if (!stillNew || !other.replaced) return;
  const failure: Failure = { code: 'dependency-fell', dependency: because.key };
  const back = await rollBackOne(crew, other, failure.code);
  if (back === 'done') await settle(crew, other, { status: 'rolled-back', failure });
}

/** Rolls one service back. `failed`: it has been settled as such, and nothing more may be started. */
async function rollBackOne(crew: Crew, run: ServiceRun, why: string): Promise<'done' | 'nothing' | 'failed'> {
  if (!run.replaced) return 'nothing';
  const outcome = await rollBack(crew.ctx, run, why);
  if (!outcome) return 'nothing';
  if (outcome.status === 'done') return 'done';
  const failure: Failure = outcome.status === 'failed' ? outcome.failure : { code: 'interrupted' };
  crew.ctx.stop.raise('draining', { kind: 'rollback-failed' });
  await settle(crew, run, { status: 'failed', failure });
  return 'failed';
}

async function tellHook({ ctx }: Crew, run: ServiceRun): Promise<void> {
  const told = await ctx.hooks('on_failure', { run: ctx.run, service: run.key });
  if (!told || told === 'passed') return;
  const message = `the on_failure hook ${told.command.join(' ')} ended with ${told.exitCode ?? 'a signal'}`;
  await ctx.record({ type: 'notice', severity: 'warning', code: 'hook-failed', service: run.key, message });
}

/** Past the limit nothing new is started; skipped services do not count (product contract, section 6). */
function countFailures({ ctx, board, failureLimit }: Crew): void {
  const failed = board.runs.filter((r) => r.final?.status === 'failed' || r.final?.status === 'rolled-back').length;
  if (failureLimit !== null && failed > failureLimit)
    ctx.stop.raise('no-new-services', { kind: 'max-failures', failed, limit: failureLimit });
}
