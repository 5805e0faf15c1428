import type { Service } from '../fleet/types.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ServiceKey } from '../model/ids.ts';

/** For each node, the nodes it needs. Nodes that are needed but not listed are ignored. */
export type Dependencies<K = ServiceKey> = ReadonlyMap<K, readonly K[]>;

/** Nodes with their dependencies first; what is on a cycle, or needs one, is missing from it. Ties keep the given order. Linear, no recursion. */
export function topologicalOrder<K>(dependencies: Dependencies<K>): K[] {
  const missing = new Map<K, number>();
  const dependents = new Map<K, K[]>();
  for (const [node, needed] of dependencies) {
    const known = needed.filter((n) => dependencies.has(n));
    missing.set(node, known.length);
    for (const n of known) {
      const list = dependents.get(n);
      if (list) list.push(node);
      else dependents.set(n, [node]);
    }
  }
  const order = [...dependencies.keys()].filter((node) => missing.get(node) === 0);
  for (const node of order) {
    for (const dependent of dependents.get(node) ?? []) {
      const rest = missing.get(dependent)! - 1;
      missing.set(dependent, rest);
      if (rest === 0) order.push(dependent);
    }
  }
  return order;
}

/** Cycles as paths, each beginning with its member that comes first in `dependencies`; at least one for each knot, none twice. */
export function findCycles<K>(dependencies: Dependencies<K>): K[][] {
  const sound = new Set(topologicalOrder(dependencies));
  const seen = new Set<K>();
  const cycles: K[][] = [];
  for (const start of dependencies.keys()) {
    if (sound.has(start) || seen.has(start)) continue;
    const path: K[] = [];
    const at = new Map<K, number>();
    // A node that could not be ordered needs another such node, so the walk always ends: on itself, or on an earlier walk.
    let node = start;
    while (!seen.has(node)) {
      seen.add(node);
      at.set(node, path.length);
      path.push(node);
      node = dependencies.get(node)!.find((n) => dependencies.has(n) && !sound.has(n))!;
    }
    if (at.has(node)) cycles.push(path.slice(at.get(node)));
  }
  const rank = new Map([...dependencies.keys()].map((key, i) => [key, i]));
  return cycles.map((cycle) => rotate(cycle, (key) => rank.get(key)!));
}

/** An error for each cycle of the fleet's dependencies, as `a -> b -> a`. */
export function cycleProblems(services: readonly Service[]): Diagnostic[] {
  const byKey = new Map(services.map((s) => [s.key, s]));
  const dependencies = new Map(services.map((s) => [s.key, s.dependsOn.map((e) => e.to)]));
  return findCycles(dependencies).map((cycle) => {
    const first = byKey.get(cycle[0]!)!;
    return {
      code: 'dependency-cycle',
      severity: 'error',
      service: first.key,
      message: `the dependencies go round in a circle: ${[...cycle, first.key].join(' -> ')}`,
      remedy: 'take one of these dependencies out of the Compose file or of fleet.depends_on',
      ...first.place,
    };
  });
}

function rotate<K>(cycle: readonly K[], rank: (key: K) => number): K[] {
  const first = cycle.reduce((best, key, i) => (rank(key) < rank(cycle[best]!) ? i : best), 0);
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}
