import { countServices, emptyRun, GrowingRun, type RunState } from '../journal/projection.ts';
import type { PhaseNews } from '../journal/watch-phase.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ServiceKey } from '../model/ids.ts';
import type { FleetSample, WatchedContainer } from '../model/usage.ts';
import type { Plan } from '../plan/types.ts';
import { categoryRows } from '../report/facts/category-row.ts';
import { lanesOf } from '../report/facts/lanes.ts';
import { DetailFold } from '../report/facts/samples.ts';
import { ServiceRows } from '../report/facts/service-row.ts';
import type { MonitorFacts, RunHead } from './facts.ts';
import { usageByService } from './usage.ts';

/** How many samples the plot of the host's load remembers. */
const HISTORY_LENGTH = 120;

/** What the monitor knows: grows with what it is told, and is asked for facts when a frame is drawn. */
export class MonitorModel {
  readonly #phase: string;
  #state = emptyRun('');
  #growing = new GrowingRun(this.#state);
  #details = new DetailFold();
  #rows = new ServiceRows(null);
  #plan: Plan | null = null;
  #live = false;
  #run: string | null = null;
  #isStale = false;
  #sample: FleetSample | null = null;
  #usage: MonitorFacts['usage'] = new Map();
  #cpuHistory: readonly number[] = [];
  #problem: Diagnostic | null = null;

  constructor(phase: string) {
    this.#phase = phase;
  }

  /** Takes in what the watch of the journal tells. */
  news(news: PhaseNews): void {
    switch (news.type) {
      case 'no-run':
        return;
      case 'run':
        this.#begin(news.run);
        return;
      case 'events':
        for (const event of news.events) {
          this.#growing.apply(event);
          this.#details.apply(event);
        }
        this.#isStale = true;
        return;
      case 'live':
        this.#live = news.live;
        return;
      case 'problem':
        this.#problem = news.problem;
        return;
    }
  }

  /** The plan of the run; null = it cannot be read, and what it would tell is left out. */
  plan(plan: Plan | null): void {
    this.#plan = plan;
    this.#rows = new ServiceRows(plan);
  }

  sample(sample: FleetSample): void {
    this.#sample = sample;
    if (sample.problem !== null) return;
    this.#usage = usageByService(sample);
    const { host } = sample;
    if (host?.cpuPercent === null || !host) return;
    this.#cpuHistory = [...this.#cpuHistory.slice(1 - HISTORY_LENGTH), Math.min(1, host.cpuPercent / (100 * host.cpus))];
  }

  /** The run as recorded so far. */
  state(): RunState {
    if (this.#isStale) this.#state = this.#growing.state();
    this.#isStale = false;
    return this.#state;
  }

  /** The containers of a service, running ones first. */
  containersOf(service: ServiceKey): readonly WatchedContainer[] {
    const containers = this.#usage.get(service)?.containers ?? [];
    return [...containers.filter((c) => c.state === 'running'), ...containers.filter((c) => c.state !== 'running')];
  }

  /** Why nothing is known of the containers; null = all is well. */
  fleetProblem(): string | null {
    return this.#sample === null ? 'asking the engine' : this.#sample.problem;
  }

  /** What cannot be read, if anything. */
  get problem(): Diagnostic | null {
    return this.#problem;
  }

  /** All that a frame shows at an instant (milliseconds since 1970). */
  facts(nowMs: number): MonitorFacts {
    const state = this.state();
    const rows = this.#rows.at(state, nowMs);
    return {
      head: this.#head(state, nowMs),
      counts: countServices(state),
      rows,
      categories: categoryRows(rows),
      lanes: this.#live ? lanesOf(state, this.#details, nowMs) : [],
      activity: state.activity,
      usage: this.#usage,
      sample: this.#sample,
      cpuHistory: this.#cpuHistory,
      problem: this.#problem?.message ?? null,
    };
  }

  #begin(run: string): void {
    this.#run = run;
    this.#state = emptyRun(run);
    this.#growing = new GrowingRun(this.#state);
    this.#details = new DetailFold();
    this.#problem = null;
    this.#live = false;
    this.plan(null);
  }

  #head(state: RunState, nowMs: number): RunHead {
    const from = state.startedAt === null ? nowMs : Date.parse(state.startedAt);
    const to = state.finishedAt ?? (this.#live ? null : state.lastAt);
    return {
      run: this.#run,
      command: state.meta?.command ?? 'monitor',
      phase: state.meta?.phase ?? this.#phase,
      standing: this.#standing(state),
      isLive: this.#live,
      elapsedMs: Math.max(0, (to === null ? nowMs : Date.parse(to)) - from),
      left: '',
    };
  }

  #standing(state: RunState): string {
    if (this.#run === null) return 'no run yet';
    if (state.outcome !== 'running') return state.outcome;
    if (!this.#live) return 'interrupted';
    if (state.stopping) return 'stopping';
    return state.paused ? 'paused' : 'running';
  }
}
