import type { RunId } from '../model/ids.ts';
import type { Clock } from '../util/clock.ts';
import { type FeedPlace, RunFeed } from './run-feed.ts';

/** The feeds of a server: those that watch the same share one. */
export class Feeds {
  readonly #place: Omit<FeedPlace, 'run'>;
  readonly #clock: Clock;
  readonly #feeds = new Map<RunId | null, RunFeed>();

  constructor(place: Omit<FeedPlace, 'run'>, clock: Clock) {
    this.#place = place;
    this.#clock = clock;
  }

  /** The feed of a run, or of the newest one (null). */
  of(run: RunId | null): RunFeed {
    for (const [key, feed] of this.#feeds) if (!feed.isHeard) this.#feeds.delete(key);
    const feed = this.#feeds.get(run) ?? new RunFeed({ ...this.#place, run }, this.#clock);
    this.#feeds.set(run, feed);
    return feed;
  }
}
