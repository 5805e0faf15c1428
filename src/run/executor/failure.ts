import type { Failure } from '../../model/failure.ts';
import type { ServiceRun } from './board.ts';
import type { Crew } from './crew.ts';
import { isNetworkOutage } from './network.ts';
import { countFailed, decideRollback } from './policy.ts';
import { settle } from './settle.ts';
import type { Away } from './stop.ts';
import { isTakenAlong, rollBackOne, takeBack } from './take-back.ts';

/** Applies the policy to a failed service: what goes back, what is counted, what stops. */
export async function handleFailure(crew: Crew, run: ServiceRun, failure: Failure): Promise<void> {
  const { ctx, board } = crew;
  const network = run.network.failingSinceMs !== null;
  if (network && (await leftForLater(crew, run, failure))) return;
  run.failing ??= board.runs.filter((r) => r.failing !== null).length;
  await tellHook(crew, run);
  const away = await whatIsAway(crew, run, failure);
  if (away) {
    run.goesBack.resolve(false);
    ctx.stop.raise('draining', { kind: 'outage', away, failure });
    return settle(crew, run, { status: 'failed', failure });
  }
  // Asked for, or met on the way back: nothing more may be begun, and nothing is rolled back again.
  if (failure.code === 'rollback-failed') ctx.stop.raise('draining', { kind: 'rollback-failed' });
  if (ctx.options.rollback) return endPutBack(crew, run, failure);
  const facts = { failure, critical: run.service.critical, replaced: run.replaced !== null, network };
  const asked = decideRollback(facts, ctx.fleet.settings.rollback, ctx.options);
  const decision = asked === 'leave' && run.halfReplaced ? 'service' : asked;
  run.goesBack.resolve(decision !== 'leave' && run.replaced !== null);
  if (decision !== 'leave') await takeBack(crew, run, decision);
  // It stays, but bad: nothing that was put on it since may stay with it.
  else if (run.replaced) await takeBack(crew, run, 'dependents');
  const alone = decision !== 'leave' && !(await isTakenAlong(board, run));
  const back = alone ? await rollBackOne(crew, run, { why: failure.code, because: run }) : null;
  if (back === 'ended') return;
  await settle(crew, run, { status: back === 'done' ? 'rolled-back' : 'failed', failure });
  stopPastLimit(crew);
}

/** In a run that puts releases back a failure changes nothing of what the others run. */
async function endPutBack(crew: Crew, run: ServiceRun, failure: Failure): Promise<void> {
  run.goesBack.resolve(false);
  await settle(crew, run, { status: 'failed', failure });
  stopPastLimit(crew);
}

/**
 * In an outage of the network the run stops, and the service is not failed but left pending with the others: there was nothing wrong with
 * it. So is one whose next try the end of the run forestalled. False: it is the service's own failure.
 */
async function leftForLater({ ctx, board }: Crew, run: ServiceRun, failure: Failure): Promise<boolean> {
  const others = board.runs.filter((r) => r !== run).map((r) => r.network);
  // A build that the engine's end broke off has the same words.
  const away = (await ctx.engine.observe([run.service])).ok ? 'network' : 'engine';
  if (away === 'engine' || isNetworkOutage(run.network, others)) ctx.stop.raise('draining', { kind: 'outage', away, failure });
  if (!ctx.stop.draining.aborted) return false;
  const why = 'message' in failure ? failure.message.split('\n')[0] : failure.code;
  const message = `left for --continue, for it was the ${away} that failed: ${why}`;
  await ctx.record({ type: 'notice', severity: 'warning', code: 'network-away', service: run.key, message });
  run.settle({ status: 'pending', failure });
  return true;
}

/** Without which nothing can succeed any more. An engine that still answers has only refused this one call. */
async function whatIsAway({ ctx }: Crew, run: ServiceRun, failure: Failure): Promise<Away | null> {
  if (failure.code === 'disk-full') return 'disk';
  if (failure.code !== 'engine-error') return null;
  return (await ctx.engine.observe([run.service])).ok ? null : 'engine';
}

async function tellHook({ ctx }: Crew, run: ServiceRun): Promise<void> {
  const told = await ctx.hooks('on_failure', { run: ctx.run, service: run.key });
  if (!told || told === 'passed') return;
  const message = `the on_failure hook ${told.command.join(' ')} ended with ${told.exitCode ?? 'a signal'}`;
  await ctx.record({ type: 'notice', severity: 'warning', code: 'hook-failed', service: run.key, message });
}

/** Past the limit nothing new is started (product contract, section 6). */
function stopPastLimit({ ctx, board, failureLimit }: Crew): void {
  const failed = countFailed(board.runs.map((r) => r.final));
  if (failureLimit !== null && failed > failureLimit)
    ctx.stop.raise('no-new-services', { kind: 'max-failures', failed, limit: failureLimit });
}
