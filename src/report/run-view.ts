import type { Counts, RunState } from '../journal/projection.ts';
import { counted } from '../util/human.ts';
import { runDurationMs } from './facts/active-time.ts';
import type { Moment } from './facts/as-of.ts';
import { type CategoryRow, categoryRows, countRows } from './facts/category-row.ts';
import { isTrouble, type ServiceRow, serviceRows } from './facts/service-row.ts';
import { type TimeLeft, type TimePlan, timeLeft } from './facts/time-left.ts';

/** One service that something is being done to now. */
interface ActiveRow {
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
  /** A signal or a cancel has come and the run is being brought to an end. */
  readonly stopping: boolean;
  /** Nothing new starts until somebody has it go on. */
  readonly paused: boolean;
  readonly outcome: RunState['outcome'];
  readonly elapsedMs: number;
  readonly left: TimeLeft;
  readonly counts: Counts;
  readonly categories: readonly CategoryRow[];
  readonly active: readonly ActiveRow[];
  readonly troubles: readonly { readonly service: string; readonly status: string; readonly text: string }[];
}

/** The view of a run at that moment. */
export function viewRun(state: RunState, plan: TimePlan, moment: Moment): RunView {
  const rows = serviceRows(state, plan, moment);
  return {
    run: state.run,
    command: state.meta?.command ?? 'rebuild',
    stopping: state.stopping,
    paused: state.paused,
    phase: state.meta?.phase ?? '',
    outcome: state.outcome,
    elapsedMs: runDurationMs(state, moment) ?? 0,
    left: timeLeft(state, plan, moment.nowMs),
    counts: countRows(rows),
    categories: categoryRows(rows),
    active: rows.flatMap(activeRow),
    troubles: rows.filter(isTrouble).map(({ service, status, failure }) => ({ service, status, text: failure ?? '' })),
  };
}

function activeRow({ service, doing, detail, sinceMs }: ServiceRow): ActiveRow[] {
  return sinceMs === null ? [] : [{ service, doing, detail, sinceMs }];
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
