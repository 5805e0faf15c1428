import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadConfig } from '../../src/fleet/config/load.ts';
import { formatDuration, parseDuration } from '../../src/util/duration.ts';

const RUNS = { numRuns: 300 };
const older = `library_upgrades: { python: { a: { to: "2" } } }
service_categories:
  ai_ml:
    count: 2
    priority: high
    dependencies: []
    services:
      - { name: x, port: 8018, type: python, health_check: /health, critical: true, special_requirements: [a] }
      - { name: y, port: null, type: nodejs, health_check: null, critical: false }
batch_config: { default_batch_size: 5, build_timeout_seconds: 600, retry: { backoff_seconds: 30 }, buildkit: { enabled: true } }
health_checks: { enabled: true, interval: 10, endpoints: { python: /health, nodejs: null } }
rollback: { enabled: true, backup_tag_prefix: pre-phase1-rebuild, triggers: [build_failure] }
monitoring: { dashboard: { refresh_interval: 5 }, metrics: { collect_build_times: true }, notifications: { enabled: false } }
validation: { pre_build: [text] }
notes: |
  text
`;
const current = `phase: phase1
fleet: { projects: [{ name: a, files: [x.yml] }], depends_on: { a/x: [b/y] } }
x-t: &t { command: [pytest], timeout: 5m }
categories:
  one:
    risk: low
    services:
      - { name: x, stack: python, port: 8009, health: /health, critical: true, test: *t }
      - { name: y, health: { tcp: 5 }, replace: { order: auto } }
batch: { size: 5, max_failures: 10% }
resources: { memory_limit: 2g, cpu_limit: "2.0" }
hooks: { before_run: [[./notify, start]] }
`;

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

const base = fc.constantFrom(current, older);
const snippet = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom('\t', '\n', ': ', '- ', '{', ']', '&a ', '*t', '<<: ', '"', '|', '#', '\r', '---\n', '!x '),
);

test('texts with a part cut out and another put in', () => {
  fc.assert(
    fc.property(base, fc.nat(), fc.nat(30), snippet, (text, where, length, put) => {
      const at = where % text.length;
      expectSound(text.slice(0, at) + put + text.slice(at + length));
    }),
    RUNS,
  );
});

test('documents with a value replaced by any other', () => {
  fc.assert(
    fc.property(base, fc.nat(), fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant('__proto__')), (text, which, value) => {
      const document = parse(text) as object;
      const places = placesOf(document);
      const [holder, key] = places[which % places.length]!;
      holder[key] = value;
      expectSound(stringify(document));
    }),
    RUNS,
  );
});

test('documents with a key renamed: the old dialect still loads or says what is wrong with the values', () => {
  fc.assert(
    fc.property(fc.nat(), fc.string({ minLength: 1, maxLength: 12 }), (which, name) => {
      const document = parse(older) as object;
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
