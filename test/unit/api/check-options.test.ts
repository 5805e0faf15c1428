import { expect, test } from 'vitest';
import { checkOptions } from '../../../src/api/check-options.ts';
import { rollback } from '../../../src/api/rollback.ts';
import { SlipwayError } from '../../../src/api/slipway-error.ts';

type Call = Parameters<typeof checkOptions>[0];

function refusalOf(call: Call, options: unknown): string | null {
  try {
    checkOptions(call, options);
    return null;
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const [{ code, message, remedy } = { code: '', message: '', remedy: '' }] = error.diagnostics;
    expect(code).toBe('usage');
    return `${message}. ${remedy}`;
  }
}

test.each<[Call, unknown]>([
  ['plan', {}],
  ['plan', { projectDir: '.', services: ['a'], batchSize: 'all', maxFailures: '10%', env: process.env, config: undefined }],
  ['rebuild', { continue: true, maxFailures: 0, signal: AbortSignal.timeout(1), onEvent: () => {}, lockWaitMs: 0 }],
  ['rollback', { services: 'all', to: '20260204_140000' }],
  ['followJournal', { run: '20260204_140000', signal: new AbortController().signal }],
])('%s takes %j', (call, options) => {
  expect(refusalOf(call, options)).toBeNull();
});

test.each<[Call, unknown, string]>([
  ['rebuild', { service: ['web'] }, 'rebuild() has no option service. Did you mean services?'],
  ['rebuild', { dryRun: true }, 'rebuild() has no option dryRun. It has projectDir, config, '],
  ['rebuild', { constructor: 1 }, 'rebuild() has no option constructor. '],
  ['rollback', { services: 'all', categories: ['a'] }, 'rollback() has no option categories. '],
  ['plan', { services: 'web' }, 'services web is not valid. Give a list of texts'],
  ['plan', { projectDir: 5 }, 'projectDir 5 is not valid. Give a text'],
  ['plan', { batchSize: '5' }, 'batchSize 5 is not valid. Give a whole number from 1, or all'],
  ['plan', { batchSize: 1.5 }, 'batchSize 1.5 is not valid. '],
  ['plan', { maxFailures: '101%' }, 'maxFailures 101% is not valid. '],
  ['plan', { force: 'no' }, 'force no is not valid. Give true or false'],
  ['plan', { rollbackScope: 'fleet' }, 'rollbackScope fleet is not valid. Give service, wave or run'],
  ['rebuild', { signal: new AbortController() }, 'signal is not valid. Give an AbortSignal'],
  ['rebuild', { lockWaitMs: '10m' }, 'lockWaitMs 10m is not valid. Give milliseconds from 0'],
  ['rebuild', { lockWaitMs: Number.NaN }, 'lockWaitMs NaN is not valid. '],
  ['plan', null, 'plan() takes its options as an object. '],
  ['runs', '.', 'runs() takes its options as an object. '],
])('%s refuses %j', (call, options, refusal) => {
  expect(refusalOf(call, options)).toContain(refusal);
});

test('a rollback of nothing is refused, however it is said', async () => {
  for (const options of [{ services: [] }, {}]) {
    await expect(rollback(options as never)).rejects.toMatchObject({ code: 'usage', message: 'rollback needs services' });
  }
  await expect(rollback(undefined as never)).rejects.toMatchObject({ code: 'usage' });
});
