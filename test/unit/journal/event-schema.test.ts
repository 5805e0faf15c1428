import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { eventJsonSchema, readLine, SCHEMA_AGREES } from '../../../src/journal/event-schema.ts';
import { eventsOf, finished, interrupted, notice, resumed, started, wholeService } from '../../support/journal.ts';

const golden = new URL('../../../schema/event.schema.json', import.meta.url);

test('schema/event.schema.json is up to date (UPDATE_GOLDEN=1 writes it)', () => {
  const text = `${JSON.stringify(eventJsonSchema(), null, 2)}\n`;
  if (process.env.UPDATE_GOLDEN) {
    mkdirSync(new URL('.', golden), { recursive: true });
    writeFileSync(golden, text);
  }
  expect(readFileSync(golden, 'utf8')).toBe(text);
});

test('the published schema takes real events and refuses others', () => {
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(golden, 'utf8')));
  const events = eventsOf([
    started(['a']),
    ...wholeService('a'),
    interrupted('a', 'test'),
    resumed(['a']),
    notice('x'),
    finished('done'),
  ]);
  for (const event of events) expect(validate(event), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ ...events[0], seq: 0 })).toBe(false);
  expect(validate({ ...events[0], phase: undefined })).toBe(false);
  expect(validate({ ...events[0], later: 'field' })).toBe(true);
});

test('fields that a later version added are kept', () => {
  const [event] = eventsOf([notice('x')]);
  expect(readLine(JSON.stringify({ ...event, later: 1 }))).toEqual({ kind: 'event', event: { ...event, later: 1 } });
});

test('the schema and the TypeScript union agree (the compiler says so)', () => {
  expect(SCHEMA_AGREES).toBe(true);
});
