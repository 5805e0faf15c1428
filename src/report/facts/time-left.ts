import type { RunState } from '../../journal/projection.ts';
import type { ServiceState } from '../../journal/service-state.ts';
import type { ServiceKey } from '../../model/ids.ts';
import { DEFAULT_MS } from '../../plan/estimate.ts';
import type { Plan, PlannedService, StepEstimate, StepKind } from '../../plan/types.ts';
import { counted, humanDuration } from '../../util/human.ts';
import { epochMsOf } from '../../util/instant.ts';

/** How long a run may still take, milliseconds. */
export interface TimeLeft {
  /** Null when nothing is left, or when there is nothing yet to tell from. */
  readonly leftMs: number | null;
  /** The same with each step as slow as its 90th percentile; null without recorded durations. */
  readonly slowMs: number | null;
  /** What it rests on: durations recorded in earlier runs, or only how fast this run went so far. */
  readonly basis: 'recorded' | 'speed' | null;
  /** Services still to be done of which no duration was ever recorded: they count with what others take. */
  readonly unseen: number;
}

/** As much of a plan as this needs. */
export type TimePlan = Pick<Plan, 'services'> & Partial<Pick<Plan, 'estimate'>>;

/** How much of the work has to be done before the run's own speed tells anything. */
const TELLING_SHARE = 0.05;
/** How much the plan's expectation weighs against what this run's steps took, as a share of all work. */
const PRIOR_SHARE = 0.2;
const PACE_RANGE = { least: 0.25, most: 4 };
/** A step that takes longer than ever is expected to need this share of its usual time still. */
const OVERDUE_SHARE = 0.1;

const NOTHING: TimeLeft = { leftMs: null, slowMs: null, basis: null, unseen: 0 };

/**
 * Forecasts the rest of a run from the plan's durations of its steps and from what was done, corrected by how this run's steps compare with
 * them: the work left shared out as the plan shared it, or the longest path that is left, whichever is more. It costs some milliseconds with a
 * thousand services, so a display asks for it once a second.
 */
export function timeLeft(state: RunState, plan: TimePlan | null, nowMs: number): TimeLeft {
  if (state.outcome !== 'running') return NOTHING;
  const works = worksOf(state, plan, nowMs);
  const open = works.filter((work) => work.isOpen);
  if (open.length === 0) return NOTHING;
  const estimate = plan?.estimate;
  // What was done before a resume is not in its plan, and no part of what that plan expects.
  const expected = estimate ? works.filter((work) => work.isOpen || work.planned) : works;
  const total = sum(expected, (work) => work.total.typical);
  const rest = sum(open, (work) => work.before.typical + work.after.typical);
  const unseen = open.filter(({ planned }) => planned?.estimateMs === null).length;
  if (!estimate) return { leftMs: atSpeed(state, { total, rest, nowMs }), slowMs: null, basis: 'speed', unseen };
  const slowTotal = sum(expected, (work) => work.total.slow);
  const slowRest = sum(open, (work) => work.before.slow + work.after.slow);
  const left = Math.max(estimate.typicalMs * share(rest, total), longestPath(open, 'typical'));
  const slow = Math.max(estimate.slowMs * share(slowRest, slowTotal), longestPath(open, 'slow'));
  const pace = paceOf(works, total);
  return { leftMs: left * pace, slowMs: Math.max(left, slow) * pace, basis: 'recorded', unseen };
}

/** `about 2m05s left, 3 services never seen`; empty when nothing can be told. */
export function timeLeftText({ leftMs, basis, unseen }: TimeLeft): string {
  if (leftMs === null) return '';
  const remark = basis === 'recorded' && unseen > 0 ? `, ${counted(unseen, 'service')} never seen` : '';
  return `about ${humanDuration(leftMs)} left${remark}`;
}

interface Cost {
  readonly typical: number;
  readonly slow: number;
}

/** One service of the run, with what it still needs: up to its replace, which waits for others, and from there on. */
interface Work {
  readonly service: ServiceKey;
  readonly planned: PlannedService | undefined;
  readonly isOpen: boolean;
  readonly total: Cost;
  readonly before: Cost;
  readonly after: Cost;
  /** What its finished steps were expected to take, and took. */
  readonly expectedMs: number;
  readonly tookMs: number;
}

const FREE: Cost = { typical: 0, slow: 0 };
/** A service of which no step is planned counts as much as any other such. */
const NO_STEPS: Cost = { typical: 10_000, slow: 10_000 };

function worksOf({ services }: RunState, plan: TimePlan | null, nowMs: number): readonly Work[] {
  const planned = new Map(plan?.services.map((service) => [service.service, service]));
  return [...services.values()].map((state) => workOf(state, planned.get(state.service), nowMs));
}

function workOf(state: ServiceState, planned: PlannedService | undefined, nowMs: number): Work {
  const isOpen = state.phase.kind !== 'settled';
  const none = { service: state.service, planned, isOpen, expectedMs: 0, tookMs: 0, after: FREE };
  if (!planned || planned.steps.length === 0) return { ...none, total: NO_STEPS, before: isOpen ? NO_STEPS : FREE };
  const work = { ...none, total: FREE, before: FREE };
  for (const { id, kind } of planned.steps) {
    const cost = costOf(kind, planned.stepsMs?.[kind]);
    work.total = plus(work.total, cost);
    const begun = state.open.find((intent) => intent.step === id);
    const ended = begun ? undefined : state.steps.find((record) => record.step === id);
    if (ended?.outcome.status === 'done') {
      work.expectedMs += cost.typical;
      work.tookMs += ended.durationMs;
    }
    if (!isOpen || ended?.outcome.status === 'done' || ended?.outcome.status === 'not-needed') continue;
    const rest = begun ? restOf(cost, nowMs - epochMsOf(begun.at)) : cost;
    if (kind === 'backup' || kind === 'build' || kind === 'test') work.before = plus(work.before, rest);
    else work.after = plus(work.after, rest);
  }
  return work;
}

function costOf(kind: StepKind, estimate: StepEstimate | undefined): Cost {
  return { typical: estimate?.typicalMs ?? DEFAULT_MS[kind], slow: estimate?.slowMs ?? DEFAULT_MS[kind] };
}

function restOf({ typical, slow }: Cost, elapsedMs: number): Cost {
  const overdue = typical * OVERDUE_SHARE;
  return { typical: Math.max(typical - elapsedMs, overdue), slow: Math.max(slow - elapsedMs, overdue) };
}

/** Of a run that was resumed nobody knows how long nobody executed it, so its speed tells nothing. */
function atSpeed(
  { startedAt, resumed }: RunState,
  { total, rest, nowMs }: { readonly total: number; readonly rest: number; readonly nowMs: number },
): number | null {
  const done = total - rest;
  if (startedAt === null || resumed > 0 || done < total * TELLING_SHARE) return null;
  return (Math.max(0, nowMs - epochMsOf(startedAt)) / done) * rest;
}

/** How much longer this run's steps take than expected: 2 = twice as long. */
function paceOf(works: readonly Work[], total: number): number {
  const prior = total * PRIOR_SHARE;
  if (prior === 0) return 1;
  const pace = (prior + sum(works, (work) => work.tookMs)) / (prior + sum(works, (work) => work.expectedMs));
  return Math.min(PACE_RANGE.most, Math.max(PACE_RANGE.least, pace));
}

/** In the plan's order what a service needs comes before it; a risk gate opens when all of the lower risk are done. */
function longestPath(open: readonly Work[], of: keyof Cost): number {
  const ends = new Map<ServiceKey, number>();
  const gates = { low: 0, medium: 0, high: 0 };
  let last = 0;
  for (const { service, planned, before, after } of open) {
    const risk = planned?.effectiveRisk ?? 'low';
    const gate = risk === 'low' ? 0 : risk === 'medium' ? gates.low : Math.max(gates.low, gates.medium);
    const needed = planned?.requires.reduce((most, other) => Math.max(most, ends.get(other) ?? 0), 0) ?? 0;
    const waits = after[of] > 0 ? Math.max(gate, needed) : 0;
    const end = Math.max(before[of], waits) + after[of];
    ends.set(service, end);
    gates[risk] = Math.max(gates[risk], end);
    last = Math.max(last, end);
  }
  return last;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function plus(a: Cost, b: Cost): Cost {
  return { typical: a.typical + b.typical, slow: a.slow + b.slow };
}

function sum(works: readonly Work[], of: (work: Work) => number): number {
  return works.reduce((total, work) => total + of(work), 0);
}
