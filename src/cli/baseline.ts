import { createDockerEngine } from '../docker/engine.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { LiveRun } from '../run/rebuild-types.ts';
import { nodeDisk } from '../util/node-disk.ts';
import { watchOf } from './fleet-watch.ts';
import type { World } from './world.ts';

/**
 * Notes beside a rebuild how its services did before it, for `slipway validate --watch`. Whatever goes wrong in there changes neither the run
 * nor its exit code, and the run never waits for it.
 */
export class NotedBaseline {
  readonly #world: World;
  readonly #say: (diagnostic: Diagnostic) => void;
  readonly #ending = new AbortController();

  constructor(world: World, say: (diagnostic: Diagnostic) => void) {
    this.#world = world;
    this.#say = say;
  }

  /** The run has begun. */
  begin(live: LiveRun): void {
    if (live.state.meta?.command !== 'rebuild' || !live.fleet.settings.validation.watch.baseline) return;
    this.#take(live).catch((error: unknown) => {
      const name = error instanceof Error ? error.name : typeof error;
      const message = `An internal error (${name}) kept the state before this run from being noted; the run is not affected`;
      this.#say({ code: 'baseline-failed', severity: 'warning', message });
    });
  }

  /** The run has ended: what was noted until now is what there is. */
  end(): void {
    this.#ending.abort();
  }

  async #take(live: LiveRun): Promise<void> {
    const { takeBaseline } = await import('../validate/baseline/take-baseline.ts');
    const { env, clock } = this.#world;
    const engine = createDockerEngine(env);
    await takeBaseline({
      live,
      engine,
      watch: watchOf(live.fleet, this.#world),
      disk: nodeDisk,
      clock,
      signal: this.#ending.signal,
    });
  }
}
