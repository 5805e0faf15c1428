import type { Service } from '../fleet/types.ts';
import type { ServiceKey } from '../model/ids.ts';

/** For each service, which others cannot do without it, directly or through others; in the fleet's order. */
export function dependentsOf(services: readonly Service[]): ReadonlyMap<ServiceKey, readonly ServiceKey[]> {
  const direct = new Map<ServiceKey, ServiceKey[]>();
  for (const { key, dependsOn } of services)
    for (const edge of dependsOn)
      if (edge.required && edge.source !== 'build') direct.set(edge.to, [...(direct.get(edge.to) ?? []), key]);
  const rank = new Map(services.map(({ key }, i) => [key, i]));
  return new Map(services.map(({ key }) => [key, reached(key, direct).sort((a, b) => rank.get(a)! - rank.get(b)!)]));
}

function reached(from: ServiceKey, direct: ReadonlyMap<ServiceKey, readonly ServiceKey[]>): ServiceKey[] {
  const seen = new Set<ServiceKey>();
  const open = [from];
  for (const key of open)
    for (const next of direct.get(key) ?? [])
      if (next !== from && !seen.has(next)) {
        seen.add(next);
        open.push(next);
      }
  return [...seen];
}

/** The names for a comment: at most three, then how many more. */
export function listed(keys: readonly ServiceKey[]): string {
  const more = keys.length - 3;
  return more > 0 ? `${keys.slice(0, 3).join(', ')} and ${more} more` : keys.join(', ');
}
