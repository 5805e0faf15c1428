import { execFile, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { FleetSample, WatchedContainer } from '../../src/model/usage.ts';
import { metricsText } from '../../src/telemetry/metrics.ts';
import { bundle, cliEnv, slipway } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { runOf, settled, started } from '../support/run-state.ts';
import { tinyFleet } from '../support/tiny-fleet.ts';

/** What Prometheus' own parser and linter find wrong with a scrape; empty = nothing. */
function promtool(text: string): Promise<string> {
  const program = process.env.SLIPWAY_PROMTOOL ?? 'promtool';
  return new Promise((resolve, reject) => {
    const child = execFile(program, ['check', 'metrics'], (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number')
        reject(new Error(`${program} cannot be run (npm test sets it up): ${error.message}`));
      else resolve(`${error ? `exit code ${error.code}\n` : ''}${stdout}${stderr}`);
    });
    child.stdin!.on('error', () => {});
    child.stdin!.end(text);
  });
}

test('promtool finds what is wrong', async () => {
  expect(await promtool('slipway_x{a="1} 1\n')).toContain('exit code 1');
  expect(await promtool('# HELP slipway_hits Hits.\n# TYPE slipway_hits counter\nslipway_hits 2\n')).toContain('_total');
});

test('promtool accepts /metrics of a server, before, during and after a run', async () => {
  const cwd = tinyFleet('sw-metrics', [
    { name: 'bread', buildSeconds: 2 },
    { name: 'cake', brokenBuild: true },
  ]);
  appendFileSync(join(cwd, 'slipway.yaml'), 'monitoring: { metrics: true }\n');
  const server = spawn(process.execPath, [bundle(), 'serve', '--port', '0'], { cwd, env: cliEnv() });
  onTestFinished(() => void server.kill());
  let said = '';
  for (const output of [server.stdout, server.stderr]) {
    output.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const origin = await eventually(
    () => `an address in:\n${said}`,
    () => /http:\/\/[^/\s]+/.exec(said)?.[0],
  );
  const scrape = async () => {
    const answer = await fetch(`${origin}/metrics`);
    expect({ status: answer.status, type: answer.headers.get('content-type') }).toEqual({
      status: 200,
      type: 'text/plain; version=0.0.4; charset=utf-8',
    });
    const text = await answer.text();
    expect(await promtool(text)).toBe('');
    return text;
  };
  expect(await scrape()).toContain('slipway_runs{outcome="done"} 0\n');
  const rebuilding = slipway(['rebuild', '--output', 'quiet'], { cwd });
  await eventually('a scrape of the live run', async () => (await scrape()).includes('slipway_run_active 1\n'));
  expect((await rebuilding).code).toBe(1);
  const after = await scrape();
  for (const line of [
    'slipway_run_active 0',
    'slipway_runs{outcome="failed"} 1',
    'slipway_run_exit_code 1',
    'slipway_service_status{service="bread",category="kitchen",status="completed"} 1',
    'slipway_service_status{service="cake",category="kitchen",status="failed"} 1',
    'slipway_container_running{service="bread",replica="1"} 1',
    'slipway_container_healthy{service="bread",replica="1"} 1',
    'slipway_container_restarts_total{service="bread",replica="1"} 0',
    'slipway_engine_up 1',
  ])
    expect(after.split('\n')).toContain(line);
});

test('promtool accepts a large fleet with the worst of names', async () => {
  const names = Array.from({ length: 1000 }, (_, i) => `s${i}"\\\n{} ü`);
  const services = names.map((service) => ({ service, category: 'a"b' }));
  const state = runOf([started(services), ...names.map((service) => settled(service, { downtimeMs: 1 }))]);
  const containers = names.flatMap((service, i) => [1, 1].map((number, twin) => container(service, number, `c${i}-${twin}`)));
  const usage = containers.map(({ id }) => ({
    container: id,
    cpuPercent: 1e-9,
    memoryBytes: 2 ** 40,
    memoryLimitBytes: 2 ** 41,
  }));
  const host = { cpus: 2, memoryBytes: 2 ** 42, cpuPercent: 1, usedBytes: 1, containers: 1000 };
  const sample: FleetSample = { at: '', host, containers, usage, problem: null };
  const outcomes = { running: 0, done: 1, failed: 0, interrupted: 0, abandoned: 0 };
  const runs = { outcomes, newest: { state, outcome: 'done' } } as const;
  const text = metricsText({ version: '1', phase: 'p', runs, sample, nowMs: 0 });
  expect(await promtool(text)).toBe('');
  // Prometheus refuses a series that comes twice, which promtool does not look for.
  const series = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.replace(/ [^ ]*$/, ''));
  expect(new Set(series).size).toBe(series.length);
  expect(series.length).toBeGreaterThan(9000);
});

function container(service: string, number: number, id: string): WatchedContainer {
  const still = { image: 'sha256:1', state: 'running', health: 'starting', restartCount: 1, exitCode: 0 } as const;
  return { id, name: id, service, number, startedAt: '2026-02-04T14:00:00.000Z', ...still };
}
