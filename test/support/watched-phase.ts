import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Holder, holderToRecord } from '../../src/journal/holder.ts';
import { type PhaseNews, type WatchOptions, watchPhase } from '../../src/journal/watch-phase.ts';
import { HandClock } from './journal.ts';
import { fakeHost, holderAt } from './lock.ts';

/** A phase that is watched under a clock of its own: each `look` lets the watcher look once, and gives what it said. */
export class WatchedPhase {
  readonly root: string;
  readonly #clock = new HandClock();
  readonly #stop = new AbortController();
  readonly #running: Record<number, string> = {};
  readonly #watching: Promise<void>;
  #news: PhaseNews[] = [];
  #looked: Promise<void>;

  constructor(root: string, options: Partial<WatchOptions> = {}) {
    this.root = root;
    this.#looked = this.#clock.sleeping();
    const host = fakeHost({ running: this.#running });
    const base = { root, phase: 'phase1', clock: this.#clock, signal: this.#stop.signal, pollMs: 100, host };
    this.#watching = this.#collect(watchPhase({ ...base, ...options }));
  }

  /** What the watcher said since the last look; by default so late after it that everything is due. */
  async look(afterMs = 2000): Promise<readonly PhaseNews[]> {
    await this.#looked;
    this.#looked = this.#clock.sleeping();
    this.#clock.advance(afterMs);
    await this.#looked;
    return this.#news.splice(0);
  }

  /** What it said at its very first look. */
  async first(): Promise<readonly PhaseNews[]> {
    await this.#looked;
    return this.#news.splice(0);
  }

  /** Ends the watch as its consumer would. */
  async end(): Promise<void> {
    this.#stop.abort();
    await this.#watching;
  }

  /** A process takes the lock. */
  async hold(pid = 7): Promise<void> {
    this.#running[pid] = '100';
    await this.#writeLock(holderAt(pid));
  }

  /** The process is gone and leaves its lock. */
  die(pid = 7): void {
    delete this.#running[pid];
  }

  /** The lock is given back. */
  async release(): Promise<void> {
    await rm(join(this.root, '.slipway/lock'), { force: true });
  }

  async #writeLock(holder: Holder): Promise<void> {
    await mkdir(join(this.root, '.slipway'), { recursive: true });
    await writeFile(join(this.root, '.slipway/lock'), JSON.stringify({ version: 1, ...holderToRecord(holder) }));
  }

  async #collect(watch: AsyncIterable<PhaseNews>): Promise<void> {
    for await (const news of watch) this.#news.push(news);
  }
}

/** News in short: `run 20260204_140000 live`, `events 1-3`, `over`. */
export function newsText(news: PhaseNews): string {
  switch (news.type) {
    case 'run':
      return `run ${news.run}${news.live ? ' live' : ''}`;
    case 'events':
      return `events ${news.events[0]!.seq}-${news.events.at(-1)!.seq}`;
    case 'live':
      return news.live ? 'live' : 'over';
    case 'problem':
      return `problem ${news.problem.code}`;
    case 'no-run':
      return 'no run';
  }
}
