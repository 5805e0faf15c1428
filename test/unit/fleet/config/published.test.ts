import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { configJsonSchema } from '../../../../src/fleet/config/json-schema.ts';
import { loadConfig } from '../../../../src/fleet/config/load.ts';
import { type JsonSchema, renderReference, rowsBelow } from '../../../support/config-reference.ts';

const ROOT = new URL('../../../../', import.meta.url);
const BEGIN = '<!-- reference: made by `npm run schema` -->\n';
const END = '<!-- end of reference -->';

const schema = configJsonSchema() as JsonSchema;
const manual = readFileSync(new URL('docs/configuration.md', ROOT), 'utf8');

describe('what is published is current (npm run schema renews it)', () => {
  test('schema/slipway.schema.json', async () => {
    const file = new URL('schema/slipway.schema.json', ROOT).pathname;
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(file);
  });

  test('the reference in docs/configuration.md', async () => {
    const [before, rest] = manual.split(BEGIN);
    const after = rest!.split(END)[1];
    const renewed = `${before}${BEGIN}\n${renderReference(schema)}\n${END}${after}`;
    await expect(renewed).toMatchFileSnapshot(new URL('docs/configuration.md', ROOT).pathname);
  });
});

test('every key is described', () => {
  const bare = rowsBelow(schema, '').filter((row) => !row.schema.description);
  expect(bare.map((row) => row.key)).toEqual([]);
});

test('the example of the manual loads without a remark, and the JSON Schema accepts it', () => {
  const example = /```yaml\n([\s\S]*?)```/.exec(manual)![1]!;
  const { config, diagnostics } = loadConfig(example, 'slipway.yaml');
  expect(diagnostics).toEqual([]);
  expect(config?.categories?.map((c) => [c.name, c.services.length])).toEqual([
    ['core', 4],
    ['frontend', 1],
  ]);
  const validate = new Ajv({ strict: false }).compile(schema);
  expect(validate(parse(example, { merge: true })), JSON.stringify(validate.errors)).toBe(true);
});

test.each([
  ['an unknown key', { btach: {} }],
  ['a bad duration', { timeouts: { build: 600 } }],
  ['a shell line', { categories: { a: { services: [{ name: 'x', test: { command: 'pytest' } }] } } }],
  ['a nameless service', { categories: { a: { services: [{ port: 1 }] } } }],
  ['a port out of range', { categories: { a: { services: [{ name: 'x', port: 70000 }] } } }],
])('the JSON Schema refuses %s, as Slipway does', (_, value) => {
  expect(new Ajv({ strict: false }).compile(schema)(value)).toBe(false);
  expect(loadConfig(JSON.stringify(value), null).config).toBeNull();
});
