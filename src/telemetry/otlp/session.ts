import type { Event, StepOutcome } from '../../journal/events.ts';
import type { ServiceKey, StepId } from '../../model/ids.ts';
import type { StepKind } from '../../plan/types.ts';
import { epochMsOf } from '../../util/instant.ts';

type Of<T extends Event['type']> = Extract<Event, { type: T }>;

/** One try of a step. `end` null: it was under way when the session ended. */
interface StepTry {
  readonly step: StepId;
  readonly kind: StepKind;
  readonly attempt: number;
  readonly startMs: number;
  end: { readonly atMs: number; readonly outcome: StepOutcome | 'retry' } | null;
}

/** What a session did with one service. */
export interface ServiceWork {
  readonly service: ServiceKey;
  readonly startMs: number;
  lastMs: number;
  readonly tries: StepTry[];
  settled: Of<'service-settled'> | null;
  healthyMs: number | null;
}

/** What one process did of a run: from its start or resume to its end, or to where it died. */
export interface Session {
  /** Counts from 1. */
  readonly number: number;
  readonly startMs: number;
  lastMs: number;
  finished: Of<'run-finished'> | null;
  readonly services: Map<ServiceKey, ServiceWork>;
  readonly signals: Of<'signal-received'>[];
}

/** A run as the sessions that worked on it, from all its events in order. */
export function sessionsOf(events: readonly Event[]): readonly Session[] {
  const starts = sessionStarts(events);
  const sessions: Session[] = [];
  events.forEach((event, index) => {
    if (starts.has(index)) sessions.push(begun(sessions.length + 1, event));
    const session = sessions.at(-1);
    if (session) take(session, event);
  });
  return sessions;
}

/** A continuation puts in order what it finds before it records that it resumes: its session begins there. */
function sessionStarts(events: readonly Event[]): ReadonlySet<number> {
  const starts = new Set<number>([0]);
  events.forEach((event, index) => {
    if (event.type === 'run-resumed') starts.add(beginOfRepair(events, index));
  });
  return starts;
}

function beginOfRepair(events: readonly Event[], resumed: number): number {
  let begin = resumed;
  for (let i = resumed - 1; i > 0; i -= 1) {
    const event = events[i]!;
    if (event.type === 'run-finished') return i + 1;
    if (event.type === 'leftover-repaired') begin = i;
    else if (!isPartOfRepair(event)) break;
  }
  return begin;
}

/** Rollbacks that a crash cut off are finished by whoever continues. */
function isPartOfRepair(event: Event): boolean {
  if (event.type === 'step-intent') return event.intent.kind === 'rollback';
  if (event.type === 'step-outcome') return event.kind === 'rollback';
  return ['notice', 'service-settled', 'service-healthy', 'health-sample', 'hook-finished'].includes(event.type);
}

function begun(number: number, { at }: Event): Session {
  const startMs = epochMsOf(at);
  return { number, startMs, lastMs: startMs, finished: null, services: new Map(), signals: [] };
}

function take(session: Session, event: Event): void {
  const atMs = epochMsOf(event.at);
  session.lastMs = atMs;
  switch (event.type) {
    case 'run-finished':
      session.finished = event;
      break;
    case 'signal-received':
      session.signals.push(event);
      break;
    case 'step-intent': {
      const { step, attempt, intent } = event;
      workOn(session, event, atMs).tries.push({ step, kind: intent.kind, attempt, startMs: atMs, end: null });
      break;
    }
    case 'step-outcome':
      endTry(workOn(session, event, atMs), event.step, { atMs, outcome: event.outcome });
      break;
    case 'retry-scheduled':
      endTry(workOn(session, event, atMs), event.step, { atMs, outcome: 'retry' });
      break;
    case 'service-healthy':
      workOn(session, event, atMs).healthyMs = atMs;
      break;
    case 'service-settled':
      workOn(session, event, atMs).settled = event;
      break;
    default:
      break;
  }
}

function workOn({ services }: Session, { service }: { readonly service: ServiceKey }, atMs: number): ServiceWork {
  const known = services.get(service);
  if (known) {
    known.lastMs = atMs;
    return known;
  }
  const work: ServiceWork = { service, startMs: atMs, lastMs: atMs, tries: [], settled: null, healthyMs: null };
  services.set(service, work);
  return work;
}

/** An outcome without an intent is of a step that was not needed: it took no time. */
function endTry(work: ServiceWork, step: StepId, end: NonNullable<StepTry['end']>): void {
  const open = work.tries.findLast((one) => one.step === step && one.end === null);
  if (open) open.end = end;
}
