import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadConfig } from '../../src/fleet/config/load.ts';
import { formatDuration, parseDuration } from '../../src/util/duration.ts';
import { OLDER_CONFIG } from '../support/small-configs.ts';

const RUNS = { numRuns: 300 };

/** What holds for every text: an answer, and a config exactly when no diagnostic is an error. */
function expectSound(text: string): void {
  const { config, diagnostics } = loadConfig(text, 'f.yaml');
  expect(config === null).toBe(diagnostics.some((d) => d.severity === 'error'));
  const lines = text.split('\n').length;
  const unsound = diagnostics.filter(({ code, message, line = 1, column = 1 }) => {
    return !/^[a-z][a-z-]+$/.test(code) || message === '' || line > lines || line < 1 || column < 1;
  });
  expect(unsound).toEqual([]);
}

test('documents with a key renamed: the old dialect still loads or says what is wrong with the values', () => {
  fc.assert(
    fc.property(fc.nat(), fc.string({ minLength: 1, maxLength: 12 }), (which, name) => {
      const document = parse(OLDER_CONFIG) as object;
      const mappings = placesOf(document).filter(([holder]) => !Array.isArray(holder));
      const [holder, key] = mappings[which % mappings.length]!;
      const value = holder[key];
      delete holder[key];
      Object.defineProperty(holder, name, { value, enumerable: true, writable: true, configurable: true });
      expectSound(stringify(document));
    }),
    RUNS,
  );
});

test('durations are read back as they were written', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), (ms) => parseDuration(formatDuration(ms)) === ms),
    RUNS,
  );
});

type Holder = Record<string | number, unknown>;

function placesOf(value: unknown): [Holder, string | number][] {
  if (value === null || typeof value !== 'object') return [];
  const holder = value as Holder;
  const keys = Array.isArray(value) ? value.map((_, i) => i) : Object.keys(holder);
  return keys.flatMap((key): [Holder, string | number][] => [[holder, key], ...placesOf(holder[key])]);
}
