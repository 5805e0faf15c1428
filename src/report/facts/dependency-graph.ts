import type { ServiceKey } from '../../model/ids.ts';
import { topologicalOrder } from '../../plan/graph.ts';
import type { Plan, PlannedService } from '../../plan/types.ts';
import type { RowStatus, ServiceRow } from './service-row.ts';

/** A service's place in the drawing: columns from left to right, dependencies to the left of what needs them; both from 0. */
interface GraphNode {
  readonly service: ServiceKey;
  readonly wave: number;
  readonly column: number;
  readonly row: number;
}

/** `to` needs `from`. */
export interface GraphEdge {
  readonly from: ServiceKey;
  readonly to: ServiceKey;
}

/** A drawing of the plan's required dependencies. It does not change during a run: lay it out once. */
export interface GraphLayout {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly columns: number;
  readonly rows: number;
}

/** The drawing with where each service stands. */
export interface DependencyGraph extends Omit<GraphLayout, 'nodes'> {
  readonly nodes: readonly (GraphNode & { readonly status: RowStatus })[];
}

/** How often the rows are put in order, each time from the left and from the right: more brings little. */
const SWEEPS = 4;

/** The drawing of a run's dependencies, coloured by status. */
export function dependencyGraph(rows: readonly Pick<ServiceRow, 'service' | 'status'>[], layout: GraphLayout): DependencyGraph {
  const statuses = new Map(rows.map(({ service, status }) => [service, status]));
  const nodes = layout.nodes.map((node) => ({ ...node, status: statuses.get(node.service) ?? ('waiting' as const) }));
  return { ...layout, nodes };
}

/**
 * Lays the services out in layers (each as far to the left as its dependencies let it), the rows ordered so that lines are short (barycentres).
 * A layer of more than `maxRows` takes several columns; services without any line stand together below the rest.
 */
export function layoutGraph({ services }: Pick<Plan, 'services'>, options: { readonly maxRows?: number } = {}): GraphLayout {
  const known = new Set(services.map((s) => s.service));
  const edges = services.flatMap(({ service, requires }) =>
    requires.filter((from) => known.has(from) && from !== service).map((from) => ({ from, to: service })),
  );
  const linked = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const connected = services.filter((s) => linked.has(s.service));
  const maxRows = options.maxRows ?? Math.max(8, Math.ceil(1.5 * Math.sqrt(connected.length)));
  const columns = orderedLayers(connected, edges).flatMap((layer) => chunks(layer, maxRows));
  const rows = columns.reduce((most, column) => Math.max(most, column.length), 0);
  const single = services.filter((s) => !linked.has(s.service)).map((s) => s.service);
  const below = Math.max(columns.length, Math.ceil(Math.sqrt(single.length)));
  const waves = new Map(services.map((s) => [s.service, s.wave]));
  const place = (service: ServiceKey, column: number, row: number) => ({ service, wave: waves.get(service)!, column, row });
  return {
    nodes: [
      ...columns.flatMap((layer, column) => layer.map((service, row) => place(service, column, row))),
      ...single.map((service, i) => place(service, i % below, rows + Math.floor(i / below))),
    ],
    edges,
    columns: below,
    rows: rows + Math.ceil(single.length / Math.max(1, below)),
  };
}

function orderedLayers(services: readonly PlannedService[], edges: readonly GraphEdge[]): ServiceKey[][] {
  const needs = neighbours(services, edges, ({ from, to }) => [to, from]);
  const needed = neighbours(services, edges, ({ from, to }) => [from, to]);
  const layers = layersOf(needs);
  // A place between 0 and 1, so that layers of different height compare.
  const at = new Map<ServiceKey, number>();
  for (const layer of layers) number(layer, at);
  for (let i = 0; i < SWEEPS; i += 1) {
    for (const layer of layers) reorder(layer, needs, at);
    for (const layer of layers.toReversed()) reorder(layer, needed, at);
  }
  return layers;
}

function neighbours(
  services: readonly PlannedService[],
  edges: readonly GraphEdge[],
  ends: (edge: GraphEdge) => [ServiceKey, ServiceKey],
): ReadonlyMap<ServiceKey, ServiceKey[]> {
  const found = new Map<ServiceKey, ServiceKey[]>(services.map((s) => [s.service, []]));
  for (const edge of edges) {
    const [node, other] = ends(edge);
    found.get(node)!.push(other);
  }
  return found;
}

/** By the longest path from a service that needs nothing. */
function layersOf(needs: ReadonlyMap<ServiceKey, readonly ServiceKey[]>): ServiceKey[][] {
  const depth = new Map<ServiceKey, number>();
  const layers: ServiceKey[][] = [];
  for (const service of topologicalOrder(needs)) {
    const own = needs.get(service)!.reduce((most, other) => Math.max(most, depth.get(other)! + 1), 0);
    depth.set(service, own);
    const layer = layers[own] ?? [];
    layers[own] = layer;
    layer.push(service);
  }
  return layers;
}

function number(layer: readonly ServiceKey[], at: Map<ServiceKey, number>): void {
  layer.forEach((service, i) => {
    at.set(service, (i + 0.5) / layer.length);
  });
}

/** Each beside the middle of its neighbours; who has none stays where it is. */
function reorder(layer: ServiceKey[], others: ReadonlyMap<ServiceKey, readonly ServiceKey[]>, at: Map<ServiceKey, number>): void {
  const wanted = new Map(
    layer.map((service) => {
      const near = others.get(service)!;
      const sum = near.reduce((total, other) => total + at.get(other)!, 0);
      return [service, near.length === 0 ? at.get(service)! : sum / near.length];
    }),
  );
  layer.sort((a, b) => wanted.get(a)! - wanted.get(b)!);
  number(layer, at);
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  const even = Math.ceil(items.length / Math.max(1, count));
  return Array.from({ length: count }, (_, i) => items.slice(i * even, (i + 1) * even));
}
