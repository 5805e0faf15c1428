/** Frees what was acquired; calling it twice is harmless. */
export type Release = () => void;

/**
 * A bounded pool in which one kind of step runs. Places are granted in the order of the requests, so a caller who asks in plan order gets
 * them in plan order. A request whose signal aborts leaves the queue and gets null.
 */
export class Lane {
  readonly #width: number;
  #busy = 0;
  #exclusive = false;
  readonly #queue: { readonly exclusive: boolean; readonly grant: () => void }[] = [];

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
    return new Promise((resolve) => {
      const entry = {
        exclusive: mode === 'exclusive',
        grant: () => {
          signal?.removeEventListener('abort', leave);
          resolve(this.#take(entry.exclusive));
        },
      };
      const leave = () => {
        const at = this.#queue.indexOf(entry);
        if (at >= 0) this.#queue.splice(at, 1);
        resolve(null);
        this.#serve();
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#queue.push(entry);
      this.#serve();
    });
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
      next.grant();
    }
  }

  #fits(exclusive: boolean): boolean {
    if (this.#exclusive) return false;
    return exclusive ? this.#busy === 0 : this.#busy < this.#width;
  }
}
