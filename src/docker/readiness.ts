import type { Service } from '../fleet/types.ts';
import type { ObservedContainer } from '../plan/types.ts';
import type { ReplaceVerbs } from './replace-verbs.ts';

const LOOK_EVERY_MS = 200;
/** A container without a health check has to run so long before it counts as ready. */
const RUNS_ON_MS = 1000;
const SHORTEST_PATIENCE_MS = 60_000;

/** Containers of a service that are to get ready beside the old ones. */
export interface Awaited {
  readonly service: Service;
  readonly look: () => Promise<readonly ObservedContainer[]>;
  readonly signal: AbortSignal;
}

/**
 * Waits until all of them are ready: healthy by their own check, or running on without one. Null, or why they will not be. The verdict
 * proper is made later, by the verify step.
 */
export async function untilReady(
  { now, clock }: Pick<ReplaceVerbs, 'now' | 'clock'>,
  { service, look, signal }: Awaited,
): Promise<string | null> {
  const check = service.healthcheck;
  const patienceMs = Math.max(SHORTEST_PATIENCE_MS, check ? check.startPeriodMs + check.intervalMs * (check.retries + 1) : 0);
  const untilMs = clock.now() + patienceMs;
  while (!signal.aborted) {
    const containers = await look();
    const nowMs = Date.parse(await now());
    const states = containers.map((container) => readiness(container, nowMs));
    if (containers.length === 0) return 'there is none';
    const failed = states.find((state) => state !== 'ready' && state !== 'not yet');
    if (failed) return failed;
    if (states.every((state) => state === 'ready')) return null;
    if (clock.now() > untilMs) return `not healthy after ${patienceMs / 1000} s`;
    await clock.sleep(LOOK_EVERY_MS);
  }
  return 'interrupted';
}

/** `ready`, `not yet`, or why it never will be. */
function readiness({ state, health, startedAt, exitCode, error, restartCount }: ObservedContainer, nowMs: number): string {
  if (state === 'created') return error || 'not yet';
  if (state !== 'running' || restartCount > 0) return `it ended with code ${exitCode}`;
  if (health === 'unhealthy') return 'it is unhealthy';
  if (health === 'healthy') return 'ready';
  return health === 'none' && startedAt !== null && nowMs - Date.parse(startedAt) >= RUNS_ON_MS ? 'ready' : 'not yet';
}
