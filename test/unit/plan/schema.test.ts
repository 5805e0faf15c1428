import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { planJsonSchema } from '../../../src/plan/schema.ts';

const golden = new URL('../../../schema/plan.schema.json', import.meta.url);

test('schema/plan.schema.json is up to date (UPDATE_GOLDEN=1 writes it)', () => {
  const now = `${JSON.stringify(planJsonSchema(), null, 2)}\n`;
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, now);
  expect(readFileSync(golden, 'utf8')).toBe(now);
});
