import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dialectOf } from '../../../../src/fleet/config/dialect.ts';
import { loadConfig } from '../../../../src/fleet/config/load.ts';

const text = readFileSync(new URL('../testdata/older.yaml', import.meta.url), 'utf8');

describe('a real file of the older dialect', () => {
  const { config, diagnostics } = loadConfig(text, 'older.yaml');

  test('loads, and what is not carried over is only remarked on', () => {
    expect(diagnostics.map((d) => [d.severity, d.code, d.message.split(' ')[0]])).toEqual([
      ['info', 'not-carried-over', 'special_requirements'],
      ['info', 'not-carried-over', 'monitoring.dashboard.script'],
      ['info', 'not-carried-over', 'monitoring.notifications'],
      ['info', 'not-carried-over', 'notes'],
      ['info', 'not-carried-over', 'version'],
      ['info', 'not-carried-over', 'last_updated'],
    ]);
    expect(diagnostics.every((d) => d.file === 'older.yaml' && d.line && d.column && d.evidence)).toBe(true);
    expect(config?.dialect).toBe('older');
  });

  test('its 40 services in 7 categories', () => {
    expect(config!.categories!.map((c) => [c.name, c.risk, c.priority, c.services.length])).toEqual([
      ['integration', 'low', 'high', 8],
      ['ai-ml', 'low', 'high', 13],
      ['device', 'low', 'medium', 7],
      ['automation', 'low', 'medium', 6],
      ['analytics', 'low', 'medium', 2],
      ['frontend', 'low', 'high', 2],
      ['other', 'low', 'low', 2],
    ]);
    const all = config!.categories!.flatMap((c) => c.services);
    expect(all.find((s) => s.name === 'ai-core-service')).toMatchObject({
      stack: 'python',
      port: 8018,
      health: { kind: 'http', path: '/health' },
      critical: true,
    });
    expect(all.find((s) => s.name === 'health-dashboard')).toMatchObject({
      stack: 'nodejs',
      port: 3000,
      health: { kind: 'none' },
    });
    expect(all.find((s) => s.name === 'model-prep')).toMatchObject({ port: null, portPlace: null });
    const line = text.split('\n').findIndex((one) => one.endsWith('name: ml-service')) + 1;
    expect(all.find((s) => s.name === 'ml-service')!.place).toEqual({ file: 'older.yaml', line, column: 15 });
  });

  test('its settings', () => {
    expect(config!.healthPaths).toEqual({ python: '/health', nodejs: null, other: null });
    expect(config!.settings).toMatchObject({
      phase: 'phase1',
      batch: { size: 6, maxParallelBuilds: 8 },
      timeouts: { buildMs: 900_000, testMs: 240_000, healthMs: 90_000 },
      retry: { maxAttempts: 4, backoffMs: 15_000, exponential: false },
      buildkit: { cache: true, inlineCache: false, progress: 'plain' },
      resources: { memoryBytes: 1024 ** 3, cpus: 1.5 },
      health: { startupGraceMs: 40_000, intervalMs: 10_000, timeoutMs: 4000, retries: 2 },
      rollback: { onCriticalFailure: true, tagPrefix: 'pre-phase1-rebuild' },
      monitoring: { stateFile: '.rebuild_state_phase1.json', refreshIntervalMs: 3000, metrics: true, notifications: [] },
      libraries: { python: { fastapi: { breaking: false } } },
      context7: { library_docs: ['sqlalchemy', 'fastapi'] },
      validation: {
        postDeployment: [
          { name: null, check: { kind: 'text', text: 'Every service answers its health check' } },
          { name: null, check: { kind: 'text', text: 'No errors pile up in the logs' } },
        ],
      },
    });
  });
});

function remarks(older: string) {
  const { config, diagnostics } = loadConfig(`batch_config: {}\n${older}`, 'o');
  return {
    config,
    seen: diagnostics.map((d) => `${d.line}:${d.column} ${d.severity} ${d.code}${d.remedy ? ` | ${d.remedy}` : ''}`),
  };
}

test.each([
  ['nots: x', '2:1 warning unknown-key | did you mean `notes`?'],
  ['rollback: { trigers: [] }', '2:13 warning unknown-key | did you mean `triggers`?'],
  ['health_checks: { enabled: false }', '2:18 warning not-carried-over'],
  ['rollback: { preserve_logs: false }', '2:13 warning not-carried-over'],
  ['monitoring: { notifications: { enabled: true, on_failure: true } }', '2:15 warning not-carried-over'],
  ['monitoring: { dashboard: false }', '2:15 warning not-carried-over'],
  ['service_categories: { a_b: { count: 3, services: [{ name: x }] } }', '2:30 warning count-differs | the list is what counts'],
  ['service_categories: { a: { dependencies: [b], services: [{ name: x }] } }', '2:28 warning not-carried-over'],
  ['service_categories: { a: { services: [{ name: x, type: pyton }] } }', '2:50 warning unknown-value | did you mean `python`?'],
  ['service_categories: { a: { services: [{ name: x, crit: true }] } }', '2:50 warning unknown-key'],
  ['service_categories: { a: { services: [] } }', '2:23 warning empty-category'],
])('%s is no error', (older, first) => {
  const { config, seen } = remarks(older);
  expect(config).not.toBeNull();
  expect(seen).toHaveLength(1);
  expect(seen[0]!.startsWith(first)).toBe(true);
});

test.each([
  ['service_categories: { a_b: { services: [{ name: x, port: no }] } }', '2:58 error bad-port'],
  ['service_categories: { a: { services: [{ name: x }] }, b: { services: [{ name: x }] } }', '2:79 error duplicate-service'],
  ['service_categories: []', '2:21 error wrong-type'],
  ['rollback: { triggers: [build_failed] }', '2:24 error unknown-value | did you mean `build_failure`?'],
])('%s is an error at its place', (older, first) => {
  const { config, seen } = remarks(older);
  expect(config).toBeNull();
  expect(seen[0]!.startsWith(first)).toBe(true);
});

test('a problem is named as the older file names it', () => {
  const { diagnostics } = loadConfig('batch_config: { build_timeout_seconds: soon }', 'o');
  expect(diagnostics[0]!.message).toMatch(/^batch_config\.build_timeout_seconds: expected a duration/);
});

test('the main switch of rollback wins, wherever it stands', () => {
  const rollback = (keys: string) => remarks(`rollback: { ${keys} }`).config!.settings.rollback.onCriticalFailure;
  expect(rollback('enabled: false, auto_rollback_on_critical_failure: true')).toBe(false);
  expect(rollback('auto_rollback_on_critical_failure: true, enabled: false')).toBe(false);
  expect(rollback('auto_rollback_on_critical_failure: false, enabled: true')).toBe(false);
  expect(rollback('enabled: true')).toBe(true);
});

test.each([
  ['phase: p2', 'p2'],
  ['rollback: { backup_tag_prefix: pre-phase7-rebuild }', 'phase7'],
  ['monitoring: { state_file: .rebuild_state_x.json }', 'x'],
  ['monitoring: { log_directory: logs/y_builds }', 'y'],
  ['monitoring: { log_directory: elsewhere }', 'phase1'],
])('the phase of %s is %s', (older, phase) => expect(remarks(older).config!.settings.phase).toBe(phase));

test('a category keeps its name when the one with hyphens is taken', () => {
  const { config } = remarks('service_categories: { a_b: { services: [{ name: x }] }, a-b: { services: [{ name: y }] } }');
  expect(config!.categories!.map((c) => c.name)).toEqual(['a_b', 'a-b']);
});

test('the dialect is told by the keys that only it has', () => {
  expect(dialectOf({ service_categories: {}, rollback: {}, monitoring: {} })).toBe('older');
  expect(dialectOf({ rollback: {}, monitoring: {}, validation: {} })).toBe('current');
  expect(dialectOf({ service_categories: {}, categories: {} })).toBe('current');
});
