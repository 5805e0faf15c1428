import type { Clock } from '../../util/clock.ts';
import type { Timer } from './timer-heap.ts';
import type { VirtualTime } from './virtual-time.ts';

/**
 * A process of the simulated machine: a Slipway, or a Compose client that it started. When it ends, everything that it waits for never
 * comes: its promises stay unsettled for ever, its `finally` blocks never run, and nothing here refers to it any more.
 */
export class Life {
  readonly #time: VirtualTime;
  readonly #timers = new Set<Timer>();
  readonly #mourners = new Set<() => void>();
  #over = false;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  /** Whether it has ended. */
  get over(): boolean {
    return this.#over;
  }

  /** The machine's clock, as this process sees it. */
  readonly clock: Clock = {
    now: () => this.#time.now(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (this.#over) return;
        if (signal?.aborted) return resolve();
        const done = () => {
          this.#time.cancel(timer);
          this.#timers.delete(timer);
          signal?.removeEventListener('abort', done);
          if (!this.#over) resolve();
        };
        const timer = this.#time.after(ms, done);
        this.#timers.add(timer);
        signal?.addEventListener('abort', done, { once: true });
      }),
  };

  /** The same promise for as long as the process lives. */
  bind<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => {
          if (!this.#over) resolve(value);
        },
        (error: unknown) => {
          if (!this.#over) reject(error);
        },
      );
    });
  }

  /** Calls back when it ends, at once when it has ended; returns what forgets about it. */
  whenOver(call: () => void): () => void {
    if (this.#over) {
      call();
      return () => {};
    }
    this.#mourners.add(call);
    return () => this.#mourners.delete(call);
  }

  /** Ends it; a second time changes nothing. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of this.#timers) this.#time.cancel(timer);
    this.#timers.clear();
    for (const call of this.#mourners) call();
    this.#mourners.clear();
  }
}
