import type { Instant, RunId, ServiceKey } from '../model/ids.ts';
import type { ExitCode, RunOutcome } from '../model/status.ts';
import type { PlanOptions } from '../plan/types.ts';
import { assertNever } from '../util/assert.ts';
import type { ControlAction, Event } from './events.ts';
import {
  newService,
  onHealthy,
  onIntent,
  onOutcome,
  onProgress,
  onResumed,
  onRetry,
  onSettled,
  type ServiceState,
} from './service-state.ts';

/** How many events `RunState.activity` keeps. */
export const ACTIVITY_LENGTH = 50;

/** What run-started said. */
type RunMeta = Omit<Extract<Event, { type: 'run-started' }>, 'v' | 'seq' | 'type' | 'run' | 'services' | 'at'>;

/** The time that one process spent on a run. */
export interface RunPart {
  readonly startedAt: Instant;
  /** Null = it goes on, or its process died and nobody has taken the run up again: then its last event is its end. */
  readonly endedAt: Instant | null;
}

/** A run as its journal tells it: everything that shows, resumes or reports a run works on this. */
export interface RunState {
  readonly run: RunId;
  /** Null until run-started is read. `options` and `plan` are those of the last resume. */
  readonly meta: RunMeta | null;
  /** `running` also when the process died: only the lock knows. */
  readonly outcome: RunOutcome;
  readonly exitCode: ExitCode | null;
  readonly why: string;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly resumed: number;
  /** From its start and from every resume; what lies between them is no time of the run. */
  readonly parts: readonly RunPart[];
  /** Nothing new starts until somebody has it go on; false for a run that is over, and for one that is continued after a crash. */
  readonly paused: boolean;
  /** A signal or `slipway cancel` has come, and the run is being brought to an end. */
  readonly stopping: boolean;
  /** In the plan's order. */
  readonly services: ReadonlyMap<ServiceKey, ServiceState>;
  /** The newest events but progress and health samples, oldest first. */
  readonly activity: readonly Event[];
  readonly lastSeq: number;
  readonly lastAt: Instant | null;
}

/** How many services stand where; they sum up to `total`. */
export interface Counts {
  readonly total: number;
  readonly waiting: number;
  readonly running: number;
  readonly soaking: number;
  readonly pending: number;
  readonly completed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly rolledBack: number;
}

/** A run before its first event. */
export function emptyRun(run: RunId): RunState {
  return {
    run,
    meta: null,
    outcome: 'running',
    exitCode: null,
    why: '',
    startedAt: null,
    finishedAt: null,
    resumed: 0,
    parts: [],
    paused: false,
    stopping: false,
    services: new Map(),
    activity: [],
    lastSeq: 0,
    lastAt: null,
  };
}

/** A run that grows: takes one event after the other into a state of its own, which costs the same however large the fleet is. */
export class GrowingRun {
  #draft: Draft;

  constructor(from: RunState) {
    this.#draft = { ...from, services: new Map(from.services) };
  }

  /** Takes one more event in; one that it already has changes nothing. */
  apply(event: Event): void {
    this.#draft = fold(this.#draft, event);
  }

  /** The run as it is now, which later events do not change. */
  state(): RunState {
    return { ...this.#draft, services: new Map(this.#draft.services) };
  }
}

/** The run that these events, from the first on, tell of. */
export function projectRun(run: RunId, events: Iterable<Event>): RunState {
  let draft: Draft = { ...emptyRun(run), services: new Map() };
  for (const event of events) draft = fold(draft, event);
  return draft;
}

/** Where the services of a run stand. */
export function countServices(state: RunState): Counts {
  const counts = { total: 0, waiting: 0, running: 0, soaking: 0, pending: 0, completed: 0, failed: 0, skipped: 0, rolledBack: 0 };
  for (const { phase } of state.services.values()) {
    counts.total += 1;
    if (phase.kind === 'settled') counts[phase.status === 'rolled-back' ? 'rolledBack' : phase.status] += 1;
    else counts[phase.kind === 'step' ? 'running' : phase.kind] += 1;
  }
  return counts;
}

/** The counts of a run that nobody executes: what has not ended is left to a resume. */
export function countsCutOff(counts: Counts): Counts {
  const { waiting, running, soaking, pending } = counts;
  return { ...counts, waiting: 0, running: 0, soaking: 0, pending: pending + waiting + running + soaking };
}

/** A state whose map of services is its own, so that folding a whole journal copies no map. */
type Draft = RunState & { readonly services: Map<ServiceKey, ServiceState> };

function fold(draft: Draft, event: Event): Draft {
  if (event.seq <= draft.lastSeq) return draft;
  const next = foldBody(draft, event);
  return { ...next, activity: withActivity(draft.activity, event), lastSeq: event.seq, lastAt: event.at };
}

function foldBody(draft: Draft, event: Event): Draft {
  switch (event.type) {
    case 'run-started':
      return started(draft, event);
    case 'run-resumed':
      return resumed(draft, event);
    case 'run-finished':
      return finished(draft, event);
    case 'signal-received':
      return draft.outcome === 'running' ? { ...draft, paused: false, stopping: true } : draft;
    case 'control-received':
      return controlled(draft, event.action);
    case 'step-intent':
      return update(draft, event.service, (s) => onIntent(s, event));
    case 'step-outcome':
      return update(draft, event.service, (s) => onOutcome(s, event));
    case 'step-progress':
      return update(draft, event.service, (s) => onProgress(s, event));
    case 'retry-scheduled':
      return update(draft, event.service, (s) => onRetry(s, event));
    case 'service-healthy':
      return update(draft, event.service, (s) => onHealthy(s, event));
    case 'service-settled':
      return update(draft, event.service, (s) => onSettled(s, event));
    case 'health-sample':
    case 'leftover-repaired':
    case 'hook-finished':
    case 'notice':
      return draft;
    default:
      return assertNever(event);
  }
}

function started(draft: Draft, event: Extract<Event, { type: 'run-started' }>): Draft {
  const { phase, plan, command, options, slipway, engine, services } = event;
  for (const { service, category, wave } of services) draft.services.set(service, newService(service, category, wave));
  return { ...draft, meta: { phase, plan, command, options, slipway, engine }, startedAt: event.at, parts: [openPart(event.at)] };
}

function openPart(startedAt: Instant): RunPart {
  return { startedAt, endedAt: null };
}

/** Nothing changes a part that has ended. */
function endPart(parts: readonly RunPart[], endedAt: Instant | null): readonly RunPart[] {
  return parts.map((part) => (part.endedAt === null ? { ...part, endedAt } : part));
}

function finished(draft: Draft, event: Extract<Event, { type: 'run-finished' }>): Draft {
  const { outcome, exitCode, why, at } = event;
  // Who gives a run up that was cut off does so long after.
  const parts = endPart(draft.parts, outcome === 'abandoned' ? draft.lastAt : at);
  return { ...draft, outcome, exitCode, why, parts, finishedAt: at, paused: false, stopping: false };
}

/** What is being brought to an end waits for nobody to have it go on, and what has come to it can be asked no more. */
function controlled(draft: Draft, action: ControlAction): Draft {
  if (draft.outcome !== 'running') return draft;
  switch (action) {
    case 'pause':
      return { ...draft, paused: !draft.stopping };
    case 'resume':
      return { ...draft, paused: false };
    case 'cancel':
      return { ...draft, paused: false, stopping: true };
    default:
      return assertNever(action);
  }
}

/** What was under way died with the process before; a settled service is taken up again when the resume names it. */
function resumed(draft: Draft, event: Extract<Event, { type: 'run-resumed' }>): Draft {
  const cutOff = [...draft.services.values()].filter((s) => s.phase.kind !== 'settled').map((s) => s.service);
  for (const service of new Set([...cutOff, ...event.services])) update(draft, service, onResumed);
  const options: { options: PlanOptions; plan: string } = { options: event.options, plan: event.plan };
  return {
    ...draft,
    meta: draft.meta && { ...draft.meta, ...options },
    outcome: 'running',
    exitCode: null,
    why: '',
    finishedAt: null,
    resumed: draft.resumed + 1,
    parts: [...endPart(draft.parts, draft.lastAt), openPart(event.at)],
    paused: false,
    stopping: false,
  };
}

function update(draft: Draft, service: ServiceKey, change: (state: ServiceState) => ServiceState): Draft {
  draft.services.set(service, change(draft.services.get(service) ?? newService(service, '', 0)));
  return draft;
}

function withActivity(activity: readonly Event[], event: Event): readonly Event[] {
  if (event.type === 'step-progress' || event.type === 'health-sample') return activity;
  return [...activity.slice(1 - ACTIVITY_LENGTH), event];
}
