import type { Event } from '../../journal/events.ts';
import { emptyRun, GrowingRun, type RunState } from '../../journal/projection.ts';
import type { RunId } from '../../model/ids.ts';
import { DetailFold } from '../../report/facts/samples.ts';
import type { StreamMessage } from './messages.ts';

/** What to do after a message: go on, or ask again from the last event that is known because some are missing in between. */
export type Taken = 'ok' | 'ask-again';

/**
 * The run that the page follows. Every event is taken once and in order, however often the connection breaks: what is known is never
 * asked for again, and what does not join on to it is not taken.
 */
export class RunFeed {
  #run: RunId | null = null;
  #live = false;
  #growing = new GrowingRun(emptyRun(''));
  #details = new DetailFold();
  #lastSeq = 0;
  #known = false;
  #askedFrom: number | null = null;
  #hasHoles = false;

  /** Takes a message in. */
  take(message: Extract<StreamMessage, { type: 'run' | 'events' | 'live' }>): Taken {
    switch (message.type) {
      case 'run':
        this.#follow(message.run);
        this.#live = message.live;
        return 'ok';
      case 'live':
        this.#live = message.live;
        return 'ok';
      case 'events':
        return this.#takeEvents(message.events);
    }
  }

  /** Whether the server has said which run it is, be it that there is none. */
  get known(): boolean {
    return this.#known;
  }

  /** The run; null before the server said which, and while there is none. */
  get run(): RunId | null {
    return this.#run;
  }

  /** Whether a process executes it now. */
  get live(): boolean {
    return this.#live;
  }

  /** The run as it is now. */
  state(): RunState | null {
    return this.#run === null ? null : this.#growing.state();
  }

  /** Health samples and test lines, which the state does not keep. */
  get details(): DetailFold {
    return this.#details;
  }

  /** Where a new connection has to go on (`Last-Event-ID`); null = from the beginning. */
  lastEventId(): string | null {
    return this.#run === null || this.#lastSeq === 0 ? null : `${this.#run}:${this.#lastSeq}`;
  }

  #follow(run: RunId | null): void {
    this.#known = true;
    if (run === this.#run) return;
    this.#run = run;
    this.#growing = new GrowingRun(emptyRun(run ?? ''));
    this.#details = new DetailFold();
    this.#lastSeq = 0;
    this.#askedFrom = null;
    this.#hasHoles = false;
  }

  #takeEvents(events: readonly Event[]): Taken {
    for (const event of events) {
      if (event.run !== this.#run || event.seq <= this.#lastSeq) continue;
      if (event.seq > this.#lastSeq + 1 && this.#asksAgain()) return 'ask-again';
      this.#growing.apply(event);
      this.#details.apply(event);
      this.#lastSeq = event.seq;
    }
    return 'ok';
  }

  /**
   * What is missing a second time will not come however often one asks: a server leaves out events of types that it does not know, which a
   * newer Slipway has written.
   */
  #asksAgain(): boolean {
    this.#hasHoles ||= this.#askedFrom === this.#lastSeq;
    this.#askedFrom = this.#lastSeq;
    return !this.#hasHoles;
  }
}
