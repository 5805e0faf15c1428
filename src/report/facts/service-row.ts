import type { Risk } from '../../fleet/types.ts';
import type { StepFacts } from '../../journal/events.ts';
import type { RunState } from '../../journal/projection.ts';
import type { ServiceState } from '../../journal/service-state.ts';
import type { Failure } from '../../model/failure.ts';
import type { ImageId, ServiceKey } from '../../model/ids.ts';
import type { ServiceStatus } from '../../model/status.ts';
import type { Plan, PlannedService, StepKind, Tested } from '../../plan/types.ts';
import { epochMsOf } from '../../util/instant.ts';
import { failureText } from '../failure-text.ts';
import { activeMs } from './active-time.ts';
import { asOfMs, goesOn, type Moment, type RunTimes } from './as-of.ts';
import { type Doing, doingOf } from './doing.ts';

/** Where a service is in its run, in one word; `pending` = left to a resume. */
export type RowStatus = 'waiting' | 'running' | 'soaking' | ServiceStatus;

/** All that is shown of one service of a run. Texts may hold what a build or a test printed: they are shown through `printable`. */
export interface ServiceRow {
  readonly service: ServiceKey;
  readonly category: string;
  /** Empty when the plan does not say. */
  readonly risk: Risk | '';
  readonly wave: number;
  readonly critical: boolean;
  readonly status: RowStatus;
  /** The step that is under way, or waits to be tried again. */
  readonly step: StepKind | null;
  /** `building`, `waiting`, `rolled back`, … */
  readonly doing: string;
  /** The step's progress, the failure, or empty. */
  readonly detail: string;
  /** The try of the present or last step; 0 = nothing was begun. */
  readonly attempt: number;
  /** How long it has been doing that; null when nothing is being done. */
  readonly sinceMs: number | null;
  /** When its first step began, milliseconds since 1970. */
  readonly startedMs: number | null;
  /** When it settled, milliseconds since 1970; null while it has not. */
  readonly endedMs: number | null;
  /** From the first step until now, or until it settled, without the time in which nobody executed the run. */
  readonly durationMs: number | null;
  /** What the plan expected of it; null = never seen before. */
  readonly estimateMs: number | null;
  /** Why it is in the plan. */
  readonly cause: string;
  readonly failure: string | null;
  readonly failureCode: Failure['code'] | null;
  readonly downtimeMs: number | null;
  /** What was in place before this run touched it. */
  readonly imageBefore: ImageId | null;
  /** What is in place now; null = not replaced yet, or none. */
  readonly imageAfter: ImageId | null;
  /** The size of what was built. */
  readonly imageBytes: number | null;
  /** Steps of the build: of the one under way, else of the last one; both 0 when there was none. */
  readonly cachedSteps: number;
  readonly totalSteps: number;
  /** Null while it has not been tested. */
  readonly tested: Tested | null;
  /** How many tests were executed; null = not told. */
  readonly tests: number | null;
}

/** As much of a plan as rows need. */
export type RowPlan = Pick<Plan, 'services'> & Partial<Pick<Plan, 'observed'>>;

/** As much of a run as rows need. */
type RowRun = RunTimes & Pick<RunState, 'services'>;

/** A row for each service of the run, in the plan's order, at that moment. */
export function serviceRows(run: RowRun, plan: RowPlan | null, moment: Moment): readonly ServiceRow[] {
  return new ServiceRows(plan).at(run, moment);
}

/** Whether something is being done to the service. */
export function isActive(row: ServiceRow): boolean {
  return row.sinceMs !== null;
}

/** Whether it ended otherwise than meant: failed, skipped, or taken back (what a rollback puts back as planned is well). */
export function isTrouble({ status, failure }: Pick<ServiceRow, 'status' | 'failure'>): boolean {
  return status === 'failed' || status === 'skipped' || (status === 'rolled-back' && failure !== null);
}

/** Rows that are drawn many times a second: the row of a service that stands still is made once and stays the same object. */
export class ServiceRows {
  readonly #plan: RowPlan | null;
  readonly #planned: ReadonlyMap<ServiceKey, PlannedService>;
  #still = new WeakMap<ServiceState, ServiceRow>();
  #goesOn = false;
  #last: readonly ServiceRow[] = [];

  constructor(plan: RowPlan | null) {
    this.#plan = plan;
    this.#planned = new Map(plan?.services.map((service) => [service.service, service]));
  }

  /** The rows at that moment; the same list as before when no row is another. */
  at(run: RowRun, moment: Moment): readonly ServiceRow[] {
    const on = goesOn(run, moment);
    if (on !== this.#goesOn) this.#still = new WeakMap();
    this.#goesOn = on;
    const nowMs = asOfMs(run, moment);
    const rows = [...run.services.values()].map((state) => this.#row(state, { parts: run.parts, nowMs }));
    const same = rows.length === this.#last.length && rows.every((row, i) => row === this.#last[i]);
    if (!same) this.#last = rows;
    return this.#last;
  }

  #row(state: ServiceState, { parts, nowMs }: Pick<RowContext, 'parts' | 'nowMs'>): ServiceRow {
    const known = this.#still.get(state);
    if (known) return known;
    const planned = this.#planned.get(state.service);
    const row = rowOf(state, { planned, plan: this.#plan, parts, goesOn: this.#goesOn, nowMs });
    const moves = this.#goesOn && state.phase.kind !== 'settled' && state.startedAt !== null;
    if (!moves) this.#still.set(state, row);
    return row;
  }
}

interface RowContext {
  readonly planned: PlannedService | undefined;
  readonly plan: RowPlan | null;
  readonly parts: RunState['parts'];
  readonly goesOn: boolean;
  readonly nowMs: number;
}

function rowOf(state: ServiceState, context: RowContext): ServiceRow {
  const { planned, plan, nowMs } = context;
  const { service, phase } = state;
  const doing = context.goesOn ? doingOf(state) : null;
  const failure = phase.kind === 'settled' ? phase.failure : null;
  const failed = failure && failureText(failure);
  const { build, cachedSteps, totalSteps } = buildOf(state);
  const test = factsOf(state, 'test');
  return {
    service,
    category: state.category,
    risk: planned?.risk ?? '',
    wave: state.wave,
    critical: planned?.critical ?? false,
    status: statusOf(state, context),
    ...(doing ? wordsOf(doing) : stillWords(state, { goesOn: context.goesOn, failed })),
    attempt: attemptOf(state),
    sinceMs: doing && Math.max(0, nowMs - doing.fromMs),
    ...timesOf(state, context),
    estimateMs: planned?.estimateMs ?? null,
    cause: planned?.cause.text ?? '',
    failure: failed,
    failureCode: failure?.code ?? null,
    downtimeMs:
      phase.kind === 'settled' || phase.kind === 'soaking' ? phase.downtimeMs : (state.facts.verify?.downtimeMs ?? null),
    imageBefore: imageBefore(state) ?? plan?.observed?.[service]?.image ?? null,
    imageAfter: phase.kind === 'settled' ? phase.image : (state.facts.rollback?.image ?? state.facts.replace?.image ?? null),
    imageBytes: build?.sizeBytes ?? null,
    cachedSteps,
    totalSteps,
    tested: phase.kind === 'settled' ? phase.tested : (test?.result ?? null),
    tests: test?.tests ?? null,
  };
}

/** The status word of a service: what had not ended when nobody went on with the run is left to a resume. */
function statusOf({ phase }: Pick<ServiceState, 'phase'>, run: { readonly goesOn: boolean }): RowStatus {
  if (phase.kind === 'settled') return phase.status;
  if (!run.goesOn) return 'pending';
  return phase.kind === 'step' ? 'running' : phase.kind;
}

function wordsOf({ step, doing, detail }: Doing) {
  return { step, doing, detail };
}

function stillWords(state: ServiceState, run: { readonly goesOn: boolean; readonly failed: string | null }) {
  const detail = run.failed ?? (run.goesOn || state.phase.kind === 'settled' ? '' : cutOffText(state));
  return { step: null, doing: statusOf(state, run).replace('-', ' '), detail };
}

/** What it was cut off in, if in anything. */
function cutOffText(state: ServiceState): string {
  const doing = doingOf(state);
  if (doing === null) return '';
  if (doing.doing === 'soaking') return 'cut off while it was soaking';
  return doing.step === null ? 'cut off between two steps' : `cut off in its ${doing.step}`;
}

function attemptOf({ phase, open, steps }: ServiceState): number {
  return phase.kind === 'step' ? phase.attempt : (open.at(-1)?.attempt ?? steps.at(-1)?.attempt ?? 0);
}

function timesOf({ startedAt, phase }: ServiceState, { parts, nowMs }: Pick<RowContext, 'parts' | 'nowMs'>) {
  const startedMs = startedAt === null ? null : epochMsOf(startedAt);
  const endedMs = phase.kind === 'settled' ? epochMsOf(phase.at) : null;
  return { startedMs, endedMs, durationMs: startedMs === null ? null : activeMs(parts, startedMs, endedMs ?? nowMs) };
}

function buildOf(state: ServiceState) {
  const { phase } = state;
  const build = factsOf(state, 'build');
  const progress = phase.kind === 'step' && phase.progress?.kind === 'build' ? phase.progress : null;
  return {
    build,
    cachedSteps: progress ? progress.cached : (build?.cachedSteps ?? 0),
    totalSteps: progress ? progress.of : (build?.totalSteps ?? 0),
  };
}

/** What the step of a kind established when it was last done, also when that was undone since. */
function factsOf<K extends StepKind>({ steps }: ServiceState, kind: K): Extract<StepFacts, { kind: K }> | null {
  const outcome = steps.find((record) => record.kind === kind)?.outcome;
  const facts = outcome && 'facts' in outcome ? outcome.facts : undefined;
  return facts?.kind === kind ? (facts as Extract<StepFacts, { kind: K }>) : null;
}

function imageBefore(state: ServiceState): ImageId | null {
  const open = state.open.find(({ intent }) => intent.kind === 'replace' || intent.kind === 'rollback')?.intent;
  const replaced = factsOf(state, 'replace')?.before.image ?? (open && 'before' in open ? open.before.image : null);
  return replaced ?? factsOf(state, 'backup')?.image ?? null;
}
