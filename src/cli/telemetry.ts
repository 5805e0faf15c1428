import type { Event } from '../journal/events.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { LiveRun } from '../run/rebuild-types.ts';
import type { RunTelemetry } from '../telemetry/run-telemetry.ts';
import { nodeDisk } from '../util/node-disk.ts';
import { VERSION } from '../util/version.ts';
import { startDeliverer } from './start-deliverer.ts';
import type { World } from './world.ts';

/**
 * Connects a run with its traces and notifications, whose code is loaded only when some are configured. Whatever goes wrong in there is a line
 * for the operator: it changes neither the run nor its exit code.
 */
export class ToldRun {
  readonly #world: World;
  readonly #say: (diagnostic: Diagnostic) => void;
  #telemetry: Promise<RunTelemetry> | null = null;
  #trouble: unknown = null;

  constructor(world: World, say: (diagnostic: Diagnostic) => void) {
    this.#world = world;
    this.#say = say;
  }

  /** The run has begun. */
  begin(live: LiveRun): void {
    const { notifications, otel } = live.fleet.settings.monitoring;
    if (notifications.length === 0 && otel === null) return;
    let take = (event: Event): unknown => early.push(event);
    const early: Event[] = [];
    live.subscribe((event) => this.#guarded(() => take(event)));
    this.#telemetry = this.#load(live).then((telemetry) => {
      for (const event of early) this.#guarded(() => telemetry.take(event));
      take = (event) => telemetry.take(event);
      return telemetry;
    });
    this.#telemetry.catch((error: unknown) => {
      this.#trouble = error;
    });
  }

  /** The run has ended and everything else is said. Takes a second at most. */
  async end(): Promise<void> {
    if (this.#telemetry === null) return;
    try {
      for (const diagnostic of await (await this.#telemetry).finish()) this.#say(diagnostic);
    } catch (error) {
      this.#trouble ??= error;
    }
    if (this.#trouble !== null) this.#say(internal(this.#trouble));
  }

  async #load(live: LiveRun): Promise<RunTelemetry> {
    const { RunTelemetry } = await import('../telemetry/run-telemetry.ts');
    const { clock, env, pid } = this.#world;
    const telemetry = new RunTelemetry(live, {
      clock,
      disk: nodeDisk,
      env,
      pid,
      version: VERSION,
      say: this.#say,
      startDeliverer: (spool) => startDeliverer(spool, this.#world),
    });
    telemetry.checkDestinations().catch((error: unknown) => {
      this.#trouble ??= error;
    });
    return telemetry;
  }

  #guarded(work: () => unknown): void {
    try {
      work();
    } catch (error) {
      this.#trouble ??= error;
    }
  }
}

/** Without the message, which could hold an address. */
function internal(trouble: unknown): Diagnostic {
  const name = trouble instanceof Error ? trouble.name : typeof trouble;
  const message = `An internal error (${name}) kept traces or notifications of this run from being sent; the run is not affected`;
  return { code: 'telemetry-failed', severity: 'warning', message };
}
