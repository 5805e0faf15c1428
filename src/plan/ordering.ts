import type { ServiceKey } from '../model/ids.ts';
import { type Dependencies, topologicalOrder } from './graph.ts';
import { RISK_LEVEL, type Standpoint } from './waves.ts';

/**
 * The start order: by effective risk, inside a risk the longest remaining path first, ties by configuration. A service's path is longer than
 * the path of each that waits for it, and no risk is lower than that of what it waits for: so whatever a service waits for comes before it,
 * and an executor that grants slots in this order cannot lock itself up.
 *
 * @param waits for each service what it waits for, in the order of the configuration; without cycles
 * @param costMs positive
 */
export function startOrder(
  waits: Dependencies,
  by: { readonly costMs: (key: ServiceKey) => number; readonly standpoints: ReadonlyMap<ServiceKey, Standpoint> },
): ServiceKey[] {
  const keys = [...waits.keys()];
  const position = new Map(keys.map((key, i) => [key, i]));
  const remaining = remainingPaths(waits, by.costMs);
  const level = (key: ServiceKey) => RISK_LEVEL[by.standpoints.get(key)!.risk];
  return keys.sort((a, b) => level(a) - level(b) || remaining.get(b)! - remaining.get(a)! || position.get(a)! - position.get(b)!);
}

/** For each service the longest time from its start to the end of all that waits for it, milliseconds. */
function remainingPaths(waits: Dependencies, costMs: (key: ServiceKey) => number): ReadonlyMap<ServiceKey, number> {
  const after = new Map<ServiceKey, number>();
  const remaining = new Map<ServiceKey, number>();
  for (const key of topologicalOrder(waits).reverse()) {
    const mine = Math.max(1, costMs(key)) + (after.get(key) ?? 0);
    remaining.set(key, mine);
    for (const needed of waits.get(key)!) after.set(needed, Math.max(after.get(needed) ?? 0, mine));
  }
  return remaining;
}

/**
 * For each service the longest time from the beginning to its own end, milliseconds.
 *
 * @param order what a service waits for comes before it
 */
export function pathsUpTo(
  waits: Dependencies,
  order: readonly ServiceKey[],
  costMs: (key: ServiceKey) => number,
): ReadonlyMap<ServiceKey, number> {
  const ends = new Map<ServiceKey, number>();
  for (const key of order) {
    ends.set(key, costMs(key) + waits.get(key)!.reduce((last, needed) => Math.max(last, ends.get(needed) ?? 0), 0));
  }
  return ends;
}
