import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../../src/fleet/config/load.ts';

function load(text: string) {
  const { config, diagnostics } = loadConfig(text, 'slipway.yaml');
  expect(diagnostics).toEqual([]);
  return config!.settings.validation;
}

function refusal(text: string): string {
  const { config, diagnostics } = loadConfig(text, 'slipway.yaml');
  expect(config).toBeNull();
  return diagnostics.map((d) => `${d.line}:${d.column} ${d.code}: ${d.message}${d.remedy ? ` | ${d.remedy}` : ''}`).join('\n');
}

const checkOf = (entry: string) => load(`validation: { post_build: [${entry}] }`).postBuild[0]!;

describe('an entry of a list', () => {
  test.each([
    ['Look at it', { check: { kind: 'text', text: 'Look at it' } }],
    [
      '{ http: "http://localhost:1/x" }',
      {
        check: { kind: 'http', target: { kind: 'url', url: 'http://localhost:1/x' }, status: null, contains: null },
        timeoutMs: 10_000,
      },
    ],
    [
      '{ http: /ready, service: api, status: 204, contains: up, timeout: 3s }',
      {
        check: { kind: 'http', target: { kind: 'service', service: 'api', path: '/ready' }, status: 204, contains: 'up' },
        timeoutMs: 3000,
      },
    ],
    ['{ tcp: 5432 }', { check: { kind: 'tcp', host: '127.0.0.1', port: 5432 } }],
    ['{ tcp: "db.local:5432", name: Database }', { name: 'Database', check: { kind: 'tcp', host: 'db.local', port: 5432 } }],
    [
      '{ command: [./smoke.sh, -v] }',
      { check: { kind: 'command', command: ['./smoke.sh', '-v'], service: null }, timeoutMs: 60_000 },
    ],
    ['{ command: [pg_isready], service: db }', { check: { kind: 'command', command: ['pg_isready'], service: 'db' } }],
    ['{ healthy: core/api }', { check: { kind: 'healthy', service: 'core/api' } }],
    ['{ file: backups/last }', { check: { kind: 'file', path: 'backups/last' } }],
    ['{ disk: 10g }', { check: { kind: 'disk', freeBytes: 10 * 1024 ** 3 } }],
  ])('%s', (entry, expected) => {
    expect(checkOf(entry)).toMatchObject(expected);
  });

  test('knows where it stands', () => {
    const [first, second] = load('validation:\n  post_deployment:\n    - Look at it\n    - tcp: 5432\n').postDeployment;
    expect(first!.place).toEqual({ file: 'slipway.yaml', line: 3, column: 7 });
    expect(second!.place).toEqual({ file: 'slipway.yaml', line: 4, column: 7 });
  });

  test.each([
    ['{ htpp: "http://x" }', 'unknown-key', 'did you mean `http`?'],
    ['{ name: nothing }', 'bad-check', 'free text goes in quotes'],
    ['{ tcp: 1, disk: 1g }', 'bad-check', 'exactly one of'],
    ['{ http: /ready }', 'bad-check', 'add `service: NAME`'],
    ['{ tcp: 1, service: x }', 'bad-check', 'goes with a command'],
    ['{ tcp: 1, status: 200 }', 'bad-check', 'go with `http`'],
    ['{ http: "localhost:8080/health" }', 'bad-url', 'put `http://` in front'],
    ['{ command: "./smoke.sh -v" }', 'command-not-a-list', 'write `["./smoke.sh", "-v"]`'],
    ['5', 'bad-check', 'found 5'],
  ])('%s is refused', (entry, code, said) => {
    const text = refusal(`validation: { post_build: [${entry}] }`);
    expect(text).toContain(code);
    expect(text).toContain(said);
  });
});

describe('patterns', () => {
  test('are kept as written, with the spellings of RE2', () => {
    const { logErrors } = load(
      "validation: { log_errors: { patterns: ['(?i)declined', '(?P<who>x)+?', 'a\\(?!b'], ignore: ['^\\[skip\\]'], context_lines: 0 } }",
    );
    expect(logErrors).toEqual({
      builtin: true,
      patterns: ['(?i)declined', '(?P<who>x)+?', 'a\\(?!b'],
      ignore: ['^\\[skip\\]'],
      contextLines: 0,
    });
  });

  test.each([
    ['(a', '1:40 bad-pattern: validation.log_errors.patterns[0]: not a regular expression: Unterminated group'],
    ['x(?=y)', 'looking ahead or behind'],
    ['x(?<!y)z', 'looking ahead or behind'],
    ['(x)\\1', 'a reference back'],
  ])('%s is refused', (pattern, said) => {
    expect(refusal(`validation: { log_errors: { patterns: ['${pattern}'] } }`)).toContain(said);
  });
});

test.each([
  ['limits: { memory_percent: 120 }', 'a percentage above 0 and up to 100'],
  ['limits: { memory_percent: "90%" }', 'a percentage above 0 and up to 100'],
  ['limits: { response_time: 2 }', 'write the unit: `2s`'],
  ['watch: { error_factor: 0.5 }', 'a number of times from 1 on'],
  ['log_errors: { context_lines: 99 }', 'a whole number from 0 to 10'],
])('%s is refused', (part, said) => {
  expect(refusal(`validation: { ${part} }`)).toContain(said);
});

test('a limit can be taken away', () => {
  expect(load('validation: { limits: { memory_percent: null, cpu_percent: null } }').limits).toMatchObject({
    memoryPercent: null,
    cpuPercent: null,
  });
});

test('what the older dialect lists stays free text, whatever YAML makes of it; checks of the current form are taken', () => {
  const older = `batch_config: {}
validation:
  post_deployment:
    - Every service answers
    - Disk: 10 GB are free
    - 42
    -
    - { tcp: 5432 }
`;
  const { config, diagnostics } = loadConfig(older, 'old.yaml');
  expect(diagnostics).toEqual([]);
  expect(config!.settings.validation.postDeployment.map(({ check }) => check)).toEqual([
    { kind: 'text', text: 'Every service answers' },
    { kind: 'text', text: 'Disk: 10 GB are free' },
    { kind: 'text', text: '42' },
    { kind: 'tcp', host: '127.0.0.1', port: 5432 },
  ]);
});
