import type { ServiceKey } from '../../model/ids.ts';
import type { Container } from './containers.ts';
import type { Durations, HostOptions } from './host-types.ts';
import type { Random } from './random.ts';

/** What was seen on a machine at rest with small images (docs/performance.md), rounded. */
const USUAL: Durations = {
  callMs: 2,
  composeMs: 60,
  createMs: 20,
  removeMs: 15,
  renameMs: 3,
  startMs: 180,
  stopMs: 100,
  buildMs: 8000,
  cachedBuildMs: 300,
  pullMs: 5000,
  testMs: 3000,
  checkMs: 30,
  readyMs: 500,
};

/** How long things take on a host, by service. */
export class HostDurations {
  readonly #asked: NonNullable<HostOptions['durations']>;
  readonly #jitter: number;
  readonly #random: Random;
  readonly #known = new Map<ServiceKey | null, Durations>();

  constructor({ durations = () => ({}), jitter = 0 }: Pick<HostOptions, 'durations' | 'jitter'>, random: Random) {
    this.#asked = durations;
    this.#jitter = jitter;
    this.#random = random;
  }

  /** What a service's things take without jitter, milliseconds. */
  usual(service: ServiceKey | null): Durations {
    const known = this.#known.get(service);
    if (known) return known;
    const filled = { ...USUAL, ...this.#asked(service) };
    this.#known.set(service, filled);
    return filled;
  }

  /** What one thing takes this time, whole milliseconds. */
  takes(service: ServiceKey | null, what: keyof Durations): number {
    const usualMs = this.usual(service)[what];
    if (this.#jitter === 0) return usualMs;
    return Math.round(usualMs * (1 + this.#jitter * (this.#random.between(-1000, 1000) / 1000)));
  }

  /** What a container's things take. */
  of({ definition }: Container): Durations {
    return this.usual(definition?.service.key ?? null);
  }
}
