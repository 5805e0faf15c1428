import { setMaxListeners } from 'node:events';
import type { Failure } from '../../model/failure.ts';

/** Why a run is being brought to an end before its plan is done. */
export type StopReason =
  | { readonly kind: 'signal'; readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' }
  /** Asked for from another process (`slipway cancel`, the web page). */
  | { readonly kind: 'cancelled'; readonly by: string }
  | { readonly kind: 'max-failures'; readonly failed: number; readonly limit: number }
  | { readonly kind: 'rolled-back-run' }
  | { readonly kind: 'rollback-failed' }
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'outage'; readonly away: Away; readonly failure: Failure };

/** What nothing can succeed without any more. */
export type Away = 'network' | 'engine' | 'disk';

/** `running` → `no-new-services` (max-failures) → `draining` (no new step) → `interrupting` (builds, tests and waits end) → `killing` (replaces too). */
export type StopLevel = 'running' | 'no-new-services' | 'draining' | 'interrupting' | 'killing';

const ORDER: readonly StopLevel[] = ['running', 'no-new-services', 'draining', 'interrupting', 'killing'];

/** The one place that says how far a run is being stopped; levels only rise. */
export class StopController {
  #level: StopLevel = 'running';
  #reason: StopReason | null = null;
  readonly #services = new AbortController();
  readonly #drain = new AbortController();
  readonly #interrupt = new AbortController();
  readonly #kill = new AbortController();

  /** Resolves when no further step may start. One promise for all who wait, so that a large fleet does not pile up listeners. */
  readonly whenDraining = new Promise<void>((resolve) => {
    this.#drain.signal.addEventListener('abort', () => resolve(), { once: true });
  });

  readonly #waiting = new Set<() => void>();

  constructor() {
    // Every waiting place of a lane listens: hundreds are no leak.
    for (const { signal } of [this.#services, this.#drain, this.#interrupt, this.#kill]) setMaxListeners(0, signal);
    void this.whenDraining.then(() => {
      for (const stop of this.#waiting) stop();
      this.#waiting.clear();
    });
  }

  get level(): StopLevel {
    return this.#level;
  }

  /** The first reason, which is the one that counts for the exit code. */
  get reason(): StopReason | null {
    return this.#reason;
  }

  /** Aborts when no further service may start. */
  get noNewServices(): AbortSignal {
    return this.#services.signal;
  }

  /** Aborts when no further step may start, except to finish what was replaced. */
  get draining(): AbortSignal {
    return this.#drain.signal;
  }

  /** Aborts builds, tests and waits. */
  get interrupted(): AbortSignal {
    return this.#interrupt.signal;
  }

  /** Aborts even a replace in its critical section. */
  get killed(): AbortSignal {
    return this.#kill.signal;
  }

  /**
   * What the work comes to, or null once no further step may start. Of work that has come to something nothing is kept: a race with
   * `whenDraining` would hold on to every step of a large fleet until the end.
   */
  unlessDraining<T>(work: Promise<T>): Promise<T | null> {
    if (this.#drain.signal.aborted) return Promise.race([work, this.whenDraining.then(() => null)]);
    return new Promise((resolve, reject) => {
      const stop = () => resolve(null);
      this.#waiting.add(stop);
      const done = () => this.#waiting.delete(stop);
      work.then(
        (value) => {
          done();
          resolve(value);
        },
        (error: unknown) => {
          done();
          reject(error);
        },
      );
    });
  }

  /** Raises the level; a lower or equal one changes nothing. */
  raise(level: StopLevel, reason: StopReason): void {
    if (ORDER.indexOf(level) <= ORDER.indexOf(this.#level)) return;
    if (this.#level === 'running' || isAskedFor(reason, this.#reason)) this.#reason = reason;
    this.#level = level;
    const controllers = [null, this.#services, this.#drain, this.#interrupt, this.#kill];
    for (const controller of controllers.slice(0, ORDER.indexOf(level) + 1)) controller?.abort();
  }
}

/** What the operator asked for outweighs what the run came to by itself; a signal, which decides on the exit code, outweighs a cancel. */
function isAskedFor(reason: StopReason, known: StopReason | null): boolean {
  return reason.kind === 'signal' || (reason.kind === 'cancelled' && known?.kind !== 'signal');
}
