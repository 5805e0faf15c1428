/** Frees what was acquired; calling it twice is harmless. */
export type Release = () => void;

/** A request that has no place yet. */
interface Waiting {
  readonly exclusive: boolean;
  readonly signal: AbortSignal | null;
  readonly resolve: (place: Release | null) => void;
}

/**
 * A bounded pool in which one kind of step runs. Places are granted in the order of the requests, so a caller who asks in plan order gets
 * them in plan order. A request whose signal aborts leaves the queue and gets null.
 */
export class Lane {
  readonly #width: number;
  #busy = 0;
  #exclusive = false;
  #queue: Waiting[] = [];
  /** Those whose requests leave the queue when they abort: listened to once, however many wait. */
  readonly #signals = new WeakSet<AbortSignal>();

  /** `width`: how many at once; Infinity lifts the bound. */
  constructor(width: number) {
    this.#width = width;
  }

  /** How many places are taken now. */
  get busy(): number {
    return this.#busy;
  }

  /** Takes one place beside others. */
  acquire(signal?: AbortSignal): Promise<Release | null> {
    return this.#request('shared', signal);
  }

  /** Takes the whole lane: waits until it is empty, and later requests wait for it. */
  acquireAlone(signal?: AbortSignal): Promise<Release | null> {
    return this.#request('exclusive', signal);
  }

  #request(mode: 'shared' | 'exclusive', signal?: AbortSignal): Promise<Release | null> {
    if (signal?.aborted) return Promise.resolve(null);
    if (signal) this.#heed(signal);
    return new Promise((resolve) => {
      this.#queue.push({ exclusive: mode === 'exclusive', signal: signal ?? null, resolve });
      this.#serve();
    });
  }

  #heed(signal: AbortSignal): void {
    if (this.#signals.has(signal)) return;
    this.#signals.add(signal);
    signal.addEventListener('abort', () => this.#leave(signal), { once: true });
  }

  #leave(signal: AbortSignal): void {
    const leaving = this.#queue.filter((waiting) => waiting.signal === signal);
    this.#queue = this.#queue.filter((waiting) => waiting.signal !== signal);
    for (const { resolve } of leaving) resolve(null);
    this.#serve();
  }

  #take(exclusive: boolean): Release {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#busy -= 1;
      if (exclusive) this.#exclusive = false;
      this.#serve();
    };
  }

  #serve(): void {
    for (let next = this.#queue[0]; next && this.#fits(next.exclusive); next = this.#queue[0]) {
      this.#queue.shift();
      this.#busy += 1;
      if (next.exclusive) this.#exclusive = true;
      next.resolve(this.#take(next.exclusive));
    }
  }

  #fits(exclusive: boolean): boolean {
    if (this.#exclusive) return false;
    return exclusive ? this.#busy === 0 : this.#busy < this.#width;
  }
}
