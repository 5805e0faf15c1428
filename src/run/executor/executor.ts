import type { Fingerprint } from '../../fleet/types.ts';
import type { StepOutcome } from '../../journal/events.ts';
import type { Failure } from '../../model/failure.ts';
import type { ServiceKey } from '../../model/ids.ts';
import type { PlanStep, ServiceRecord, Tested } from '../../plan/types.ts';
import { assertNever } from '../../util/assert.ts';
import { type RunContext, serviceOf } from '../context.ts';
import type { Earlier } from '../recovery/placed-earlier.ts';
import { type Arrival, Board, endedWell, type Replaced, ServiceRun, type Settled } from './board.ts';
import type { Crew } from './crew.ts';
import { endOf, madeFrom } from './ends.ts';
import { handleFailure } from './failure.ts';
import { guardedBy } from './guards.ts';
import { enterUnheld, isHeld, mustFinish, whenTakenBack, whenToGiveUp } from './held.ts';
import { makeLanes } from './lane-set.ts';
import type { Release } from './lanes.ts';
import { settle } from './settle.ts';
import { recordNotNeeded } from './steps/attempt.ts';
import { backUp } from './steps/backup.ts';
import { build } from './steps/build.ts';
import { preflight } from './steps/preflight.ts';
import { replace } from './steps/replace.ts';
import { rollBackTo } from './steps/rollback-to.ts';
import { test } from './steps/test.ts';
import { verify } from './steps/verify.ts';

/** What the executor needs besides the context: what is known of each service from before. */
export interface ExecutionInput {
  readonly records: ReadonlyMap<ServiceKey, ServiceRecord>;
  readonly fingerprints: ReadonlyMap<ServiceKey, Fingerprint>;
  /** Of a resumed run: what it has already put in place, to be judged. */
  readonly replaced: ReadonlyMap<ServiceKey, Replaced>;
  /** Of a resumed run: test results that stand. */
  readonly tested: ReadonlyMap<ServiceKey, Tested>;
  /** The waves as the run was first planned, which a continuation plans anew for what is left; the plan's own when left out. */
  readonly waves?: ReadonlyMap<ServiceKey, number>;
  /** Of a resumed run: what it has completed before, to be taken back when the policy says so. */
  readonly earlier?: ReadonlyMap<ServiceKey, Earlier>;
  /** How many failures are allowed; null = no limit. */
  readonly failureLimit: number | null;
}

/**
 * Walks the plan: every service at once, each waiting for its slot, its needs and its lanes. It takes no decision about what the fleet
 * should be: the plan has taken it. Resolves when every planned service is settled or left pending.
 */
export async function executePlan(ctx: RunContext, input: ExecutionInput): Promise<Board> {
  const board = new Board(
    ctx.plan.services.map((planned) => {
      const tested = input.tested.get(planned.service) ?? input.records.get(planned.service)?.tested ?? 'untested';
      const replaced = input.replaced.get(planned.service) ?? null;
      return new ServiceRun({
        planned: { ...planned, wave: input.waves?.get(planned.service) ?? planned.wave },
        replaced,
        ...serviceOf(ctx.fleet, planned.service),
        tested,
        fingerprint: madeFrom(planned, ctx.plan, input),
      });
    }),
    [...(input.earlier?.values() ?? [])].map((earlier) => completedBefore(ctx, earlier)),
  );
  const crew: Crew = { ctx, board, lanes: makeLanes(ctx), failureLimit: input.failureLimit, records: input.records };
  const ends = await Promise.allSettled(board.runs.map((run) => runService(crew, run)));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return board;
}

function completedBefore({ fleet }: RunContext, { planned, replaced }: Earlier): ServiceRun {
  const run = new ServiceRun({ planned, replaced, ...serviceOf(fleet, planned.service), tested: 'untested', fingerprint: null });
  run.settle({ status: 'completed', failure: null });
  return run;
}

async function runService(crew: Crew, run: ServiceRun): Promise<void> {
  const { ctx } = crew;
  const place = await crew.lanes.takeSlot(run, whenToGiveUp(ctx.stop, run));
  try {
    if (!place && run.takenBackBy) return await endInterrupted(crew, run);
    if (!place) return run.settle({ status: 'pending', failure: null });
    for (const step of run.planned.steps) {
      const outcome = await runStep(crew, run, step, place);
      if (outcome === 'stop') return;
      if (outcome.status === 'failed') return await handleFailure(crew, run, outcome.failure);
      if (outcome.status === 'interrupted') return await endInterrupted(crew, run);
    }
    await settle(crew, run, { status: endOf(run, { ...ctx, records: crew.records }), failure: null });
  } catch (error) {
    // The journal cannot be written, or a bug: nothing more may be done, and no one may wait for this service for ever.
    ctx.stop.raise('interrupting', { kind: 'broken', message: error instanceof Error ? error.message : String(error) });
    run.settle({ status: 'pending', failure: null });
    throw error;
  } finally {
    place?.();
  }
}

/** A step that was cut short: by the operator it stays pending; because a dependency fell, the service goes back. */
async function endInterrupted(crew: Crew, run: ServiceRun): Promise<void> {
  if (run.takenBackBy) return handleFailure(crew, run, { code: 'dependency-fell', dependency: run.takenBackBy });
  run.settle({ status: 'pending', failure: null });
}

/** Waits for what the step needs, takes its lane, does it. `stop`: the service has been settled or left pending on the way. */
async function runStep(crew: Crew, run: ServiceRun, step: PlanStep, slot: Release): Promise<StepOutcome | 'stop'> {
  const { ctx, board, lanes } = crew;
  const ready = await waitForNeeds(crew, run, step);
  if (!mustFinish(run, step)) {
    if (ready.kind === 'dependency-failed') return skip(crew, run, ready.dependency);
    if (ready.kind === 'stopping') return leave(run);
    const withdrawn = board.withdrawnFor(run);
    if (withdrawn !== null) return skip(crew, run, withdrawn);
  }
  const notNeeded = guardedBy(ctx, board, run, step);
  if (notNeeded !== null) return arrive(run, step, await recordNotNeeded(ctx, run, step, notNeeded));
  const prevented = step.kind === 'replace' && run.planned.strategy.preflight ? await shadowFirst(crew, run, step) : null;
  if (prevented !== null) return prevented;
  const lane = await enterUnheld(crew, run, { step, enter: () => lanes.enter(run, step, slot) });
  if (!lane) return leave(run);
  try {
    // What it stands on may have fallen while it waited for its lane.
    const fallen =
      step.kind === 'replace' || step.kind === 'rollback' ? (failedNow(board, run) ?? board.withdrawnFor(run)) : null;
    if (fallen !== null) return await skip(crew, run, fallen);
    return arrive(run, step, await doStep(crew, run, { step, leaveLane: lane }));
  } finally {
    lane();
  }
}

async function skip(crew: Crew, run: ServiceRun, dependency: ServiceKey): Promise<'stop'> {
  // It may have been lost meanwhile, on being made anew with what it shares something with.
  if (!run.final) await settle(crew, run, { status: 'skipped', failure: { code: 'dependency-failed', dependency } });
  return 'stop';
}

/** The preflight of a replace, outside the replace lane. Null: go on. */
async function shadowFirst(crew: Crew, run: ServiceRun, step: PlanStep): Promise<StepOutcome | 'stop' | null> {
  const place = await enterUnheld(crew, run, { step, enter: () => crew.lanes.beside(run) });
  if (!place) return leave(run);
  try {
    const outcome = await preflight(crew.ctx, run, step);
    return outcome && arrive(run, step, outcome);
  } finally {
    place();
  }
}

/** Ends the waiting of a service: what is in place and has to go back does so, everything else stays pending. */
function leave(run: ServiceRun): StepOutcome | 'stop' {
  if (run.replaced && run.takenBackBy) return { status: 'interrupted' };
  if (!run.final) run.settle({ status: 'pending', failure: null });
  return 'stop';
}

/** Tells those who wait for this very step. */
function arrive(run: ServiceRun, step: PlanStep, outcome: StepOutcome): StepOutcome {
  run.steps.get(step.id)?.resolve(outcome.status === 'failed' ? 'bad' : outcome.status === 'interrupted' ? 'pending' : 'good');
  return outcome;
}

async function doStep(
  { ctx, board }: Crew,
  run: ServiceRun,
  { step, leaveLane }: { readonly step: PlanStep; readonly leaveLane: Release },
): Promise<StepOutcome> {
  switch (step.kind) {
    case 'backup':
      return backUp(ctx, run, step);
    case 'build':
      return build(ctx, { board, run }, step);
    case 'test':
      return test(ctx, run, step);
    case 'replace':
      return replace(ctx, run, step);
    case 'verify':
      return verify(ctx, run, step);
    case 'rollback':
      return rollBackTo(ctx, run, { step, whenInPlace: leaveLane });
    default:
      return assertNever(step.kind);
  }
}

type Ready =
  | { readonly kind: 'ready' }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'dependency-failed'; readonly dependency: ServiceKey };

async function waitForNeeds(crew: Crew, run: ServiceRun, step: PlanStep): Promise<Ready> {
  const { ctx, board } = crew;
  const failedDependency = failureOf(board, run);
  const needs = Promise.all([...step.needs, ...(step.after ?? [])].map((need) => arrivalOf(board, need)));
  // Held here, it still hears of a dependency that ends badly meanwhile.
  const all = needs.then((arrivals) => (isHeld(crew, run, step) ? ctx.pause.whenOpen().then(() => arrivals) : arrivals));
  const takenBack = mustFinish(run, step) ? [] : [whenTakenBack(run)];
  const first = await ctx.stop.unlessDraining(Promise.race([failedDependency, all, ...takenBack]));
  if (first === null || first === 'taken-back') return { kind: 'stopping' };
  if ('dependency' in first) return { kind: 'dependency-failed', dependency: first.dependency };
  const now = failedNow(board, run) ?? failedNeed(board, step, first);
  if (now) return { kind: 'dependency-failed', dependency: now };
  // What a step needs may have arrived in the same moment as the signal, or before it: still nothing new is begun.
  return ctx.stop.draining.aborted || first.some((arrival) => arrival === 'pending') ? { kind: 'stopping' } : { kind: 'ready' };
}

/** Resolves when a required dependency ends badly; never otherwise. */
function failureOf(board: Board, run: ServiceRun): Promise<{ readonly dependency: ServiceKey }> {
  return new Promise((resolve) => {
    for (const key of board.requiredBy(run)) {
      board.find(key)?.settled.promise.then((settled) => {
        if (isBad(settled)) resolve({ dependency: rootOf(settled.failure, key) });
      });
    }
  });
}

function failedNow(board: Board, run: ServiceRun): ServiceKey | null {
  for (const key of board.requiredBy(run)) {
    const dependency = board.find(key);
    if (dependency?.final && isBad(dependency.final)) return rootOf(dependency.final.failure, key);
    if (dependency?.failing != null) return key;
  }
  return null;
}

/** The service of a needed step that came to nothing, such as the first of identical builds; `after` steps may fail. */
function failedNeed(board: Board, step: PlanStep, arrivals: readonly Arrival[]): ServiceKey | null {
  const need = step.needs.find((_, i) => arrivals[i] === 'bad');
  if (need === undefined) return null;
  const key = need.slice(0, need.lastIndexOf(':'));
  return rootOf(board.find(key)?.final?.failure ?? null, key);
}

function isBad(settled: Settled): boolean {
  return settled.status !== 'pending' && !endedWell(settled);
}

/** The service whose failure began it, so that a skipped dependent of a skipped one names the culprit. */
function rootOf(failure: Failure | null, key: ServiceKey): ServiceKey {
  return failure?.code === 'dependency-failed' ? failure.dependency : key;
}

function arrivalOf(board: Board, need: string): Promise<Arrival> {
  if (need.startsWith('risk:')) return board.gate(need.slice('risk:'.length));
  const at = need.lastIndexOf(':');
  const run = board.find(need.slice(0, at));
  if (!run) return Promise.resolve('good');
  return need.slice(at + 1) === 'verify'
    ? run.healthy.promise
    : (run.steps.get(need)?.promise ?? run.settled.promise.then(() => 'good' as const));
}
