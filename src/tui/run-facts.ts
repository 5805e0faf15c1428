import type { RunState } from '../journal/projection.ts';
import type { Plan } from '../plan/types.ts';
import { runDurationMs } from '../report/facts/active-time.ts';
import { asOfMs, type Moment } from '../report/facts/as-of.ts';
import { categoryRows, countRows } from '../report/facts/category-row.ts';
import { type LaneRow, lanesOf } from '../report/facts/lanes.ts';
import type { DetailFold } from '../report/facts/samples.ts';
import { type ServiceRow, ServiceRows } from '../report/facts/service-row.ts';
import { standingOf } from '../report/facts/standing.ts';
import { timeLeft, timeLeftText } from '../report/facts/time-left.ts';
import type { MonitorFacts, RunHead, ShownLane } from './facts.ts';

/** What the run itself tells; the rest of a frame comes from the engine. */
type OfRun = Omit<MonitorFacts, 'usage' | 'sample' | 'cpuHistory' | 'problem'>;

/** Facts of one run for frame after frame: what stands still is made once. */
export class RunFacts {
  readonly #plan: Plan | null;
  readonly #rows: ServiceRows;
  #left = { second: 0, text: '' };

  constructor(plan: Plan | null) {
    this.#plan = plan;
    this.#rows = new ServiceRows(plan);
  }

  /** The facts at that moment. */
  at(state: RunState, details: DetailFold, { live, nowMs }: Moment): OfRun {
    const atMs = asOfMs(state, { live, nowMs });
    const rows = this.#rows.at(state, { live, nowMs });
    return {
      head: this.#head(state, { live, nowMs: atMs }),
      counts: countRows(rows),
      rows,
      categories: categoryRows(rows),
      lanes: live ? [...lanesOf(state, details, atMs), { kind: 'waiting', rows: rows.flatMap(betweenSteps) }] : [],
      activity: state.activity,
    };
  }

  #head(state: RunState, { live, nowMs }: Moment): RunHead {
    return {
      run: state.run === '' ? null : state.run,
      command: state.meta?.command ?? 'monitor',
      phase: state.meta?.phase ?? '',
      standing: state.run === '' ? 'no run yet' : standingOf(state, { live }),
      isLive: live,
      elapsedMs: runDurationMs(state, { live, nowMs }) ?? 0,
      resumed: state.resumed,
      left: live ? this.#timeLeft(state, nowMs) : '',
    };
  }

  /** Once a second is enough, and it looks at every step of the plan. */
  #timeLeft(state: RunState, nowMs: number): string {
    const second = Math.floor(nowMs / 1000);
    if (this.#left.second !== second) this.#left = { second, text: timeLeftText(timeLeft(state, this.#plan, nowMs)) };
    return this.#left.text;
  }
}

/** Begun and in no lane: it waits for one, or for the verdicts that come before its replace. */
function betweenSteps({ service, attempt, sinceMs, step, doing, detail }: ServiceRow): readonly LaneRow[] {
  if (sinceMs === null || step !== null) return [];
  return [{ service, attempt, sinceMs, doing, detail, share: null, build: null, testLine: null, sample: null }];
}

/** How many services are in a lane. */
export function underWay(lanes: readonly ShownLane[]): number {
  return lanes.reduce((sum, lane) => sum + (lane.kind === 'waiting' ? 0 : lane.rows.length), 0);
}
