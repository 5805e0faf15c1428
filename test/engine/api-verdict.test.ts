import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApi } from '../../src/docker/api/client.ts';
import { apiVerbs, openApiSession } from '../../src/docker/api/verbs.ts';
import type { Service } from '../../src/fleet/types.ts';
import { type Verification, verifyService } from '../../src/run/verdict/verify.ts';
import { systemClock } from '../../src/util/clock.ts';
import { BUSYBOX, type ComposeProject, composeProject, serviceOf } from '../support/compose-project.ts';

/** One service for each way to end; none is reachable from outside, all obey TERM through an init process. */
const YAML = `
x-plain: &plain { image: ${BUSYBOX}, init: true, network_mode: none }
services:
  healthy:
    <<: *plain
    command: [sleep, '600']
    healthcheck: { test: ['CMD', 'true'], interval: 30s, start_period: 10s, start_interval: 200ms }
  unhealthy:
    <<: *plain
    command: [sh, -c, 'echo the cache is cold; sleep 600']
    healthcheck: { test: ['CMD-SHELL', 'echo no answer; exit 1'], interval: 200ms, retries: 2 }
  slow:
    <<: *plain
    command: [sleep, '600']
    healthcheck: { test: ['CMD', 'false'], interval: 30s, start_period: 60s, start_interval: 500ms }
  unchecked: { <<: *plain, command: [sleep, '600'] }
  crashing: { <<: *plain, restart: always, command: [sh, -c, 'echo cannot reach the database; exit 3'] }
  exiting: { <<: *plain, command: [sh, -c, 'echo no licence; exit 4'] }
  missing: { <<: *plain, init: false, command: [/no/such/program] }
  job-good: { <<: *plain, command: ['true'] }
  job-bad: { <<: *plain, command: [sh, -c, 'echo migration 7 failed; exit 6'] }
  falling:
    <<: *plain
    restart: always
    command: [sh, -c, 'sleep 1.5; echo out of handles; exit 9']
    healthcheck: { test: ['CMD', 'true'], interval: 30s, start_period: 10s, start_interval: 200ms }
  answering: { <<: *plain, command: [sleep, '600'] }
  replicas: { <<: *plain, command: [sleep, '600'], scale: 2 }
`;

const engine = apiVerbs(openApiSession(createApi({ kind: 'unix', path: '/var/run/docker.sock' })));
let project: ComposeProject;
beforeAll(async () => {
  project = await composeProject('verdict', YAML);
});
afterAll(() => project.remove());

interface Seen extends Verification {
  readonly healthySignals: readonly string[];
  readonly samples: readonly string[];
}

/** Starts the service with Compose and judges it, with patience counted in seconds. */
async function startAndVerify(name: string, changes: Partial<Service> = {}, stableForMs = 300): Promise<Seen> {
  const since = await engine.now();
  // A service that never starts makes Compose fail: the verdict is about the container.
  await project.compose('up', '-d', '--no-deps', name).catch(() => {});
  const healthySignals: string[] = [];
  const samples: string[] = [];
  const verification = await verifyService({
    engine,
    clock: systemClock,
    service: serviceOf(project.name, name, changes),
    settings: {
      health: { startupGraceMs: 0, intervalMs: 300, timeoutMs: 2000, retries: 2, stableForMs },
      timeouts: { buildMs: 1, testMs: 1, healthMs: 4000 },
    },
    containers: await project.containers(name),
    since,
    signal: new AbortController().signal,
    onSample: ({ text }) => samples.push(text),
    onHealthy: async (healthyAt) => {
      healthySignals.push(healthyAt);
    },
  });
  return { ...verification, healthySignals, samples };
}

describe('the verdict on a real container', () => {
  test('healthy, by Docker’s own check', async () => {
    const seen = await startAndVerify('healthy', { healthcheck: { intervalMs: 30_000, startPeriodMs: 10_000, retries: 3 } });
    expect(seen.verdict).toMatchObject({ kind: 'healthy' });
    expect(seen.healthySignals).toEqual([seen.healthyAt]);
    expect(seen.evidence).toBeNull();
  });

  test('unhealthy, with the health log and the last lines', async () => {
    const seen = await startAndVerify('unhealthy', { healthcheck: { intervalMs: 200, startPeriodMs: 0, retries: 2 } });
    expect(seen.verdict).toMatchObject({ kind: 'unhealthy', why: expect.stringContaining('no answer') });
    expect(seen.evidence?.healthLog.at(-1)).toContain('exit 1: no answer');
    expect(seen.evidence?.lastLogLines).toEqual(['the cache is cold']);
    expect(seen.healthySignals).toEqual([]);
  });

  test('too slow', async () => {
    expect((await startAndVerify('slow')).verdict).toMatchObject({ kind: 'too-slow', deadlineMs: 4000 });
  });

  test('healthy without any check, once it has run on', async () => {
    expect((await startAndVerify('unchecked')).verdict).toMatchObject({
      kind: 'healthy',
      why: expect.stringContaining('no health check'),
    });
  });

  test('crash-looping, with exit code and last lines', async () => {
    const seen = await startAndVerify('crashing');
    expect(seen.verdict).toMatchObject({ kind: 'crash-looping', exitCode: 3 });
    expect(seen.evidence?.lastLogLines).toContain('cannot reach the database');
  });

  test('exited', async () => {
    const seen = await startAndVerify('exiting');
    expect(seen.verdict).toEqual({ kind: 'exited', exitCode: 4 });
    expect(seen.evidence).toMatchObject({ exitCode: 4, lastLogLines: ['no licence'] });
  });

  test('never started, with the engine’s own words', async () => {
    const seen = await startAndVerify('missing');
    expect(seen.verdict).toMatchObject({ kind: 'never-started', why: expect.stringContaining('no such file or directory') });
  });

  test('a job that ends well, and is not run again by looking at it', async () => {
    const seen = await startAndVerify('job-good', { kind: 'one-shot' });
    expect(seen.verdict).toEqual({ kind: 'exited', exitCode: 0 });
    expect(seen.healthySignals).toHaveLength(1);
  });

  test('a job that fails', async () => {
    const seen = await startAndVerify('job-bad', { kind: 'one-shot' });
    expect(seen.verdict).toEqual({ kind: 'exited', exitCode: 6 });
    expect(seen.evidence?.lastLogLines).toEqual(['migration 7 failed']);
  });

  test('a fall during the soak', async () => {
    const seen = await startAndVerify(
      'falling',
      { healthcheck: { intervalMs: 30_000, startPeriodMs: 10_000, retries: 3 } },
      10_000,
    );
    expect(seen.healthySignals).toHaveLength(1);
    expect(seen.verdict).toMatchObject({ kind: 'crash-looping', exitCode: 9 });
    expect(seen.evidence?.lastLogLines).toContain('out of handles');
  });

  test('healthy by Slipway’s own probe, inside the container', async () => {
    const seen = await startAndVerify('answering', { probe: { kind: 'command', command: ['echo', 'ready'] } });
    expect(seen.verdict).toMatchObject({ kind: 'healthy', why: expect.stringContaining('ready') });
    expect(seen.samples).toEqual(['echo ready: exit 0\nready']);
  });

  test('all of several containers', async () => {
    const seen = await startAndVerify('replicas');
    expect(seen.verdict).toMatchObject({ kind: 'healthy', why: expect.stringContaining('2 containers') });
  });

  test('no verdict when nobody waits for it any more', async () => {
    await project.compose('up', '-d', '--no-deps', 'slow');
    const stop = new AbortController();
    const verifying = verifyService({
      engine,
      clock: systemClock,
      service: serviceOf(project.name, 'slow', { probe: { kind: 'command', command: ['false'] } }),
      settings: {
        health: { startupGraceMs: 60_000, intervalMs: 300, timeoutMs: 2000, retries: 2, stableForMs: 0 },
        timeouts: { buildMs: 1, testMs: 1, healthMs: 60_000 },
      },
      containers: await project.containers('slow'),
      since: null,
      signal: stop.signal,
      onSample: () => {},
      onHealthy: async () => {},
    });
    stop.abort();
    expect(await verifying).toEqual({ verdict: null, evidence: null, healthyAt: null });
  });
});
