import { createDockerEngine } from '../docker/engine.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { LiveRun } from '../run/rebuild-types.ts';
import type { Disk } from '../util/disk.ts';
import { nodeDisk } from '../util/node-disk.ts';
import { watchOf } from './fleet-watch.ts';
import type { World } from './world.ts';

/** How long a run's end waits for the last notes. */
const LAST_NOTES_MS = 250;

/**
 * Notes beside a rebuild how its services did before it, for `slipway validate --watch`. Whatever goes wrong in there changes neither the run
 * nor its exit code, and the run waits
 * for it a moment at its very end only.
 */
export class NotedBaseline {
  readonly #world: World;
  readonly #say: (diagnostic: Diagnostic) => void;
  readonly #ending = new AbortController();
  #taking: Promise<void> = Promise.resolve();
  #writing: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(world: World, say: (diagnostic: Diagnostic) => void) {
    this.#world = world;
    this.#say = say;
  }

  /** The run has begun. */
  begin(live: LiveRun): void {
    if (live.state.meta?.command !== 'rebuild' || !live.fleet.settings.validation.watch.baseline) return;
    this.#taking = this.#take(live).catch((error: unknown) => {
      const name = error instanceof Error ? error.name : typeof error;
      const message = `An internal error (${name}) kept the state before this run from being noted; the run is not affected`;
      this.#say({ code: 'baseline-failed', severity: 'warning', message });
    });
  }

  /** The run has ended: what was noted until now is what there is. No write is under way afterwards, which would leave half a file. */
  async end(): Promise<void> {
    this.#ending.abort();
    const waited = new AbortController();
    await Promise.race([this.#taking, this.#world.clock.sleep(LAST_NOTES_MS, waited.signal)]);
    waited.abort();
    this.#isOver = true;
    await this.#writing;
  }

  async #take(live: LiveRun): Promise<void> {
    const { takeBaseline } = await import('../validate/baseline/take-baseline.ts');
    const { env, clock } = this.#world;
    const engine = createDockerEngine(env);
    await takeBaseline({
      live,
      engine,
      watch: watchOf(live.fleet, this.#world),
      disk: this.#disk(),
      clock,
      signal: this.#ending.signal,
    });
  }

  #disk(): Disk {
    const replace: Disk['replace'] = async (...write) => {
      if (this.#isOver) return;
      const written = nodeDisk.replace(...write);
      this.#writing = written.catch(() => {});
      await written;
    };
    return { ...nodeDisk, replace };
  }
}
