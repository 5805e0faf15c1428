import type { Failure } from '../../model/failure.ts';
import type { Board, ServiceRun } from './board.ts';
import type { Crew } from './crew.ts';
import type { RollbackDecision } from './policy.ts';
import { settle } from './settle.ts';
import { rollBack } from './steps/rollback.ts';

/** How the way back of a service went. `ended`: it is settled, or left to be finished by `--continue`. */
type Back = 'done' | 'nothing' | 'ended';

/**
 * Takes back what goes back with a failed service, itself left out: what the scope says, and whatever of this run depends on any of it, each
 * before what it depends on. What of it is not in place yet is not put there. A rollback that fails ends the taking back of the others: each
 * of them is as good as it was.
 */
export async function takeBack(crew: Crew, run: ServiceRun, scope: Exclude<RollbackDecision, 'leave'>): Promise<void> {
  const { board, ctx } = crew;
  if (scope === 'run') ctx.stop.raise('draining', { kind: 'rolled-back-run' });
  if (scope === 'wave') board.withdraw(run.planned.wave, run.key);
  for (const other of goingBack(board, run, scope)) await takeBackOther(crew, other, run);
}

/** In reverse plan order, in which every service comes before what it depends on. */
function goingBack(board: Board, run: ServiceRun, scope: Exclude<RollbackDecision, 'leave'>): readonly ServiceRun[] {
  const inScope = board.runs.filter(
    (r) => r === run || scope === 'run' || (scope === 'wave' && r.planned.wave === run.planned.wave),
  );
  const affected = new Set(inScope.flatMap((r) => [r, ...board.dependentsOf(r.key)]));
  affected.delete(run);
  return board.runs.filter((r) => affected.has(r)).reverse();
}

/**
 * One already replaced service goes back because of another; one that is being replaced or judged is told to, and waited for. Of two that
 * fail at once only the earlier waits for the later, so that they never wait for each other.
 */
async function takeBackOther(crew: Crew, other: ServiceRun, because: ServiceRun): Promise<void> {
  if (!other.replaced && !other.replacing) return;
  if (other.failing !== null && other.failing < because.failing!) return;
  if (crew.board.runs.some((r) => r.final?.failure?.code === 'rollback-failed')) return;
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

/** Rolls one service back. After a failed rollback nothing more is started; one that was cut off stays open for `--continue` to finish. */
export async function rollBackOne(crew: Crew, run: ServiceRun, why: string): Promise<Back> {
  if (!run.replaced) return 'nothing';
  const outcome = await rollBack(crew.ctx, run, why);
  if (!outcome) return 'nothing';
  if (outcome.status === 'done') return 'done';
  if (outcome.status === 'failed') {
    crew.ctx.stop.raise('draining', { kind: 'rollback-failed' });
    await settle(crew, run, { status: 'failed', failure: outcome.failure });
  } else {
    run.settle({ status: 'pending', failure: null });
  }
  return 'ended';
}
