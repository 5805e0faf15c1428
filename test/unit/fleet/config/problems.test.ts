import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../../src/fleet/config/load.ts';

/** Each problem as `line:column severity code`, and its remedy. */
function problems(text: string) {
  const { config, diagnostics } = loadConfig(text, 'slipway.yaml');
  expect(config === null).toBe(diagnostics.some((d) => d.severity === 'error'));
  return diagnostics.map((d) => `${d.line}:${d.column} ${d.severity} ${d.code}${d.remedy ? ` | ${d.remedy}` : ''}`);
}

const inService = (text: string) => problems(`categories:\n  a:\n    services:\n      - name: one\n        ${text}\n`);

test('all problems of a file are reported at once, in its order, each at its place', () => {
  const text = `phase: my phase
batch: { siez: 5 }
timeouts: { build: 600 }
categories:
  integration:
    risk: lo
    services:
      - name: weather-api
        port: "8009:80"
        critical: yes
  ai:
    servces: []
    services:
      - name: weather-api
      - port: 1
`;
  expect(problems(text)).toEqual([
    '1:8 error bad-phase',
    '2:10 error unknown-key | did you mean `size`?',
    '3:20 error bad-duration | write the unit: `10m`',
    '6:11 error unknown-value | did you mean `low`?',
    '9:15 error bad-port | write `8009`: the port on the host, as a number without quotes',
    '10:19 error wrong-type | write `true`',
    '12:5 error unknown-key | did you mean `services`?',
    '14:15 error duplicate-service | keep one of the two',
    '15:9 error missing-key',
  ]);
});

test('message, excerpt, caret and related place', () => {
  const { diagnostics } = loadConfig(
    'categories:\n  a: { services: [{ name: x }] }\n  b: { services: [{ name: x }] }\n',
    'f.yaml',
  );
  expect(diagnostics).toEqual([
    {
      code: 'duplicate-service',
      severity: 'error',
      message: 'the service x is listed twice, in a and in b',
      file: 'f.yaml',
      line: 3,
      column: 27,
      evidence: '3 |   b: { services: [{ name: x }] }\n  |                           ^',
      remedy: 'keep one of the two',
      related: [{ file: 'f.yaml', line: 2, column: 27, message: 'the first one is here' }],
    },
  ]);
});

describe('in a service', () => {
  test.each([
    ['port: 0', '5:15 error bad-port'],
    ['port: 65536', '5:15 error bad-port'],
    ['port: 80.5', '5:15 error bad-port'],
    ['health: health', '5:17 error bad-health | write `/health`'],
    ['health: http://localhost:8009/ok', '5:17 error bad-health | write `/ok`'],
    ['health: 5432', '5:17 error bad-health | write `{ tcp: 5432 }`'],
    ['health: { tpc: 5 }', '5:19 error unknown-key | did you mean `tcp`?'],
    ['health: { tcp: 0 }', '5:24 error bad-port'],
    ['health: { tcp: 1, path: /a }', '5:17 error bad-health | for example `{ tcp: 5432 }`'],
    ['health: {}', '5:17 error bad-health | for example `{ tcp: 5432 }`'],
    ['test: { command: pytest -q "a b" }', '5:26 error command-not-a-list | write `["pytest", "-q", "a b"]`'],
    ['test: { command: a && b }', '5:26 error command-not-a-list | write `["sh", "-c", "a && b"]`'],
    ['test: { command: [] }', '5:26 error command-not-a-list | for example `[pytest]`'],
    ['test: { command: [sleep, 5] }', '5:34 error wrong-type | put it in quotes: `"5"`'],
    ['test: { mounts: ["./a:/b:rw"] }', '5:26 error bad-mount'],
    ['test: { timeout: 0s }', '5:26 error bad-duration | for example `30s`'],
    ['stack: pyhton', '5:16 error unknown-value | did you mean `python`?'],
    ['kind: oneshot', '5:15 error unknown-value | did you mean `one-shot`?'],
    ['replace: { order: stop }', '5:27 error unknown-value | did you mean `stop-first`?'],
    ['health_check: /', '5:9 error unknown-key'],
  ])('%s', (text, first) => {
    const found = inService(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(first.includes('|') ? new RegExp(`^${escaped(first)}$`) : new RegExp(`^${escaped(first)}`));
  });

  test.each(['weather api', '-x', 'a/b/c', '""', 'a:b'])('the name %s', (name) => {
    expect(problems(`categories: { a: { services: [{ name: ${name} }] } }`)[0]).toMatch(/error (bad-name|bad-key|wrong-type)/);
  });
});

describe('in settings', () => {
  test.each([
    ['batch: { size: 0 }', '1:16 error wrong-type'],
    ['batch: { max_failures: 101% }', '1:24 error bad-threshold'],
    ['batch: { max_failures: -1 }', '1:24 error bad-threshold'],
    ['timeouts: { test: 5 minutes }', '1:19 error bad-duration | write `5m`'],
    ['timeouts: { test: 25d }', '1:19 error bad-duration | for example `1d`'],
    ['timeouts: { health: 0 }', '1:21 error bad-duration'],
    ['backup: { required: true }', '1:21 error bad-duration | say how old it may be: `24h`'],
    ['backup: { required: 24 }', '1:21 error bad-duration | write the unit: `24s`'],
    ['retry: { max_attempts: 0 }', '1:24 error wrong-type'],
    ['resources: { memory_limit: 4m }', '1:28 error bad-size'],
    ['resources: { memory_limit: lots }', '1:28 error bad-size'],
    ['resources: { cpu_limit: "-1" }', '1:25 error bad-cpus'],
    ['resources: { cpu_limit: 0 }', '1:25 error bad-cpus'],
    ['rollback: { tag_prefix: candidate }', '1:25 error bad-tag'],
    ['rollback: { triggers: [build_fail] }', '1:24 error unknown-value | did you mean `build_failure`?'],
    ['hooks: { before_replace: [./notify] }', '1:27 error command-not-a-list'],
    ['hooks: { after: [] }', '1:10 error unknown-key'],
    ['phase: 1', '1:8 error bad-phase | put it in quotes: `"1"`'],
    [`phase: ${'p'.repeat(41)}`, '1:8 error bad-phase'],
    ['phase: ../x', '1:8 error bad-phase'],
    ['categories: { "a,b": { services: [{ name: x }] } }', '1:15 error bad-name'],
    ['categories: { 1: { services: [{ name: x }] } }', '1:15 error bad-name'],
    ['categories: []', '1:13 error wrong-type'],
    ['fleet: { projects: [{ name: Shop }] }', '1:29 error bad-name'],
    ['fleet: { projects: [{ name: a }, { name: a }] }', '1:42 error duplicate-project'],
    ['fleet: { depends_on: { a: b } }', '1:27 error wrong-type | for example `[core/api]`'],
    ['batch: 5', '1:8 error wrong-type'],
    ['batch_config: {}\nbatch: {}', '1:1 error unknown-key | this key belongs to the older form; here it is `batch`'],
    ['categories: { a: {} }', '1:15 warning empty-category'],
    ['replace: { group: true }', '1:19 warning group-not-offered'],
    ['categories: { a: { services: [] } }', '1:15 warning empty-category'],
  ])('%s', (text, first) => {
    const found = problems(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${escaped(first)}`));
  });
});

test.each(['port', 'critical', 'health', 'name', 'stack', 'test'])('a mapping with keys of JavaScript as %s', (key) => {
  const service = { name: 'x', [key]: { toString: 1, valueOf: 1, constructor: 1, hasOwnProperty: 1 } };
  expect(loadConfig(JSON.stringify({ categories: { a: { services: [service] } } }), 'f').config).toBeNull();
});

describe('the form of the file', () => {
  test.each([
    ['- a\n', '1:1 error not-a-mapping'],
    ['text\n', '1:1 error not-a-mapping'],
    ['phase: a\n---\nphase: b\n', '2:1 error several-documents'],
    ['phase: a\nphase: b\n', '2:1 error duplicate-key'],
    ['batch:\n\tsize: 1\n', '2:1 error yaml-tab'],
    ['phase: "a\n', '2:1 error yaml-syntax'],
    ['phase: *a\n', '1:8 error bad-alias'],
    ['x-a: &a [*a]\n', '1:10 error bad-alias'],
    ['x-a: &a 1\nbatch: { <<: *a }\n', '1:9 error bad-merge'],
    ['? [a]\n: b\n', '1:3 error bad-key'],
    ['__proto__: { phase: a }\n', '1:1 error bad-key'],
    ['# nothing\n', 'undefined:undefined warning empty-config'],
    ['', 'undefined:undefined warning empty-config'],
    ['phase: a\0', 'undefined:undefined error not-text'],
  ])('%j', (text, first) => expect(problems(text)[0]).toMatch(new RegExp(`^${escaped(first)}`)));

  test('a duplicate key names both places', () => {
    expect(loadConfig('phase: a\nphase: b\n', 'f').diagnostics[0]!.related).toMatchObject([{ line: 1, column: 1 }]);
  });

  test('a syntax error in each of two lines is reported twice', () => {
    expect(problems('phase: @a\nbatch: @b\n').map((one) => one.split(' ')[0])).toEqual(['1:8', '2:8']);
  });

  test.each([
    ['nested lists', '['.repeat(20_000), 'too-deep'],
    ['nested mappings', `${'{a: '.repeat(60)}1${'}'.repeat(60)}`, 'too-deep'],
    ['an alias bomb', bomb(), 'too-many-aliases'],
    ['more than 1 MiB', `# ${'x'.repeat(1024 * 1024)}`, 'file-too-large'],
  ])('%s is refused', (_, text, code) => {
    const { config, diagnostics } = loadConfig(text, 'f');
    expect(config).toBeNull();
    expect(diagnostics.map((d) => d.code)).toContain(code);
  });

  test('a flood of problems is cut, and says so', () => {
    const { diagnostics } = loadConfig(Array.from({ length: 500 }, (_, i) => `k${i}: 1`).join('\n'), 'f');
    expect(diagnostics).toHaveLength(101);
    expect(diagnostics.at(-1)).toMatchObject({ code: 'more-problems', message: '400 more problems are not shown' });
  });

  test('a mistake in a shared block is reported once', () => {
    const text = 'x-t: &t { timeout: 5 }\ncategories: { a: { services: [{ name: a, test: *t }, { name: b, test: *t }] } }';
    expect(problems(text)).toEqual(['1:20 error bad-duration | write the unit: `5s`']);
  });
});

function bomb(): string {
  const line = (i: number) =>
    `x-${i}: &a${i} [${Array(9)
      .fill(i === 0 ? 'x' : `*a${i - 1}`)
      .join(', ')}]`;
  return Array.from({ length: 30 }, (_, i) => line(i)).join('\n');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
