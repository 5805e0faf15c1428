import { expect, type TestContext, test } from 'vitest';
import type { EventBody } from '../../src/journal/events.ts';
import type { Plan, StepKind } from '../../src/plan/types.ts';
import { Rig } from '../support/rig/rig.ts';
import { eventsOf, settled, started } from '../support/run-state.ts';

async function rigWithTwo({ onTestFinished }: TestContext): Promise<Rig> {
  const rig = await Rig.open(onTestFinished);
  rig.fleet({ api: {}, web: { depends_on: { api: { condition: 'service_healthy', required: true } } } });
  return rig;
}

/** What a rebuild of both leaves: its plan, and a journal with the durations of each step. */
async function rebuiltBoth(rig: Rig): Promise<void> {
  const { stdout } = await rig.slipway(['plan', '--json']);
  const services = (JSON.parse(stdout) as Plan).services.map(({ service, steps }) => ({ service, category: 'other', steps }));
  const outcomes = services.flatMap(({ service, steps }) => steps.map(({ kind }) => outcome(service, kind)));
  const events = eventsOf([started(services), ...outcomes, ...services.map(({ service }) => settled(service))]);
  rig.write({
    '.slipway/runs/20260204_140000/plan.json': stdout,
    '.slipway/runs/20260204_140000/journal.ndjson': events.map((event) => `${JSON.stringify(event)}\n`).join(''),
  });
}

function outcome(service: string, kind: StepKind): EventBody {
  const why = 'it was so';
  const facts = { kind: 'test', result: 'passed', tests: 1, why } as const;
  const durationMs = { backup: 0, build: 60_000, test: 9000, replace: 3000, verify: 10_000, rollback: 0 }[kind];
  return {
    type: 'step-outcome',
    service,
    step: `${service}:${kind}`,
    kind,
    attempt: 1,
    durationMs,
    outcome: { status: 'done', facts },
  };
}

const NO_ENGINE = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };

test.concurrent('a forecast asks Compose for the model and nobody for anything else, and writes nothing', async (context) => {
  const rig = await rigWithTwo(context);
  const before = rig.files();
  const { exitCode, stdout, stderr } = await rig.slipway(['simulate', '--batch-size', '1,all'], NO_ENGINE);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain('Forecast: 2 services, batch size 1: about ');
  expect(stdout).toContain('No run is recorded yet.');
  expect(stdout).toContain('Never recorded, so only guessed: 2 services: api, web');
  expect(rig.calls.map((call) => call.line).filter((line) => !line.includes(' config --format json'))).toEqual([]);
  expect(rig.files()).toEqual(before);
});

test.concurrent('where Docker is not installed the plans of earlier runs say what the fleet is, and that is said', async (context) => {
  const rig = await rigWithTwo(context);
  await rebuiltBoth(rig);
  rig.hidePlugins();
  rig.uninstallDocker();
  const before = rig.files();
  const { exitCode, stdout, stderr } = await rig.slipway(['simulate'], NO_ENGINE);
  expect(exitCode).toBe(0);
  expect(stderr.replace(/\s+/g, ' ')).toMatch(
    /^warning forecast-from-plans The Compose model cannot be had \(.*docker: not found/,
  );
  expect(stdout).toContain('Forecast: 2 services, batch size 5: about 1m');
  expect(stdout).toContain('Durations are those of 1 run');
  expect(stdout).not.toContain('Never recorded');
  expect(stdout).toMatch(/web +replace verify/);
  expect(rig.files()).toEqual(before);
});

test.concurrent('without Docker and without a run: exit 2, and what would help', async (context) => {
  const rig = await rigWithTwo(context);
  rig.hidePlugins();
  rig.uninstallDocker();
  const { exitCode, stdout, stderr } = await rig.slipway(['simulate'], NO_ENGINE);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr.replace(/\s+/g, ' ')).toMatch(/docker: not found .* or forecast where a rebuild is recorded/);
});

test.concurrent('a wrong name is exit 2 also in a forecast', async (context) => {
  const rig = await rigWithTwo(context);
  const { exitCode, stderr } = await rig.slipway(['simulate', 'wep'], NO_ENGINE);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('did you mean web?');
});

test.concurrent('--json is one document with all of it', async (context) => {
  const rig = await rigWithTwo(context);
  const { stdout } = await rig.slipway(['simulate', '--json', '--batch-size', '2,1'], NO_ENGINE);
  const forecast = JSON.parse(stdout) as Record<string, unknown>;
  expect(forecast).toMatchObject({ version: 1, source: 'compose', batchSize: 2, services: 2, draws: 0 });
  expect((forecast.batches as { batchSize: number }[]).map((batch) => batch.batchSize)).toEqual([2, 1]);
});
