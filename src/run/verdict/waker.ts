import type { Clock } from '../../util/clock.ts';

/** A sleep that others can end early; a wake-up while nobody sleeps makes the next sleep none at all. */
export class Waker {
  readonly #clock: Clock;
  #sleeping: AbortController | null = null;
  #woken = false;

  constructor(clock: Clock, stop: AbortSignal) {
    this.#clock = clock;
    stop.addEventListener('abort', () => this.wake(), { once: true });
  }

  wake(): void {
    this.#woken = true;
    // With a reason, so that none has to be made: an exception with its stack, for each of some thousand looks.
    this.#sleeping?.abort('woken');
  }

  async sleep(ms: number): Promise<void> {
    if (!this.#woken) {
      this.#sleeping = new AbortController();
      await this.#clock.sleep(ms, this.#sleeping.signal);
      this.#sleeping = null;
    }
    this.#woken = false;
  }
}
