import { expect, test } from 'vitest';
import type { PlanOptions } from '../../../../src/plan/types.ts';
import { checkNarrowing } from '../../../../src/run/recovery/resume.ts';

const RECORDED: Pick<PlanOptions, 'services' | 'categories'> = { services: ['api', 'web'], categories: [] };

function outside(recorded: Partial<PlanOptions>, changes: { services?: string[]; categories?: string[] }): string[] {
  const problems = checkNarrowing(recorded as PlanOptions, { services: [], categories: [], ...changes });
  return problems.map((problem) => problem.message);
}

test('a continued run can be narrowed to a part of what it selected', () => {
  expect(outside(RECORDED, { services: ['web'] })).toEqual([]);
  expect(outside({ services: [], categories: ['data', 'ui'] }, { categories: ['ui'] })).toEqual([]);
});

test('it is never widened: an empty rest would mean the whole fleet', () => {
  expect(outside(RECORDED, { services: ['db', 'web', 'cache'] })).toEqual([
    'The service db is not part of the run',
    'The service cache is not part of the run',
  ]);
  expect(outside({ services: [], categories: ['data'] }, { categories: ['ui'] })).toEqual([
    'The category ui is not part of the run',
  ]);
});

test('a run of everything can be narrowed to anything', () => {
  expect(outside({ services: [], categories: [] }, { services: ['db'], categories: ['ui'] })).toEqual([]);
});
