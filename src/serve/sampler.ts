import { watchFleet } from '../docker/watch/watch-fleet.ts';
import type { FleetWatch } from '../docker/watch-port.ts';
import type { FleetSample } from '../model/usage.ts';
import type { Clock } from '../util/clock.ts';
import { frame } from './frames.ts';

/** One observer of the containers for any number of clients; it looks while somebody listens. */
export class Sampler {
  readonly #watch: Pick<FleetWatch, 'sample'>;
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #listeners = new Set<() => void>();
  #looking: AbortController | null = null;
  #last: FleetSample | null = null;
  #frame: Uint8Array | null = null;

  constructor(watch: Pick<FleetWatch, 'sample'>, { clock, everyMs }: { readonly clock: Clock; readonly everyMs: number }) {
    this.#watch = watch;
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** The last look as the bytes of a frame, which are made once for all clients; null before the first. */
  get frame(): Uint8Array | null {
    return this.#frame;
  }

  /** Calls back after each look; returns what ends it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#looking ??= this.#look();
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
      this.#looking?.abort();
      this.#looking = null;
      this.#last = null;
      this.#frame = null;
    };
  }

  /** The last look, or a new one when nobody listens. */
  async now(signal: AbortSignal): Promise<FleetSample> {
    return this.#last ?? (await this.#watch.sample(signal));
  }

  #look(): AbortController {
    const looking = new AbortController();
    void this.#run(looking.signal);
    return looking;
  }

  async #run(signal: AbortSignal): Promise<void> {
    for await (const sample of watchFleet(this.#watch, { clock: this.#clock, everyMs: this.#everyMs, signal })) {
      if (signal.aborted) return;
      this.#last = sample;
      this.#frame = Buffer.from(frame('sample', sample));
      for (const listener of this.#listeners) listener();
    }
  }
}
