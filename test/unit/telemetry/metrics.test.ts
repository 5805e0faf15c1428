import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../src/journal/events.ts';
import { projectRun } from '../../../src/journal/projection.ts';
import type { FleetSample, WatchedContainer } from '../../../src/model/usage.ts';
import { exposition } from '../../../src/telemetry/metrics/exposition.ts';
import type { RunFigures } from '../../../src/telemetry/metrics/run-metrics.ts';
import { metricsText } from '../../../src/telemetry/metrics.ts';
import { building, eventsOf, runOf, START_MS, settled, started } from '../../support/run-state.ts';

const none = { running: 0, done: 0, failed: 0, interrupted: 0, abandoned: 0 };
const unseen: FleetSample = { at: '', host: null, containers: [], usage: [], problem: 'no engine' };

/** One service is done, one is being built, one waits. */
const BODIES: readonly EventBody[] = [
  started(['bread', 'cake', 'pie'].map((service) => ({ service, category: 'kitchen' }))),
  building('bread'),
  {
    type: 'step-outcome',
    service: 'bread',
    step: 'bread:build',
    kind: 'build',
    attempt: 1,
    durationMs: 1500,
    outcome: {
      status: 'done',
      facts: {
        kind: 'build',
        image: 'sha256:1',
        candidate: 'x',
        fingerprint: { inputs: null, unknown: null, config: '', bases: [] },
        totalSteps: 4,
        cachedSteps: 3,
        sizeBytes: 10,
      },
    },
  },
  settled('bread', { downtimeMs: 250 }),
  building('cake'),
];

function linesOf(runs: RunFigures, sample: FleetSample = unseen, nowMs = START_MS + 90_000): string[] {
  const text = metricsText({ version: '1.2.3', phase: 'phase1', runs, sample, nowMs });
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

function container(changes: Partial<WatchedContainer>): WatchedContainer {
  return {
    id: 'c1',
    name: 'shop-bread-1',
    service: 'bread',
    number: 1,
    image: 'sha256:1',
    state: 'running',
    health: 'healthy',
    restartCount: 2,
    exitCode: 0,
    startedAt: '2026-02-04T14:00:00.500Z',
    ...changes,
  };
}

describe('runs', () => {
  test('before the first one only the counts are told', () => {
    expect(linesOf({ outcomes: none, newest: null })).toEqual([
      'slipway_build_info{version="1.2.3",phase="phase1"} 1',
      'slipway_runs{outcome="running"} 0',
      'slipway_runs{outcome="done"} 0',
      'slipway_runs{outcome="failed"} 0',
      'slipway_runs{outcome="interrupted"} 0',
      'slipway_runs{outcome="abandoned"} 0',
      'slipway_engine_up 0',
    ]);
  });

  test('the newest one is told by its services, steps and times', () => {
    const state = runOf(BODIES);
    const lines = linesOf({ outcomes: { ...none, running: 1 }, newest: { state, outcome: 'running' } });
    expect(lines).toEqual(
      expect.arrayContaining([
        'slipway_run_active 1',
        'slipway_run_paused 0',
        `slipway_run_start_time_seconds ${START_MS / 1000}`,
        'slipway_run_duration_seconds 90',
        'slipway_run_services 3',
        'slipway_run_services_by_status{status="running"} 1',
        'slipway_run_services_by_status{status="rolled-back"} 0',
        'slipway_run_steps{step="build",outcome="done"} 1',
        'slipway_run_steps_duration_seconds{step="build"} 1.5',
        'slipway_run_build_steps 4',
        'slipway_run_build_steps_cached 3',
        'slipway_service_status{service="bread",category="kitchen",status="completed"} 1',
        'slipway_service_status{service="cake",category="kitchen",status="running"} 1',
        'slipway_service_status{service="pie",category="kitchen",status="waiting"} 1',
        'slipway_service_downtime_seconds{service="bread"} 0.25',
      ]),
    );
    expect(lines.join('\n')).not.toMatch(/slipway_run_(end_time|exit_code)/);
    expect(lines.join('\n')).not.toContain(state.run);
  });

  test('of one that has ended or died the time stands still', () => {
    const bodies = [started([{ service: 'bread', category: 'kitchen' }]), building('bread')];
    const died = linesOf({ outcomes: none, newest: { state: runOf(bodies), outcome: 'interrupted' } });
    expect(died).toEqual(expect.arrayContaining(['slipway_run_active 0', 'slipway_run_duration_seconds 1']));
    const finished = eventsOf([...bodies, { type: 'run-finished', outcome: 'failed', exitCode: 1, why: 'x' }]);
    const state = projectRun(finished[0]!.run, finished);
    expect(linesOf({ outcomes: none, newest: { state, outcome: 'failed' } })).toEqual(
      expect.arrayContaining([
        `slipway_run_end_time_seconds ${START_MS / 1000 + 2}`,
        'slipway_run_duration_seconds 2',
        'slipway_run_exit_code 1',
      ]),
    );
  });
});

test('containers are told with what they use, one for each replica', () => {
  const containers = [
    container({}),
    container({ id: 'c0', name: '0123456789ab_shop-bread-1', state: 'exited', restartCount: 9 }),
    container({ id: 'c2', number: 2, health: 'none', state: 'exited', startedAt: null }),
  ];
  const usage = [{ container: 'c1', cpuPercent: 150, memoryBytes: 4096, memoryLimitBytes: 8192 }];
  const host = { cpus: 2, memoryBytes: 1e9, cpuPercent: 150, usedBytes: 4096, containers: 1 };
  const sample = { at: '', host, containers, usage, problem: null };
  expect(linesOf({ outcomes: none, newest: null }, sample).slice(6)).toEqual([
    'slipway_engine_up 1',
    'slipway_host_cpus 2',
    'slipway_host_memory_bytes 1000000000',
    'slipway_container_running{service="bread",replica="1"} 1',
    'slipway_container_running{service="bread",replica="2"} 0',
    'slipway_container_healthy{service="bread",replica="1"} 1',
    'slipway_container_restarts_total{service="bread",replica="1"} 2',
    'slipway_container_restarts_total{service="bread",replica="2"} 2',
    'slipway_container_start_time_seconds{service="bread",replica="1"} 1770213600.5',
    'slipway_container_cpu_usage_cores{service="bread",replica="1"} 1.5',
    'slipway_container_memory_bytes{service="bread",replica="1"} 4096',
    'slipway_container_memory_limit_bytes{service="bread",replica="1"} 8192',
  ]);
});

test('names cannot break out of their line', () => {
  const series = [{ labels: { service: 'a"b\\c\nd' }, value: Number.NaN }];
  expect(exposition([{ name: 'x', type: 'gauge', help: 'a\\b\nc', series }])).toBe(
    '# HELP slipway_x a\\\\b\\nc\n# TYPE slipway_x gauge\nslipway_x{service="a\\"b\\\\c\\nd"} NaN\n',
  );
});

test('docs/telemetry.md names every metric, and no other', () => {
  const page = readFileSync(new URL('../../../docs/telemetry.md', import.meta.url), 'utf8');
  const table = page.split('\n').filter((line) => line.startsWith('| `slipway_'));
  const documented = table.flatMap((line) => [...line.split('|')[1]!.matchAll(/slipway_\w+/g)].map(([name]) => name));
  const finished = runOf([...BODIES, { type: 'run-finished', outcome: 'failed', exitCode: 1, why: 'x' }]);
  const runs = { outcomes: none, newest: { state: finished, outcome: 'failed' } } as const;
  const host = { cpus: 2, memoryBytes: 1e9, cpuPercent: 150, usedBytes: 4096, containers: 1 };
  const usage = [{ container: 'c1', cpuPercent: 150, memoryBytes: 4096, memoryLimitBytes: 8192 }];
  const sample = { at: '', host, containers: [container({})], usage, problem: null };
  const text = metricsText({ version: '1', phase: 'p', runs, sample, nowMs: 0 });
  const written = [...text.matchAll(/^# HELP (\w+)/gm)].map(([, name]) => name!);
  expect(documented.toSorted()).toEqual(written.toSorted());
});
