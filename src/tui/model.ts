import { emptyRun, GrowingRun, type RunState } from '../journal/projection.ts';
import type { PhaseNews } from '../journal/watch-phase.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ServiceKey } from '../model/ids.ts';
import type { FleetSample, WatchedContainer } from '../model/usage.ts';
import type { Plan } from '../plan/types.ts';
import { DetailFold } from '../report/facts/samples.ts';
import type { MonitorFacts } from './facts.ts';
import { RunFacts } from './run-facts.ts';
import { usageByService } from './usage.ts';

/** How many samples the plot of the host's load remembers. */
const HISTORY_LENGTH = 120;

/** What the monitor knows: grows with what it is told, and is asked for facts when a frame is drawn. */
export class MonitorModel {
  #state = emptyRun('');
  #growing = new GrowingRun(this.#state);
  #details = new DetailFold();
  #facts = new RunFacts(null);
  #live = false;
  #isStale = false;
  #sample: FleetSample | null = null;
  #usage: MonitorFacts['usage'] = new Map();
  #cpuHistory: readonly number[] = [];
  #problem: Diagnostic | null = null;

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
        this.#problem = null;
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
    this.#facts = new RunFacts(plan);
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
    return {
      ...this.#facts.at(this.state(), this.#details, { live: this.#live, nowMs }),
      usage: this.#usage,
      sample: this.#sample,
      cpuHistory: this.#cpuHistory,
      problem: this.#problem?.message ?? null,
    };
  }

  #begin(run: string): void {
    this.#state = emptyRun(run);
    this.#growing = new GrowingRun(this.#state);
    this.#details = new DetailFold();
    this.#problem = null;
    this.#live = false;
    this.plan(null);
  }
}
