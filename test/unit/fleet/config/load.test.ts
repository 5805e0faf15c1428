import { describe, expect, test } from 'vitest';
import { defaultTestCommand } from '../../../../src/fleet/config/defaults.ts';
import { loadConfig } from '../../../../src/fleet/config/load.ts';
import type { Config } from '../../../../src/fleet/config-types.ts';

function load(text: string): Config {
  const { config, diagnostics } = loadConfig(text, 'slipway.yaml');
  expect(diagnostics).toEqual([]);
  return config!;
}

function services(text: string) {
  return load(`categories: { a: { services: ${text} } }`).categories![0]!.services;
}

describe('defaults', () => {
  test('without a file', () => {
    const { config, diagnostics } = loadConfig(null, null);
    expect(diagnostics).toEqual([]);
    expect(config).toMatchObject({ file: null, dialect: 'none', projects: [], dependsOn: [], categories: null });
    expect(config!.healthPaths).toEqual({ python: '/health', nodejs: '/', other: null });
    expect(config!.settings).toEqual({
      phase: 'phase1',
      batch: { size: 5, maxParallelBuilds: 10, barrier: false, maxFailures: null },
      timeouts: { buildMs: 600_000, testMs: 300_000, healthMs: 60_000 },
      retry: { maxAttempts: 3, backoffMs: 30_000, exponential: true },
      buildkit: { cache: true, inlineCache: true, builder: 'default', progress: 'plain', cacheFrom: [], cacheTo: [] },
      resources: { memoryBytes: 2 * 1024 ** 3, cpus: 2 },
      health: { startupGraceMs: 30_000, intervalMs: 2000, timeoutMs: 5000, retries: 3, stableForMs: 5000 },
      replace: { order: 'auto', preflight: false, group: false },
      rollback: {
        onCriticalFailure: true,
        tagPrefix: 'pre-phase1-rebuild',
        keepReleases: 5,
        keyFile: null,
        triggers: ['build_failure', 'test_failure_critical', 'health_check_failure_critical'],
      },
      backup: { requiredMs: null, directory: 'backups', volumes: [] },
      doctor: { freeSpaceBytes: null },
      monitoring: {
        logDirectory: 'logs/phase1_builds',
        stateFile: '.rebuild_state_phase1.json',
        refreshIntervalMs: 5000,
        notifications: [],
        metrics: false,
        otel: null,
      },
      hooks: { before_run: [], before_replace: [], after_replace: [], on_failure: [], after_run: [] },
      libraries: null,
      context7: null,
      validation: {
        preBuild: [],
        postBuild: [],
        postDeployment: [],
        logErrors: { builtin: true, patterns: [], ignore: [], contextLines: 2 },
        limits: { memoryPercent: 90, cpuPercent: 90, restarts: 0, responseTimeMs: 2000 },
        watch: { windowMs: 600_000, intervalMs: 10_000, baseline: true, errorFactor: 2, latencyFactor: 2 },
      },
    });
  });

  test('names follow the phase', () => {
    const { rollback, monitoring } = load('phase: spring.2').settings;
    expect(rollback.tagPrefix).toBe('pre-spring.2-rebuild');
    expect(monitoring).toMatchObject({ logDirectory: 'logs/spring.2_builds', stateFile: '.rebuild_state_spring.2.json' });
  });

  test('sections that were left empty are left out', () => {
    expect(load('batch:\ntimeouts:\nphase: p\n').settings.batch.size).toBe(5);
  });

  test('the test command of a stack', () => {
    expect(defaultTestCommand('python')).toEqual(['python3', '-m', 'pytest', '-q']);
    expect(defaultTestCommand('nodejs')).toEqual(['npm', 'test']);
    expect(defaultTestCommand('other')).toBeNull();
  });
});

describe('values', () => {
  test.each([
    ['all', 'all'],
    ['12', 12],
  ])('batch size %s', (written, size) => expect(load(`batch: { size: ${written} }`).settings.batch.size).toBe(size));

  test.each([
    ['3', { count: 3 }],
    ['0', { count: 0 }],
    ['10%', { percent: 10 }],
    ['"100%"', { percent: 100 }],
    ['null', null],
  ])('max_failures %s', (written, limit) =>
    expect(load(`batch: { max_failures: ${written} }`).settings.batch.maxFailures).toEqual(limit),
  );

  test('a plain 0 is a duration where nothing may be waited for', () => {
    expect(load('health: { stable_for: 0, startup_grace: 0s }').settings.health).toMatchObject({
      stableForMs: 0,
      startupGraceMs: 0,
    });
  });

  test('limits can be taken away', () => {
    expect(load('resources: { memory_limit: null, cpu_limit: null }').settings.resources).toEqual({
      memoryBytes: null,
      cpus: null,
    });
    expect(load('resources: { memory_limit: 536870912, cpu_limit: 0.5 }').settings.resources).toEqual({
      memoryBytes: 512 * 1024 ** 2,
      cpus: 0.5,
    });
  });

  test.each([
    ['/ready', { kind: 'http', path: '/ready' }],
    ['{ path: /ready }', { kind: 'http', path: '/ready' }],
    ['{ tcp: 5432 }', { kind: 'tcp', port: 5432 }],
    ['{ command: [pg_isready, -q] }', { kind: 'command', command: ['pg_isready', '-q'] }],
    ['none', { kind: 'none' }],
    ['null', { kind: 'none' }],
  ])('health %s', (written, health) => expect(services(`[{ name: a, health: ${written} }]`)[0]!.health).toEqual(health));

  test('a service with nothing but a name', () => {
    expect(services('[{ name: weather-api }]')).toEqual([
      {
        name: 'weather-api',
        place: { file: 'slipway.yaml', line: 1, column: 39 },
        stack: 'other',
        port: null,
        portPlace: null,
        health: undefined,
        critical: false,
        kind: undefined,
        test: { command: undefined, target: null, mounts: [], isolation: 'sandbox', timeoutMs: null },
        replace: { order: undefined, preflight: undefined },
      },
    ]);
  });

  test('a service with everything', () => {
    const [service] = services(`
      [{ name: web/ui, stack: nodejs, port: 3000, critical: true, kind: one-shot, replace: { order: start-first, preflight: true },
         test: { command: null, target: t, mounts: ["./a b:/c"], isolation: project, timeout: 1m30s } }]`);
    expect(service).toMatchObject({
      name: 'web/ui',
      stack: 'nodejs',
      port: 3000,
      critical: true,
      kind: 'one-shot',
      test: { command: null, target: 't', mounts: ['./a b:/c'], isolation: 'project', timeoutMs: 90_000 },
      replace: { order: 'start-first', preflight: true },
    });
  });

  test('projects and edges, each with its place', () => {
    const config = load(`fleet:
  projects:
    - name: core
      files: [a.yml, b.yml]
    - directory: web
      env_files: [.env]
      profiles: [dev]
  depends_on:
    web/ui: [core/api, core/db]
`);
    expect(config.projects).toEqual([
      { name: 'core', directory: null, files: ['a.yml', 'b.yml'], profiles: [], envFiles: [], place: at(3, 7) },
      { name: null, directory: 'web', files: [], profiles: ['dev'], envFiles: ['.env'], place: at(5, 7) },
    ]);
    expect(config.dependsOn).toEqual([
      { from: 'web/ui', to: 'core/api', place: at(9, 14) },
      { from: 'web/ui', to: 'core/db', place: at(9, 24) },
    ]);
  });

  test('what other commands read is kept as it is', () => {
    const config = load('libraries: { python: { a: { to: "2" } } }');
    expect(config.settings.libraries).toEqual({ python: { a: { to: '2' } } });
  });
});

describe('YAML', () => {
  test('aliases and merge keys; own keys win, places are those of the written text', () => {
    const config = load(`x-py: &py { stack: python, critical: true }
x-port: &port 8009
categories:
  a:
    services:
      - { <<: *py, name: one, port: *port }
      - { name: two, critical: false, <<: [*py, { kind: one-shot, critical: true }] }
`);
    const [one, two] = config.categories![0]!.services;
    expect(one).toMatchObject({ stack: 'python', critical: true, port: 8009, portPlace: at(2, 15), place: at(6, 26) });
    expect(two).toMatchObject({ stack: 'python', critical: false, kind: 'one-shot' });
  });

  test('byte order mark, CRLF and JSON', () => {
    expect(load('\ufeffphase: p\r\nbatch:\r\n  size: 7\r\n').settings).toMatchObject({ phase: 'p', batch: { size: 7 } });
    expect(load('{"phase":"p","batch":{"size":7}}').settings).toMatchObject({ phase: 'p', batch: { size: 7 } });
  });

  test('500 services that share blocks load, and no step is quadratic', () => {
    const list = Array.from({ length: 500 }, (_, i) => `      - { <<: *py, name: s${i}, port: ${9000 + i}, test: *t }\n`).join(
      '',
    );
    const text = `x-py: &py { stack: python }\nx-t: &t { command: [pytest] }\ncategories:\n  a:\n    services:\n${list}`;
    expect(load(text).categories![0]!.services).toHaveLength(500);
  });
});

function at(line: number, column: number) {
  return { file: 'slipway.yaml', line, column };
}
