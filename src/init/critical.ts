import type { Service } from '../fleet/types.ts';
import type { ServiceKey } from '../model/ids.ts';
import { listed } from './dependents.ts';
import { criticalByLabel } from './labels.ts';
import { wordsOf } from './vocabulary.ts';

/** A service in a large fleet has some dependents sooner than one in a small fleet. */
const SERVICES_A_DEPENDENT = 25;

const ENTRANCES = new Set('gateway proxy ingress traefik nginx caddy haproxy envoy kong core auth identity sso login'.split(' '));

/**
 * Why the fleet is broken without a service; null = it is not. Several cannot do without it (of a store one is enough: what it did not take cannot be
 * made good later), or it is where everything comes in, or people see it.
 * A job that ends is not: it is never taken back without being asked.
 */
export function criticalReason(
  service: Service,
  {
    dependents,
    category,
    size,
  }: { readonly dependents: readonly ServiceKey[]; readonly category: string; readonly size: number },
): string | null {
  const said = criticalByLabel(service);
  if (said !== null) return said ? 'label slipway.critical' : null;
  if (service.kind === 'one-shot') return null;
  if (dependents.length >= (category === 'data' ? 1 : Math.max(2, Math.round(size / SERVICES_A_DEPENDENT))))
    return `needed by ${listed(dependents)}`;
  const entrance = wordsOf(service.name).find((word) => ENTRANCES.has(word));
  const reached = service.published.length > 0 || dependents.length > 0;
  if (entrance !== undefined && reached)
    return dependents.length > 0 ? `"${entrance}", needed by ${listed(dependents)}` : `"${entrance}"`;
  return category === 'frontend' && service.published.length > 0 ? 'people look at it' : null;
}
