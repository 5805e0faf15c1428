import type { ServiceKey } from '../../model/ids.ts';
import type { GraphEdge } from '../../report/facts/dependency-graph.ts';

/** A service with all that it needs and all that needs it, over any number of steps. */
export function linkedTo(edges: readonly GraphEdge[], service: ServiceKey): ReadonlySet<ServiceKey> {
  const needs = reached(
    service,
    neighboursBy(edges, ({ from, to }) => [to, from]),
  );
  const needed = reached(
    service,
    neighboursBy(edges, ({ from, to }) => [from, to]),
  );
  return new Set([...needs, ...needed]);
}

type Neighbours = ReadonlyMap<ServiceKey, readonly ServiceKey[]>;

function neighboursBy(edges: readonly GraphEdge[], ends: (edge: GraphEdge) => readonly [ServiceKey, ServiceKey]): Neighbours {
  const found = new Map<ServiceKey, ServiceKey[]>();
  for (const edge of edges) {
    const [one, other] = ends(edge);
    const list = found.get(one) ?? [];
    found.set(one, list);
    list.push(other);
  }
  return found;
}

function reached(start: ServiceKey, neighbours: Neighbours): Set<ServiceKey> {
  const found = new Set([start]);
  for (const service of found) for (const next of neighbours.get(service) ?? []) found.add(next);
  return found;
}
