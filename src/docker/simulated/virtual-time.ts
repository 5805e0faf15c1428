import type { Clock } from '../../util/clock.ts';
import { type Timer, TimerHeap } from './timer-heap.ts';

/** No run takes that long: whoever waits on waits for nothing, while some container starts again and again. */
const LONGEST_MS = 365 * 86_400_000;
const TURN_AFTER = 500;

/** Thrown when the work that is driven waits for something that no timer will ever bring: a hang, found without waiting for it. */
export class TimeStandsStill extends Error {
  constructor(atMs: number) {
    super(`at ${new Date(atMs).toISOString()} nothing is under way any more, and the work has not ended`);
    this.name = 'TimeStandsStill';
  }
}

/**
 * Time that goes by only when nobody has anything left to do: once all microtasks have run, it jumps to the next timer. Timers of one
 * instant fire in the order in which they were set, so that the same work always goes the same way. Milliseconds since 1970.
 */
export class VirtualTime implements Clock {
  readonly #timers = new TimerHeap();
  readonly #startMs: number;
  #nowMs: number;
  #jumps = 0;
  #driven = false;

  constructor(startMs: number) {
    this.#startMs = startMs;
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  /** Calls `fire` in `ms`; returns the timer, to be given to `cancel`. */
  after(ms: number, fire: () => void): Timer {
    return this.#timers.add(this.#nowMs + Math.max(0, ms), fire);
  }

  /** Forgets a timer; one that has fired is fine. */
  cancel(timer: Timer): void {
    this.#timers.cancel(timer);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        this.cancel(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = this.after(ms, done);
      signal?.addEventListener('abort', done, { once: true });
    });
  }

  /** Lets time go by until the work has ended, and gives what it gives. Only one work can be driven at a time: join several in one promise. */
  async drive<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    work.then(end, end);
    await this.#go(() => ended);
    return work;
  }

  /** Lets so much time go by, whatever happens in it. */
  async pass(ms: number): Promise<void> {
    let over = false;
    this.after(ms, () => {
      over = true;
    });
    await this.#go(() => over);
  }

  async #go(until: () => boolean): Promise<void> {
    if (this.#driven) throw new Error('time is driven already');
    this.#driven = true;
    try {
      for (await quiet(); !until(); await this.#quiet()) this.#jump();
    } finally {
      this.#driven = false;
    }
  }

  #jump(): void {
    const timer = this.#timers.take();
    if (timer === null || timer.atMs > this.#startMs + LONGEST_MS) throw new TimeStandsStill(this.#nowMs);
    this.#nowMs = timer.atMs;
    timer.fire();
  }

  #quiet(): Promise<void> {
    this.#jumps += 1;
    return this.#jumps % TURN_AFTER === 0 ? turn() : quiet();
  }
}

/** Resolves when all microtasks have run: Node takes the next tick up when none is left. A turn of its loop would cost five times as much. */
function quiet(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}

/** The same, and lets the machine's own timers and signals have their turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
