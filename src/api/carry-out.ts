import { ReachableRun } from '../control/reachable-run.ts';
import { createDockerHost } from '../docker/host.ts';
import { createOutside } from '../docker/outside/outside.ts';
import type { Event } from '../journal/events.ts';
import { StopController, type StopLevel } from '../run/executor/stop.ts';
import type { LiveRun, RebuildDeps, RebuildResult } from '../run/rebuild-types.ts';
import { readHostIdentity } from '../util/host-identity.ts';
import { VERSION } from '../util/version.ts';
import type { FleetOptions, RunOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { withSlipwayErrors } from './problems.ts';
import { sourcesFor } from './sources.ts';
import { thisProcess } from './this-process.ts';
import { outcomeOf } from './to-outcome.ts';

/** Carries out a run: no signal handler, no output; `slipway pause`, `resume` and `cancel` reach it as any other. */
export async function carryOutRun(
  options: FleetOptions & RunOptions,
  run: (deps: RebuildDeps) => Promise<RebuildResult>,
): Promise<Outcome> {
  const stop = new StopController();
  const forget = [onAbort(options.drainSignal, stop, 'draining'), onAbort(options.signal, stop, 'interrupting')];
  const sources = sourcesFor(options);
  const env = options.env ?? thisProcess.env();
  const told = new Listeners(options, sources.clock.now());
  const say = (diagnostic: Parameters<RebuildDeps['say']>[0]) => told.call(() => options.onDiagnostic?.(diagnostic));
  const reachable = new ReachableRun(sources.clock, say);
  try {
    const deps: RebuildDeps = {
      ...sources,
      machine: { host: createDockerHost(env), outside: createOutside(env) },
      me: await readHostIdentity(thisProcess.pid()),
      version: VERSION,
      stop,
      env,
      onLive: (live) => {
        reachable.begin(live);
        told.follow(live);
      },
      say,
    };
    const outcome = outcomeOf(await withSlipwayErrors(() => run(deps)));
    told.rethrow();
    return outcome;
  } finally {
    await reachable.end();
    for (const end of forget) end();
  }
}

/** What listeners throw must not change the run: it is thrown when the run is over. */
class Listeners {
  readonly #options: RunOptions;
  readonly #sinceMs: number;
  #thrown: { readonly error: unknown } | null = null;

  constructor(options: RunOptions, sinceMs: number) {
    this.#options = options;
    this.#sinceMs = sinceMs;
  }

  follow(live: LiveRun): void {
    this.call(() => this.#options.onStart?.({ run: live.run, logs: live.logs }));
    const tell = (event: Event) => this.call(() => this.#options.onEvent?.(event));
    // What was recorded before anybody could listen: the start itself, and what a crash had left over.
    for (const event of live.state.activity) if (Date.parse(event.at) >= this.#sinceMs) tell(event);
    live.subscribe(tell);
  }

  call(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#thrown ??= { error };
    }
  }

  rethrow(): void {
    if (this.#thrown) throw this.#thrown.error;
  }
}

function onAbort(signal: AbortSignal | undefined, stop: StopController, level: StopLevel): () => void {
  const raise = () => stop.raise(level, { kind: 'cancelled', by: 'the program that started the run' });
  if (signal?.aborted) raise();
  signal?.addEventListener('abort', raise, { once: true });
  return () => signal?.removeEventListener('abort', raise);
}
