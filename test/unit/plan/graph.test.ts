import { describe, expect, it } from 'vitest';
import { cycleProblems, findCycles, topologicalOrder } from '../../../src/plan/graph.ts';
import { fleetOf } from '../../support/fleet-builder.ts';

const graph = (edges: Record<string, string[]>) => new Map(Object.entries(edges));

describe('the dependency graph', () => {
  it('orders dependencies first, ties as given', () => {
    expect(topologicalOrder(graph({ c: ['a'], b: [], a: [] }))).toEqual(['b', 'a', 'c']);
  });

  it('leaves out what is on a cycle or needs one', () => {
    expect(topologicalOrder(graph({ a: ['b'], b: ['a'], c: ['a'], d: [] }))).toEqual(['d']);
  });

  it('finds each separate cycle once, beginning with its first member', () => {
    const cycles = findCycles(graph({ x: ['c'], a: ['b'], b: ['c'], c: ['a'], self: ['self'], p: ['q'], q: ['p'] }));
    expect(cycles).toEqual([['a', 'b', 'c'], ['self'], ['p', 'q']]);
  });

  it('reports a cycle by its path, where the service is configured', () => {
    const fleet = fleetOf({ web: { needs: ['api'] }, api: { needs: ['db'] }, db: { needs: ['web'] } });
    expect(cycleProblems(fleet.services)).toMatchObject([
      {
        code: 'dependency-cycle',
        severity: 'error',
        service: 'web',
        file: '/fleet/slipway.yaml',
        message: expect.stringContaining(': web -> api -> db -> web'),
      },
    ]);
  });

  it('has no depth limit', () => {
    const ring = graph(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`n${i}`, [`n${(i + 1) % 20_000}`]])));
    expect(findCycles(ring)[0]).toHaveLength(20_000);
  });
});
