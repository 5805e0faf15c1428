import type { Progress } from '../journal/events.ts';
import { type Counts, countServices, type RunState } from '../journal/projection.ts';
import { type ServiceState, wentBackAsPlanned } from '../journal/service-state.ts';
import type { Plan } from '../plan/types.ts';
import { assertNever } from '../util/assert.ts';
import { counted, humanDuration } from '../util/human.ts';
import { failureText } from './failure-text.ts';

/** One category's line. */
export interface CategoryRow {
  readonly name: string;
  readonly risk: string;
  readonly counts: Counts;
}

/** One service that something is being done to now. */
export interface ActiveRow {
  readonly service: string;
  readonly doing: string;
  readonly detail: string;
  readonly sinceMs: number;
}

/** All that a live display of a run shows; made from its events alone and the plan. */
export interface RunView {
  readonly run: string;
  readonly command: string;
  readonly phase: string;
  /** A signal has come and the run is being brought to an end. */
  readonly stopping: boolean;
  readonly outcome: RunState['outcome'];
  readonly elapsedMs: number;
  /** Null while nothing is known to forecast from. */
  readonly leftMs: number | null;
  readonly counts: Counts;
  readonly categories: readonly CategoryRow[];
  readonly active: readonly ActiveRow[];
  readonly troubles: readonly { readonly service: string; readonly status: string; readonly text: string }[];
}

/** The view of a run at an instant (milliseconds since 1970). */
export function viewRun(state: RunState, plan: Pick<Plan, 'services' | 'estimate'>, nowMs: number): RunView {
  const services = [...state.services.values()];
  const startedMs = state.startedAt ? Date.parse(state.startedAt) : nowMs;
  const endMs = state.finishedAt ? Date.parse(state.finishedAt) : nowMs;
  const counts = countServices(state);
  return {
    run: state.run,
    command: state.meta?.command ?? 'rebuild',
    stopping: state.outcome === 'running' && state.activity.some((e) => e.type === 'signal-received'),
    phase: state.meta?.phase ?? '',
    outcome: state.outcome,
    elapsedMs: Math.max(0, endMs - startedMs),
    leftMs: forecast(counts, endMs - startedMs, plan.estimate?.typicalMs ?? null),
    counts,
    categories: categoriesOf(state, plan),
    active: services.flatMap((s) => activeRow(s, nowMs)),
    troubles: services.flatMap(troubleOf),
  };
}

/** From the plan's estimate while it holds, else from how fast services settled so far; null before there is anything to tell from. */
function forecast({ total, waiting, running, soaking }: Counts, elapsedMs: number, typicalMs: number | null): number | null {
  const open = waiting + running + soaking;
  if (open === 0) return null;
  if (typicalMs !== null && typicalMs > elapsedMs) return typicalMs - elapsedMs;
  return open === total ? null : (elapsedMs / (total - open)) * open;
}

function categoriesOf(state: RunState, plan: Pick<Plan, 'services'>): CategoryRow[] {
  const risks = new Map(plan.services.map((s) => [s.category, s.risk]));
  return [...groupBy([...state.services.values()], (s) => s.category)].map(([name, services]) => ({
    name,
    risk: risks.get(name) ?? '',
    counts: countServices({ ...state, services: new Map(services.map((s) => [s.service, s])) }),
  }));
}

/** What Map.groupBy does, which Node 20 lacks. */
function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

function activeRow(state: ServiceState, nowMs: number): ActiveRow[] {
  const { service, phase } = state;
  switch (phase.kind) {
    case 'step': {
      const doing = {
        backup: 'backing up',
        build: 'building',
        test: 'testing',
        replace: 'replacing',
        verify: 'verifying',
        rollback: 'rolling back',
      }[phase.step];
      return [{ service, doing, detail: progressText(phase.progress), sinceMs: nowMs - Date.parse(phase.startedAt) }];
    }
    case 'soaking':
      return [{ service, doing: 'soaking', detail: 'healthy, watching on', sinceMs: nowMs - Date.parse(phase.since) }];
    case 'waiting':
      if (!phase.retry) return betweenSteps(state, nowMs);
      return [{ service, doing: 'retrying', detail: phase.retry.why, sinceMs: nowMs - Date.parse(phase.retry.at) }];
    case 'settled':
      return [];
    default:
      return assertNever(phase);
  }
}

/** Begun and waiting for its next step: for a lane, or for the verdicts that come before its replace. */
function betweenSteps({ service, startedAt, steps, facts }: ServiceState, nowMs: number): ActiveRow[] {
  const last = steps.at(-1);
  if (startedAt === null || !last || facts.healthyAt !== null) return [];
  const done = { backup: 'backed up', build: 'built', test: 'tested', replace: 'replaced', verify: '', rollback: '' }[last.kind];
  return [{ service, doing: 'waiting', detail: done, sinceMs: nowMs - Date.parse(last.at) }];
}

function progressText(progress: Extract<ServiceState['phase'], { kind: 'step' }>['progress']): string {
  if (!progress) return '';
  switch (progress.kind) {
    case 'build':
      return buildText(progress);
    case 'test':
      return progress.line;
    case 'waiting':
      return `waiting for ${progress.for}`;
    default:
      return assertNever(progress);
  }
}

/** Before BuildKit has read the Dockerfile it does not know how many steps there are. */
function buildText({ step, of, cached, name }: Extract<Progress, { kind: 'build' }>): string {
  return of === 0 ? name : `step ${step} of ${of}${cached > 0 ? `, ${cached} cached` : ''}: ${name}`;
}

function troubleOf({ service, phase }: ServiceState): RunView['troubles'] {
  if (phase.kind !== 'settled' || phase.status === 'completed' || phase.status === 'pending' || wentBackAsPlanned(phase))
    return [];
  return [{ service, status: phase.status, text: phase.failure ? failureText(phase.failure) : '' }];
}

/** `23 completed, 1 failed, …`, without what is nought; a run that puts back need not complete anything. */
export function countsText(counts: Counts, command: string = 'rebuild'): string {
  const parts = [
    (command === 'rebuild' || counts.completed > 0 || counts.rolledBack === 0) &&
      counted(counts.completed, 'completed', 'completed'),
    counts.failed > 0 && `${counts.failed} failed`,
    counts.rolledBack > 0 && `${counts.rolledBack} rolled back`,
    counts.skipped > 0 && `${counts.skipped} skipped`,
    counts.pending > 0 && `${counts.pending} pending`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** `1m12s`, and how long it may still take. */
export function timeText(view: RunView): string {
  const elapsed = humanDuration(view.elapsedMs);
  return view.leftMs === null ? elapsed : `${elapsed}, about ${humanDuration(view.leftMs)} left`;
}
