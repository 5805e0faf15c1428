import type { Instant } from '../../model/ids.ts';
import type { EngineApi } from './client.ts';

/** How long a measured offset is trusted; clocks of an engine in a virtual machine drift by less than a millisecond in it. */
const TRUST_MS = 60_000;

/**
 * The engine's clock. `/info` is the only call that tells it and is a slow one, so the offset to our monotonic clock is measured once a
 * minute.
 */
export class EngineClock {
  readonly #api: EngineApi;
  #measured: Promise<number> | null = null;
  #expiresMs = 0;

  constructor(api: EngineApi) {
    this.#api = api;
  }

  async now(): Promise<Instant> {
    if (!this.#measured || performance.now() > this.#expiresMs) {
      this.#expiresMs = performance.now() + TRUST_MS;
      this.#measured = this.#measure();
      this.#measured.catch(() => {
        this.#measured = null;
      });
    }
    const offsetMs = await this.#measured;
    return new Date(performance.now() + offsetMs).toISOString();
  }

  async #measure(): Promise<number> {
    const beforeMs = performance.now();
    const { SystemTime } = await this.#api.call<{ SystemTime: string }>({ method: 'GET', path: '/info' });
    return Date.parse(SystemTime) - (beforeMs + performance.now()) / 2;
  }
}
