import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/fleet/config/load.ts';
import { readEnvFiles } from '../../src/fleet/env-file.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import { loadWith, model } from '../support/compose-fleet.ts';
import { BOUND_MS, FUZZ, mutated, mutatedDocument, TIMEOUT_MS } from '../support/mutations.ts';
import { CURRENT_CONFIG, OLDER_CONFIG } from '../support/small-configs.ts';

const read = (path: string) => readFileSync(resolve(import.meta.dirname, '../..', path), 'utf8');
const CURRENT = fc.constantFrom(CURRENT_CONFIG, read('test/data/compose/several-projects/slipway.yaml'));
const OLDER = fc.constant(OLDER_CONFIG);
const COMPOSE = fc.constantFrom(
  ...['syntax', 'yaml-quirks', 'django-celery', 'windows-files'].map((name) =>
    read(`test/data/compose/${name}/docker-compose.yml`),
  ),
);
const ENV = fc.constantFrom(
  read('test/data/compose/override-files/.env'),
  read('test/data/compose/django-celery/env/common.env'),
  `A=\${B}\nB=\${A:-\${C}}\nC="x\ny"\nCOMPOSE_FILE=$A$A$A\n`,
);
const MODEL = model('web: {image: w}\ndb: {image: d, depends_on: {web: {condition: service_started}}}');
/** A damaged configuration names its projects as it likes: each is rendered alike. */
const MODELS = new Proxy<Record<string, typeof MODEL>>({}, { get: () => MODEL });
/** The configuration's mutations are shared out among the four properties of it. */
const QUARTER = { numRuns: Math.ceil(FUZZ / 4) };
/** What is written to disk each time. */
const FLEETS = { numRuns: Math.ceil(FUZZ / 20) };

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-fuzz-'));
  mkdirSync(join(root, 'core'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Every finding says what it is, and where: a place within the text, or a code that the docs explain. */
function expectSound(diagnostics: readonly Diagnostic[], lines = Number.POSITIVE_INFINITY): void {
  const unsound = diagnostics.filter(({ code, message, line = 1, column = 1 }) => {
    return !/^[a-z][a-z-]+$/.test(code) || message === '' || line > lines || line < 1 || column < 1;
  });
  expect(unsound).toEqual([]);
}

function expectConfigSound(bytes: Buffer): void {
  const text = bytes.toString('utf8');
  const startMs = performance.now();
  const { config, diagnostics } = loadConfig(text, 'f.yaml');
  expect(performance.now() - startMs).toBeLessThan(BOUND_MS);
  expect(config === null).toBe(diagnostics.some((d) => d.severity === 'error'));
  expectSound(diagnostics, text.split(/\r\n|\n|\r/).length);
  expect(diagnostics.filter((d) => d.severity === 'error' && d.file !== 'f.yaml')).toEqual([]);
}

test.each([
  ['in the current form', CURRENT],
  ['in the older dialect', OLDER],
])('a configuration %s, as text', { timeout: TIMEOUT_MS }, (_, base) => {
  fc.assert(fc.property(mutated(base), expectConfigSound), QUARTER);
});

test.each([
  ['in the current form', CURRENT],
  ['in the older dialect', OLDER],
])('a configuration %s, with other values', { timeout: TIMEOUT_MS }, (_, base) => {
  fc.assert(fc.property(mutatedDocument(base, 'yaml'), expectConfigSound), QUARTER);
});

test('a fleet whose configuration, Compose file and env file are damaged at once', { timeout: TIMEOUT_MS }, async () => {
  const files = fc.record({
    'slipway.yaml': mutated(fc.oneof(CURRENT, OLDER)),
    'compose.yaml': mutated(COMPOSE),
    '.env': mutated(ENV),
  });
  await fc.assert(
    fc.asyncProperty(files, async (written) => {
      for (const [name, bytes] of Object.entries(written)) writeFileSync(join(root, name), bytes);
      const startMs = performance.now();
      const { fleet, diagnostics } = await loadWith(root, MODELS, { projectDir: root });
      expect(performance.now() - startMs).toBeLessThan(BOUND_MS);
      expect(fleet === null).toBe(diagnostics.some((d) => d.severity === 'error'));
      expectSound(diagnostics);
    }),
    FLEETS,
  );
});

test('an env file', { timeout: TIMEOUT_MS }, () => {
  fc.assert(
    fc.property(mutated(ENV), (bytes) => {
      writeFileSync(join(root, 'one.env'), bytes);
      const startMs = performance.now();
      const set = readEnvFiles([join(root, 'one.env')]);
      expect(performance.now() - startMs).toBeLessThan(BOUND_MS);
      expect(Object.values(set).every((value) => typeof value === 'string')).toBe(true);
    }),
    FLEETS,
  );
});
