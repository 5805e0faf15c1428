import { describe, expect, test } from 'vitest';
import type { Fleet } from '../../../../src/fleet/types.ts';
import type { RunState } from '../../../../src/journal/projection.ts';
import { loadRuns } from '../../../../src/journal/runs.ts';
import { NO_OPTIONS } from '../../../../src/plan/options.ts';
import { planRebuild } from '../../../../src/plan/plan.ts';
import { fleetFromPlans } from '../../../../src/run/forecast/fleet-from-plans.ts';
import { type ForecastRequest, forecastRebuild } from '../../../../src/run/forecast/forecast.ts';
import type { Forecast } from '../../../../src/run/forecast/types.ts';
import { fingerprintsOf, fleetOf, observedRunning } from '../../../support/fleet-builder.ts';
import { SimulatedMachine } from '../../../support/simulated-machine.ts';
import { QUIET } from '../../../support/simulated-story.ts';

/** Docker checks, own probes, a chain, two risks, a job and a replace beside the old container. */
function mixedFleet(): Fleet {
  const check = { intervalMs: 1000, startPeriodMs: 0, retries: 3 };
  const http = { kind: 'http', host: '127.0.0.1', port: 8001, path: '/health' } as const;
  return fleetOf({
    db: { critical: true, healthcheck: check },
    api: { needs: ['db'], probe: http },
    web: { needs: ['api'], category: 'front', risk: 'medium', command: null },
    worker: { needs: ['db'] },
    mailer: { healthcheck: check, category: 'front', risk: 'medium' },
    plain: {},
    beside: { replace: { order: 'start-first', preflight: false }, healthcheck: check },
    migrate: { kind: 'one-shot', command: null },
  });
}

/** Rebuilds of everything on a simulated machine, and the journals that they leave. */
async function recorded(fleet: Fleet, batchSize: number | 'all', { times = 1, jitter = 0.3 } = {}) {
  const machine = new SimulatedMachine({
    seed: 5,
    fleet,
    jitter,
    engineAheadMs: 0,
    running: fleet.services.map((s) => s.key),
  });
  for (let i = 0; i < times; i += 1) {
    const { result } = await machine.start({ ...QUIET, edits: fleet.services.map((s) => s.key), options: { batchSize } });
    expect(result?.exitCode).toBe(0);
  }
  const { runs } = await loadRuns(machine.disk, fleet.root, fleet.settings.phase);
  return runs.map((run) => run.state);
}

async function forecast(fleet: Fleet, given: Partial<ForecastRequest>): Promise<Forecast> {
  const batchSize = given.batchSize ?? 5;
  const request = { fleet, runsOldestFirst: [], options: NO_OPTIONS, batchSizes: [batchSize], batchSize, draws: 0, seed: 1 };
  const made = await forecastRebuild({ ...request, ...given });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value;
}

/** What calls between the steps take on a simulated machine, which are in no recorded duration. */
const BETWEEN_MS = 50;

describe('a forecast is the executor’s own run', () => {
  test('with everything at once, as long as the only recorded run was, whatever each step took', async () => {
    const fleet = mixedFleet();
    const runs = await recorded(fleet, 'all');
    const { batches } = await forecast(fleet, { runsOldestFirst: runs, batchSize: 'all' });
    expect(Math.abs(batches[0]!.typicalMs - tookMs(runs[0]!))).toBeLessThan(BETWEEN_MS);
  });

  // The first run knew of no durations and so began with other services: only from the second on the order is the same.
  test.each([1, 2, 5, 'all'] as const)('batch size %s: as long as the recorded run was, step by step', async (batchSize) => {
    const fleet = mixedFleet();
    const runs = await recorded(fleet, batchSize, { times: 2, jitter: 0 });
    const run = runs[1]!;
    const { batches, history, timeline } = await forecast(fleet, { runsOldestFirst: runs, batchSize });
    expect(history).toMatchObject({ runs: 2, unseen: [] });
    expect(Math.abs(batches[0]!.typicalMs - tookMs(run))).toBeLessThan(BETWEEN_MS);
    for (const { service, steps } of timeline) {
      for (const { kind, startMs } of steps.filter((step) => step.kind !== 'backup')) {
        const then = run.services.get(service)!.steps.find((step) => step.kind === kind)!;
        const begunMs = Date.parse(then.at) - then.durationMs - Date.parse(run.startedAt!);
        // What keeps the old image is counted with the build.
        expect(Math.abs(startMs - begunMs), `${service}:${kind}`).toBeLessThan(BETWEEN_MS);
      }
    }
    const downMs = [...run.services.values()].flatMap((state) => state.lastSettled?.downtimeMs ?? []).sort((a, b) => a - b);
    // The first healthy verdict can be noticed a little after the instant from which it holds.
    expect(Math.abs(batches[0]!.downtimeMs!.longest - downMs.at(-1)!)).toBeLessThan(1000);
  });
});

function tookMs({ startedAt, finishedAt }: RunState): number {
  return Date.parse(finishedAt!) - Date.parse(startedAt!);
}

describe('what it is made from', () => {
  test('a fleet that nobody has recorded is guessed, and said to be', async () => {
    const { history, batches } = await forecast(fleetOf({ db: {}, api: { needs: ['db'] } }), {});
    expect(history).toEqual({ runs: 0, newest: null, unseen: ['db', 'api'], mostSamples: 0 });
    expect(batches[0]!.typicalMs).toBeGreaterThan(20_000);
  });

  test('what is not built is left alone once it was completed', async () => {
    const fleet = fleetOf({ db: { build: null, image: 'postgres:17' }, api: { needs: ['db'] } });
    const before = await forecast(fleet, {});
    expect(before.timeline.map(({ service }) => service)).toEqual(['db', 'api']);
    const after = await forecast(fleet, { runsOldestFirst: await recorded(fleet, 5) });
    expect(after.timeline.map(({ service }) => service)).toEqual(['api']);
    expect(after.untouched).toBe(1);
  });

  test('durations that vary are drawn: the same for the same seed, and the slow ones make the 90th percentile', async () => {
    const fleet = mixedFleet();
    const runs = [...(await recorded(fleet, 2)), ...(await recorded(fleet, 'all'))];
    const slower = runs.map((run, i) => ({
      ...run,
      services: new Map([...run.services].map(([key, s]) => [key, { ...s, steps: s.steps.map((step) => longer(step, 1 + i)) }])),
    }));
    const drawn = { runsOldestFirst: slower, draws: 10 };
    const once = await forecast(fleet, drawn);
    expect(once.batches[0]!.p90Ms).toBeGreaterThan(once.batches[0]!.typicalMs);
    expect(await forecast(fleet, drawn)).toEqual(once);
    expect((await forecast(fleet, { ...drawn, seed: 99 })).batches[0]!.p90Ms).not.toBe(once.batches[0]!.p90Ms);
  });

  test('an empty selection and unknown names are errors', async () => {
    const request = { fleet: mixedFleet(), runsOldestFirst: [], batchSizes: [5], batchSize: 5, draws: 0, seed: 1 };
    const made = await forecastRebuild({ ...request, options: { ...NO_OPTIONS, services: ['dbb'] } });
    expect(made).toMatchObject({ ok: false, error: [{ code: 'unknown-service' }] });
  });
});

test('the critical path is without a gap from the beginning to the end', async () => {
  const fleet = mixedFleet();
  const { criticalPath, batches } = await forecast(fleet, { runsOldestFirst: await recorded(fleet, 2), batchSize: 2 });
  expect(criticalPath[0]).toMatchObject({ startMs: 0, after: { kind: 'begin' } });
  expect(criticalPath.at(-1)!.endMs).toBe(batches[0]!.typicalMs);
  expect(criticalPath.slice(1).every((part, i) => part.startMs <= criticalPath[i]!.endMs + 5)).toBe(true);
  expect(criticalPath.some((part) => part.after.kind === 'place' || part.after.kind === 'needs')).toBe(true);
});

test('the plans of earlier runs make the same forecast as the model, as far as they go', async () => {
  const fleet = mixedFleet();
  const runs = await recorded(fleet, 2);
  const plan = planRebuild({
    fleet,
    options: NO_OPTIONS,
    observed: observedRunning(fleet),
    fingerprints: fingerprintsOf(fleet),
    records: new Map(),
    diagnostics: [],
  });
  if (!plan.ok) throw new Error(JSON.stringify(plan.error));
  const fromPlans = fleetFromPlans([plan.value], fleet);
  expect(fromPlans.services.map((s) => [s.key, s.dependsOn.map((e) => e.to)]).sort()).toEqual(
    fleet.services.map((s) => [s.key, s.dependsOn.map((e) => e.to)]).sort(),
  );
  const given = { runsOldestFirst: runs, batchSize: 2 } as const;
  const [byModel, byPlans] = [await forecast(fleet, given), await forecast(fromPlans, given)];
  expect(Math.abs(byModel.batches[0]!.typicalMs - byPlans.batches[0]!.typicalMs)).toBeLessThan(BETWEEN_MS);
});

function longer<T extends { readonly durationMs: number }>(step: T, times: number): T {
  return { ...step, durationMs: step.durationMs * times };
}
