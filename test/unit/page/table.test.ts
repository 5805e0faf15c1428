import { describe, expect, test } from 'vitest';
import { ALL_SERVICES, sortedBy, type TableWish, toggled, wishedRows } from '../../../src/page/state/table.ts';
import type { ServiceUsage } from '../../../src/page/state/usage-history.ts';
import { serviceRows } from '../../../src/report/facts/service-row.ts';
import { building, planOf, runOf, START_MS, settled, started } from '../../support/run-state.ts';

const SERVICES = [
  { service: 'api-10', category: 'core' },
  { service: 'api-9', category: 'core' },
  { service: 'web', category: 'ui' },
  { service: 'worker', category: 'jobs' },
];
const RUN = runOf([started(SERVICES), building('web'), settled('api-9'), building('worker')]);
const ROWS = serviceRows(RUN, planOf(SERVICES), { live: true, nowMs: START_MS + 60_000 });
const use = (cpuPercent: number): ServiceUsage => ({ cpuPercent, memoryBytes: 1, memoryLimitBytes: null, restarts: 0 });
const USES = new Map([
  ['web', use(12)],
  ['api-9', use(80)],
]);

function listed(wish: Partial<TableWish>): string[] {
  return wishedRows(ROWS, USES, { ...ALL_SERVICES, ...wish }).map(({ service }) => service);
}

describe('which services', () => {
  test.each([
    ['all', {}, ['api-10', 'api-9', 'web', 'worker']],
    ['by a part of the name, whatever its case', { text: 'API' }, ['api-10', 'api-9']],
    ['by several words in any order', { text: '9 core' }, ['api-9']],
    ['by what is being done', { text: 'building' }, ['web', 'worker']],
    ['by status', { statuses: ['completed', 'waiting'] as const }, ['api-10', 'api-9']],
    ['by category', { category: 'ui' }, ['web']],
    ['by all of it', { text: 'api', statuses: ['waiting'] as const, category: 'core' }, ['api-10']],
    ['none', { text: 'nothing is called so' }, []],
  ])('%s', (_, wish, services) => {
    expect(listed(wish)).toEqual(services);
  });
});

describe('in which order', () => {
  test.each([
    ['names with numbers as people count', { sort: 'service' }, ['api-9', 'api-10', 'web', 'worker']],
    ['what needs a look first', { sort: 'status' }, ['web', 'worker', 'api-10', 'api-9']],
    ['by CPU, what is not known last', { sort: 'cpu', direction: 'down' }, ['api-9', 'web', 'api-10', 'worker']],
    ['by CPU the other way, still last', { sort: 'cpu', direction: 'up' }, ['web', 'api-9', 'api-10', 'worker']],
    ['what has taken longest', { sort: 'took', direction: 'down' }, ['web', 'worker', 'api-10', 'api-9']],
    ['the plan backwards', { direction: 'down' }, ['worker', 'web', 'api-9', 'api-10']],
  ] as const)('%s', (_, wish, services) => {
    expect(listed(wish)).toEqual(services);
  });

  test('a column sorts, turns round, and gives the order back', () => {
    const first = sortedBy(ALL_SERVICES, 'took');
    const second = sortedBy(first, 'took');
    expect([first, second, sortedBy(second, 'took')]).toMatchObject([
      { sort: 'took', direction: 'down' },
      { sort: 'took', direction: 'up' },
      { sort: 'plan', direction: 'up' },
    ]);
  });
});

test('a status is chosen and left again', () => {
  const chosen = toggled(ALL_SERVICES, 'failed');
  expect(chosen.statuses).toEqual(['failed']);
  expect(toggled(chosen, 'failed')).toEqual(ALL_SERVICES);
});
