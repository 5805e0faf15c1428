import { type PhaseNews, watchPhase } from '../journal/watch-phase.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { RunId } from '../model/ids.ts';
import { assertNever } from '../util/assert.ts';
import type { Clock } from '../util/clock.ts';
import { type EventText, KeptEvents } from './kept-events.ts';

/** How much of the newest events is kept in memory, characters; what is older is read from the journal by who needs it. */
const KEPT_CHARS = 2 << 20;

/** What to follow: the newest run of a phase, whichever that is, or one run. */
export interface FeedPlace {
  readonly root: string;
  readonly phase: string;
  /** Null = the newest. */
  readonly run: RunId | null;
}

/** The run that a feed is of. */
export interface FeedView {
  readonly run: RunId;
  readonly dir: string;
  readonly live: boolean;
  /** Grows when the run's journal was replaced by another, which is then told from its first event. */
  readonly generation: number;
}

/** One reader of a journal for any number of clients; it reads while somebody listens, and keeps texts and no state of the fleet. */
export class RunFeed {
  readonly #place: FeedPlace;
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #following: AbortController | null = null;
  #view: FeedView | null = null;
  #hasNoRun = false;
  #problem: Diagnostic | null = null;
  #kept = new KeptEvents(KEPT_CHARS);

  constructor(place: FeedPlace, clock: Clock) {
    this.#place = place;
    this.#clock = clock;
  }

  /** It was looked, and there is no run yet. */
  get hasNoRun(): boolean {
    return this.#hasNoRun;
  }

  /** Null until there is a run. */
  get view(): FeedView | null {
    return this.#view;
  }

  /** Why the journal cannot be read at present. */
  get problem(): Diagnostic | null {
    return this.#problem;
  }

  /** The last event that was read. */
  get lastSeq(): number {
    return this.#kept.lastSeq;
  }

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  /** Calls back when there is something new; returns what ends it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#following ??= this.#follow();
    return () => {
      if (!this.#listeners.delete(listener) || this.isHeard) return;
      this.#following?.abort();
      this.#following = null;
      this.#view = null;
      this.#hasNoRun = false;
      this.#kept = new KeptEvents(KEPT_CHARS);
    };
  }

  /** The events after a seq, some `maxChars` of them but at least one; null when they are in the journal only. */
  after(seq: number, maxChars: number): readonly EventText[] | null {
    return this.#kept.after(seq, maxChars);
  }

  #follow(): AbortController {
    const following = new AbortController();
    void this.#read(following.signal);
    return following;
  }

  async #read(signal: AbortSignal): Promise<void> {
    for await (const news of watchPhase({ ...this.#place, clock: this.#clock, signal })) {
      if (signal.aborted) return;
      this.#take(news);
      for (const listener of this.#listeners) listener();
    }
  }

  #take(news: PhaseNews): void {
    // Whether somebody executes the run is told beside a problem of its journal, and does not end it.
    if (news.type !== 'problem' && news.type !== 'live') this.#problem = null;
    switch (news.type) {
      case 'no-run':
        this.#hasNoRun = true;
        return;
      case 'run':
        this.#kept = new KeptEvents(KEPT_CHARS);
        this.#view = { run: news.run, dir: news.dir, live: news.live, generation: (this.#view?.generation ?? 0) + 1 };
        return;
      case 'events':
        this.#kept.add(news.events);
        return;
      case 'live':
        this.#view = this.#view && { ...this.#view, live: news.live };
        return;
      case 'problem':
        this.#problem = news.problem;
        return;
      default:
        assertNever(news);
    }
  }
}
