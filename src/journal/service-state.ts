import type { Fingerprint } from '../fleet/types.ts';
import type { Failure } from '../model/failure.ts';
import type { ContainerId, ImageId, Instant, ServiceKey, StepId } from '../model/ids.ts';
import type { ServiceStatus } from '../model/status.ts';
import type { StepKind, Tested } from '../plan/types.ts';
import type { Event, Intent, Progress, StepFacts, StepOutcome } from './events.ts';

/**
 * Where a service is in its run.
 *
 *                  ┌────────── step-outcome, retry-scheduled ─────────┐
 *                  ▼                                                  │
 *     ──►  waiting ──── step-intent ────►  step  ◄── step-intent ──┐  │
 *           ▲  │                            │ └────────────────────┼──┤
 *           │  │                            │ service-healthy      │  │
 *           │  │                            ▼                      │  │
 *           │  │                         soaking ──────────────────┴──┘
 *           │  │                            │
 *           │  └──────► service-settled ◄───┘   (from every state)
 *           │                  ▼
 *           └─ run-resumed ─ settled ── step-intent ──► step   (taken back after it had settled)
 *
 * A step-intent in `step` is a second try of a step that a crash or an interruption cut off.
 */
type ServicePhase =
  | {
      readonly kind: 'waiting';
      readonly retry: { readonly step: StepId; readonly at: Instant; readonly delayMs: number; readonly why: string } | null;
    }
  | {
      readonly kind: 'step';
      readonly step: StepKind;
      readonly id: StepId;
      readonly attempt: number;
      readonly startedAt: Instant;
      readonly progress: Progress | null;
    }
  | {
      readonly kind: 'soaking';
      readonly since: Instant;
      readonly containers: readonly ContainerId[];
      readonly downtimeMs: number | null;
    }
  | ({ readonly kind: 'settled' } & Settled);

export interface Settled {
  readonly at: Instant;
  readonly status: ServiceStatus;
  readonly failure: Failure | null;
  readonly image: ImageId | null;
  readonly tested: Tested;
  readonly fingerprint: Fingerprint | null;
  readonly downtimeMs: number | null;
}

/** Put back because the run was for that; what a policy put back has a failure. */
export function wentBackAsPlanned({ status, failure }: Pick<Settled, 'status' | 'failure'>): boolean {
  return status === 'rolled-back' && failure === null;
}

type FactsOf<K extends StepKind> = Extract<StepFacts, { kind: K }>;

/** What successful steps established and nothing later undid: what a resume need not do again. */
interface ServiceFacts {
  readonly backup: FactsOf<'backup'> | null;
  readonly build: FactsOf<'build'> | null;
  /** With the image that was tested. */
  readonly test: (FactsOf<'test'> & { readonly image: ImageId | null }) | null;
  readonly replace: FactsOf<'replace'> | null;
  readonly verify: FactsOf<'verify'> | null;
  readonly rollback: FactsOf<'rollback'> | null;
  /** Since when it is healthy after its replace; null = not, or not yet. */
  readonly healthyAt: Instant | null;
}

/** An effect that was begun and whose end is not known: to be observed on the engine, never assumed. */
export interface OpenIntent {
  readonly step: StepId;
  readonly attempt: number;
  readonly at: Instant;
  readonly intent: Intent;
}

/** The last outcome of a step. */
interface StepRecord {
  readonly kind: StepKind;
  readonly attempt: number;
  readonly at: Instant;
  readonly durationMs: number;
  readonly outcome: StepOutcome;
}

/** All that a run's journal says of one service. */
export interface ServiceState {
  readonly service: ServiceKey;
  readonly category: string;
  readonly wave: number;
  readonly phase: ServicePhase;
  readonly facts: ServiceFacts;
  readonly open: readonly OpenIntent[];
  /** By step id, in the order of first outcome. */
  readonly steps: readonly (StepRecord & { readonly step: StepId })[];
  /** First intent; null = nothing was begun. */
  readonly startedAt: Instant | null;
  /** The last time it settled, kept when a resume opens it again. */
  readonly lastSettled: Settled | null;
  /** The last time it completed and was not taken back afterwards. */
  readonly lastCompleted: Settled | null;
}

const NO_FACTS: ServiceFacts = {
  backup: null,
  build: null,
  test: null,
  replace: null,
  verify: null,
  rollback: null,
  healthyAt: null,
};

/** A service of which the journal has said nothing but that it is planned. */
export function newService(service: ServiceKey, category: string, wave: number): ServiceState {
  return {
    service,
    category,
    wave,
    phase: { kind: 'waiting', retry: null },
    facts: NO_FACTS,
    open: [],
    steps: [],
    startedAt: null,
    lastSettled: null,
    lastCompleted: null,
  };
}

/** Whether this run may have changed what runs: it replaced it, or was about to when the record ends. */
export function wasTouched(state: ServiceState): boolean {
  const { replace, rollback } = state.facts;
  return (
    replace !== null || rollback !== null || state.open.some((o) => o.intent.kind === 'replace' || o.intent.kind === 'rollback')
  );
}

type Of<T extends Event['type']> = Extract<Event, { type: T }>;

/** A step begins: what it is going to change is no longer a fact. */
export function onIntent(state: ServiceState, event: Of<'step-intent'>): ServiceState {
  const { step, attempt, intent, at } = event;
  return {
    ...state,
    phase: { kind: 'step', step: intent.kind, id: step, attempt, startedAt: at, progress: null },
    facts: { ...state.facts, ...undoneBy(intent.kind) },
    open: [...state.open.filter((o) => o.step !== step), { step, attempt, at, intent }],
    startedAt: state.startedAt ?? at,
  };
}

/** A step ended. An interrupted one stays open: how far it came is not known. */
export function onOutcome(state: ServiceState, event: Of<'step-outcome'>): ServiceState {
  const { step, kind, attempt, at, durationMs, outcome } = event;
  const record = { step, kind, attempt, at, durationMs, outcome };
  const known = state.steps.some((s) => s.step === step);
  return {
    ...state,
    phase: state.phase.kind === 'settled' ? state.phase : { kind: 'waiting', retry: null },
    facts: { ...state.facts, ...('facts' in outcome && outcome.facts && establishedBy(outcome.facts, state, step)) },
    open: outcome.status === 'interrupted' ? state.open : state.open.filter((o) => o.step !== step),
    steps: known ? state.steps.map((s) => (s.step === step ? record : s)) : [...state.steps, record],
  };
}

/** Live progress of the step that is under way; of any other it is late and ignored. */
export function onProgress(state: ServiceState, event: Of<'step-progress'>): ServiceState {
  if (state.phase.kind !== 'step' || state.phase.id !== event.step) return state;
  return { ...state, phase: { ...state.phase, progress: event.progress } };
}

/** The step will be tried again. */
export function onRetry(state: ServiceState, event: Of<'retry-scheduled'>): ServiceState {
  if (state.phase.kind === 'settled') return state;
  const { step, at, delayMs, why } = event;
  return { ...state, phase: { kind: 'waiting', retry: { step, at, delayMs, why } } };
}

/** The first healthy verdict: the soak begins. */
export function onHealthy(state: ServiceState, event: Of<'service-healthy'>): ServiceState {
  const facts = { ...state.facts, healthyAt: event.at };
  if (state.phase.kind === 'settled') return { ...state, facts };
  return {
    ...state,
    facts,
    phase: { kind: 'soaking', since: event.at, containers: event.containers, downtimeMs: event.downtimeMs },
  };
}

/** The service's status in this run is known. `pending` leaves it to a resume, with what is still open. */
export function onSettled(state: ServiceState, event: Of<'service-settled'>): ServiceState {
  const { at, status, failure, image, tested, fingerprint, downtimeMs } = event;
  const settled: Settled = { at, status, failure, image, tested, fingerprint, downtimeMs };
  const takenBack = status === 'rolled-back' || (status === 'failed' && state.lastCompleted !== null);
  return {
    ...state,
    phase: { kind: 'settled', ...settled },
    // What went back is to be made anew.
    facts: status === 'rolled-back' ? { ...state.facts, build: null, test: null } : state.facts,
    open: status === 'pending' ? state.open : [],
    lastSettled: settled,
    lastCompleted: status === 'completed' ? settled : takenBack ? null : state.lastCompleted,
  };
}

/** A resume takes the service up again; facts and open intents stay, they are what it works from. */
export function onResumed(state: ServiceState): ServiceState {
  return { ...state, phase: { kind: 'waiting', retry: null } };
}

function undoneBy(kind: StepKind): Partial<ServiceFacts> {
  switch (kind) {
    case 'build':
      return { build: null, test: null };
    case 'test':
      return { test: null };
    case 'replace':
      return { replace: null, verify: null, healthyAt: null };
    case 'verify':
    case 'rollback':
      return { verify: null, healthyAt: null };
    case 'backup':
      return {};
  }
}

function establishedBy(facts: StepFacts, state: ServiceState, step: StepId): Partial<ServiceFacts> {
  if (facts.kind === 'rollback') return { rollback: facts, replace: null };
  if (facts.kind === 'replace') return { replace: facts, rollback: null };
  if (facts.kind === 'test') return { test: { ...facts, image: testedImage(state, step) } };
  return { [facts.kind]: facts };
}

/** A test that ends after its service has settled has no open intent any more: it was one of what was built. */
function testedImage({ open, facts }: ServiceState, step: StepId): ImageId | null {
  const intent = open.find((o) => o.step === step)?.intent;
  return intent?.kind === 'test' ? intent.image : (facts.build?.image ?? null);
}
