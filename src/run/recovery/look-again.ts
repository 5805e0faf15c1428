import type { Engine } from '../../docker/port.ts';
import type { Service } from '../../fleet/types.ts';
import type { ObservedContainer } from '../../plan/types.ts';
import type { Clock } from '../../util/clock.ts';

/** What a client had asked the engine for when it died is done by then. */
const LATE_MS = 500;

/** The service's containers once nothing that a dead client asked for can still come up; null when the engine is away. */
export async function lookLater(
  { engine, clock, signal }: { readonly engine: Pick<Engine, 'observe'>; readonly clock: Clock; readonly signal: AbortSignal },
  service: Service,
): Promise<readonly ObservedContainer[] | null> {
  await clock.sleep(LATE_MS, signal);
  const observed = await engine.observe([service]);
  return observed.ok ? (observed.value.services[service.key]?.containers ?? []) : null;
}
