import type { Clock } from '../util/clock.ts';

/** Lets one wait for what others announce, without missing what was announced while it did something else. */
export class Bell {
  #rung = 0;
  #wake = () => {};

  /** How often it was rung; to be read before looking, and given to `wait` afterwards. */
  get rung(): number {
    return this.#rung;
  }

  ring(): void {
    this.#rung += 1;
    this.#wake();
  }

  /** Resolves `true` when it was rung since `seen`, `false` after `ms` or when the signal aborts. */
  async wait(seen: number, { clock, ms, signal }: { clock: Clock; ms: number; signal: AbortSignal }): Promise<boolean> {
    if (this.#rung !== seen) return true;
    const waiting = new AbortController();
    this.#wake = () => waiting.abort();
    signal.addEventListener('abort', this.#wake, { once: true });
    await clock.sleep(signal.aborted ? 0 : ms, waiting.signal);
    signal.removeEventListener('abort', this.#wake);
    this.#wake = () => {};
    return this.#rung !== seen;
  }
}
