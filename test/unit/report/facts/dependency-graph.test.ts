import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dependencyGraph, type GraphLayout, layoutGraph } from '../../../../src/report/facts/dependency-graph.ts';
import { serviceRows } from '../../../../src/report/facts/service-row.ts';
import { atSecond, plannedService, timedRun } from '../../../support/facts.ts';
import { intent, settled, started } from '../../../support/journal.ts';

const planOf = (requires: Readonly<Record<string, readonly string[]>>) => ({
  services: Object.entries(requires).map(([service, needed]) => plannedService(service, { requires: needed })),
});

/** The services by column and row, `.` where there is none. */
function drawn({ nodes, columns, rows }: GraphLayout): string {
  const at = new Map(nodes.map((node) => [`${node.column},${node.row}`, node.service]));
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => at.get(`${column},${row}`) ?? '.').join(' '),
  ).join('\n');
}

/** How many pairs of lines between neighbouring columns cross. */
function crossings({ nodes, edges }: GraphLayout): number {
  const at = new Map(nodes.map((node) => [node.service, node]));
  const lines = edges.map(({ from, to }) => ({ from: at.get(from)!, to: at.get(to)! }));
  return lines.flatMap((a, i) =>
    lines
      .slice(i + 1)
      .filter((b) => a.from.column === b.from.column && a.to.column === b.to.column)
      .filter((b) => (a.from.row - b.from.row) * (a.to.row - b.to.row) < 0),
  ).length;
}

describe('layoutGraph', () => {
  test('dependencies stand left of what needs them, single services below', () => {
    const layout = layoutGraph(planOf({ db: [], cache: [], api: ['db', 'cache'], web: ['api'], alone: [] }));
    expect(drawn(layout)).toBe('db api web\ncache . .\nalone . .');
    expect(layout.edges).toContainEqual({ from: 'api', to: 'web' });
  });

  test('lines that need not cross do not', () => {
    const layout = layoutGraph(planOf({ a: [], b: [], c: [], d: [], x: ['d'], y: ['c'], z: ['b'], w: ['a'] }));
    expect(crossings(layout)).toBe(0);
  });

  test('a high layer takes several columns', () => {
    const stores = Array.from({ length: 10 }, (_, i) => `s${i}`);
    const layout = layoutGraph(planOf({ ...Object.fromEntries(stores.map((s) => [s, []])), web: stores }), { maxRows: 4 });
    expect([layout.columns, layout.rows]).toEqual([4, 4]);
    expect(layout.nodes.find((node) => node.service === 'web')!.column).toBe(3);
  });

  test('an empty plan, and dependencies outside the plan', () => {
    expect(layoutGraph({ services: [] })).toEqual({ nodes: [], edges: [], columns: 0, rows: 0 });
    expect(layoutGraph(planOf({ a: ['elsewhere', 'a'] })).edges).toEqual([]);
  });

  test('whatever the graph, each service has a place of its own within the drawing, right of what it needs', () => {
    const graph = fc
      .array(fc.array(fc.nat(60), { maxLength: 4 }), { maxLength: 60 })
      .map((needs) =>
        Object.fromEntries(needs.map((own, i) => [`s${i}`, [...new Set(own.filter((n) => n < i).map((n) => `s${n}`))]] as const)),
      );
    fc.assert(
      fc.property(graph, fc.integer({ min: 1, max: 12 }), (requires, maxRows) => {
        const { nodes, edges, columns, rows } = layoutGraph(planOf(requires), { maxRows });
        const at = new Map(nodes.map((node) => [node.service, node]));
        expect(new Set(nodes.map(({ column, row }) => `${column},${row}`)).size).toBe(Object.keys(requires).length);
        expect(nodes.every(({ column, row }) => column < columns && row < rows)).toBe(true);
        expect(edges).toHaveLength(Object.values(requires).flat().length);
        expect(edges.every(({ from, to }) => at.get(from)!.column < at.get(to)!.column)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

test('dependencyGraph colours the drawing by where the services stand', () => {
  const layout = layoutGraph(planOf({ db: [], web: ['db'], later: [] }));
  const state = timedRun([0, started(['db', 'web'])], [1, settled('db', 'completed')], [2, intent('web', 'build')]);
  const graph = dependencyGraph(serviceRows(state, null, { live: true, nowMs: atSecond(3) }), layout);
  expect(graph.nodes.map(({ service, status }) => [service, status])).toEqual([
    ['db', 'completed'],
    ['web', 'running'],
    ['later', 'waiting'],
  ]);
  expect(graph.edges).toBe(layout.edges);
});
