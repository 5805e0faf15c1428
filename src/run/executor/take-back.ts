import type { Edge } from '../../fleet/types.ts';
import type { Failure } from '../../model/failure.ts';
import { stepId } from '../../model/ids.ts';
import { shares } from '../../plan/ripples.ts';
import type { Board, ServiceRun } from './board.ts';
import type { Crew } from './crew.ts';
import { Deferred } from './deferred.ts';
import type { RollbackDecision } from './policy.ts';
import { settle } from './settle.ts';
import { rejoin, rollBack } from './steps/rollback.ts';

/** How the way back of a service went. `ended`: it is settled, or left to be finished by `--continue`. */
type Back = 'done' | 'nothing' | 'ended';

/** How much goes back with a service: what depends on it, for it is bad but stays itself, or as much as the policy says. */
type Extent = 'dependents' | Exclude<RollbackDecision, 'leave'>;

/**
 * Takes back what goes back with a failed service, itself left out: what the scope says, what has the same tag, and whatever of this run depends
 * on any of it, each before what it depends on. What of it is not in place yet is not put there. A rollback that fails ends the taking back of
 * the others: each of them is as good as it was.
 */
export async function takeBack(crew: Crew, run: ServiceRun, extent: Extent): Promise<void> {
  const { board, ctx } = crew;
  if (extent === 'run') ctx.stop.raise('draining', { kind: 'rolled-back-run' });
  if (extent === 'wave') board.withdraw(run.planned.wave, run.key);
  for (const other of goingBack(board, run, extent)) await takeBackOther(crew, other, run);
}

/** Each before what it depends on. Those that have to follow what goes back come along by `followBack`. */
function goingBack(board: Board, run: ServiceRun, extent: Extent): readonly ServiceRun[] {
  const { wave } = run.planned;
  const inScope = board.all.filter((r) => r === run || extent === 'run' || (extent === 'wave' && r.planned.wave === wave));
  // Services of one tag are one replace unit: the tag cannot go back for one of them alone.
  const tags = new Set(extent === 'dependents' ? [] : inScope.filter((r) => r.replaced).map((r) => r.service.image));
  const units = new Set([...inScope, ...board.all.filter((r) => tags.has(r.service.image))]);
  const affected = new Set([...units].flatMap((r) => [r, ...board.dependentsOf(r.key)]));
  if (extent === 'dependents') {
    // What shares something with it has nothing to go back onto: it is judged as it is.
    for (const { follower, edge } of board.followersOf(run.key)) if (shares(edge)) affected.delete(follower);
  } else {
    const moving = [...affected].filter((r) => r.replaced || r.replacing);
    for (const { follower } of moving.flatMap((r) => board.followersOf(r.key))) affected.delete(follower);
  }
  affected.delete(run);
  return dependentsFirst(board, affected);
}

function dependentsFirst(board: Board, affected: ReadonlySet<ServiceRun>): readonly ServiceRun[] {
  const ordered = new Set<ServiceRun>();
  const seen = new Set<ServiceRun>();
  const visit = (run: ServiceRun) => {
    if (seen.has(run)) return;
    seen.add(run);
    for (const dependent of board.directDependentsOf(run.key)) visit(dependent);
    if (affected.has(run)) ordered.add(run);
  };
  for (const run of [...affected].reverse()) visit(run);
  return [...ordered];
}

/**
 * One already replaced service goes back because of another; one that is being replaced or judged is told to, and waited for. Of two that
 * fail at once only the earlier waits for the later, so that they never wait for each other.
 */
async function takeBackOther(crew: Crew, other: ServiceRun, because: ServiceRun): Promise<void> {
  // It may follow what goes back because of it: its own way back comes last, and it must not wait for itself.
  if (other === because) return;
  if (!other.replaced && !other.replacing) return;
  if (other.failing !== null && other.failing < because.failing!) return;
  if (isRollbackLost(crew.board)) return;
  other.takenBackBy ??= because.key;
  if (!other.settled.value) {
    other.takeBack.abort();
    await other.settled.promise;
  }
  if (!other.replaced || !isStillNew(other)) return;
  // Another one that failed is putting it back just now: what depends on it waits for that, and not for all that follows.
  if (other.wayBack) return other.wayBack.promise;
  const failure: Failure = { code: 'dependency-fell', dependency: because.key };
  const wayBack = new Deferred<void>();
  other.wayBack = wayBack;
  try {
    const back = await rollBackOne(crew, other, { why: failure.code, because });
    if (back === 'done') await settle(crew, other, { status: 'rolled-back', failure });
  } finally {
    wayBack.resolve();
    other.wayBack = null;
  }
}

/** Of what is in place: whether it stayed so. One that was skipped was put there before the run was continued. */
function isStillNew({ final }: ServiceRun): boolean {
  if (final?.status === 'failed') return final.failure?.code !== 'rollback-failed';
  return final?.status === 'completed' || final?.status === 'skipped';
}

function isRollbackLost({ all }: Board): boolean {
  return all.some((r) => r.final?.failure?.code === 'rollback-failed');
}

/**
 * Rolls one service back, and what has to follow it. After a failed rollback nothing more is started; one that was cut off stays open for
 * `--continue` to finish.
 */
export async function rollBackOne(
  crew: Crew,
  run: ServiceRun,
  { why, because }: { readonly why: string; readonly because: ServiceRun },
): Promise<Back> {
  if (!run.replaced) return 'nothing';
  // A container that is just being made on this one must not find it gone.
  const onIt = crew.board.followersOf(run.key).filter(({ follower }) => follower.replacing);
  await Promise.all(onIt.map(({ follower }) => follower.steps.get(stepId(follower.key, 'replace'))?.promise));
  const outcome = await rollBack(crew.ctx, run, why);
  run.wayBack?.resolve();
  const done = outcome?.status === 'done';
  if (!outcome || done) {
    await followBack(crew, run, { because, moved: done });
    return done ? 'done' : 'nothing';
  }
  if (outcome.status === 'failed') {
    await settleLost(crew, run, outcome.failure);
  } else {
    run.settle({ status: 'pending', failure: null });
  }
  return 'ended';
}

/**
 * What shares something with a container that went back, or restarts with it, is bound to one that is gone (traps T3): what this run put on it
 * goes back after it, what runs as before is made or started anew.
 */
async function followBack(
  crew: Crew,
  run: ServiceRun,
  { because, moved }: { readonly because: ServiceRun; readonly moved: boolean },
): Promise<void> {
  for (const { follower, edge } of crew.board.followersOf(run.key)) {
    await takeBackOther(crew, follower, because);
    if (!follower.replaced && moved && !isRollbackLost(crew.board)) await rejoinOne(crew, follower, { edge, because });
  }
}

async function rejoinOne(
  crew: Crew,
  follower: ServiceRun,
  { edge, because }: { readonly edge: Edge; readonly because: ServiceRun },
): Promise<void> {
  const outcome = await rejoin(crew.ctx, follower, edge);
  if (outcome?.status === 'failed') await settleLost(crew, follower, outcome.failure);
  if (outcome?.status === 'done') await followBack(crew, follower, { because, moved: true });
}

async function settleLost(crew: Crew, run: ServiceRun, failure: Failure): Promise<void> {
  crew.ctx.stop.raise('draining', { kind: 'rollback-failed' });
  await settle(crew, run, { status: 'failed', failure });
}

/**
 * Waits for the outcome of what the service shares something with, for until then it may have nothing to go back onto. True: one of these
 * failed before it and is going back, and takes it along.
 */
export async function isTakenAlong(board: Board, run: ServiceRun): Promise<boolean> {
  const hosts = run.service.dependsOn.filter(shares).flatMap(({ to }) => board.find(to) ?? []);
  for (const host of hosts.filter((r) => r.replaced || r.replacing)) {
    if (host.failing === null || host.failing > run.failing!) await host.settled.promise;
    else if (!host.settled.value && (await host.goesBack.promise)) return true;
  }
  return false;
}
