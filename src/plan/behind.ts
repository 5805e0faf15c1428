import type { Standing } from './standing.ts';
import type { ObservedContainer } from './types.ts';

/**
 * Whether a service that had to follow a replacement has not done so, as after a crash between the two (traps T3): the other's container
 * was made after this one was last made or, where a restart is enough, started. Both instants are the engine's.
 */
export function isBehind(service: Standing, other: Standing, follows: 'made anew' | 'restarted'): boolean {
  const madeMs = Math.max(...other.containers.map((c) => Date.parse(c.createdAt)));
  const since = (c: ObservedContainer) => (follows === 'made anew' ? c.createdAt : (c.startedAt ?? c.createdAt));
  return service.containers.some((c) => c.state === 'running' && Date.parse(since(c)) < madeMs);
}
