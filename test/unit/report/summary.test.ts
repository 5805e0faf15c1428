import { expect, test } from 'vitest';
import { renderFailures } from '../../../src/report/failures.ts';
import { makePaint } from '../../../src/report/paint.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import { planOf, runOf, START_MS, settled, started } from '../../support/run-state.ts';

const plain = makePaint({ colour: 'off', glyphs: 'unicode' });
const SERVICES = [
  { service: 'weather-api', category: 'integration' },
  { service: 'sports-api', category: 'integration' },
  { service: 'ml-service', category: 'ai_ml' },
];
const unhealthy = {
  code: 'bad-verdict',
  verdict: { kind: 'unhealthy', why: 'GET /health answered 500' },
  lastLogLines: ['Traceback:', 'KeyError: \u001b[31mkey'],
} as const;
const EVENTS = [
  started(SERVICES),
  settled('weather-api', { downtimeMs: 800, tested: 'no-tests' }),
  settled('sports-api', { status: 'failed', failure: unhealthy, downtimeMs: 1200 }),
  settled('ml-service', { status: 'skipped', failure: { code: 'dependency-failed', dependency: 'sports-api' } }),
  { type: 'run-finished', outcome: 'failed', exitCode: 1, why: '1 service failed, 1 skipped' },
] as const;

test('the end of a run: results by category, reasons, log lines, downtimes, what to run next', () => {
  const input = {
    state: runOf(EVENTS),
    plan: {
      ...planOf(SERVICES),
      untouched: [{ service: 'influxdb', cause: { code: 'unchanged', text: 'in no category' } as const }],
    },
    nowMs: START_MS,
    logs: 'logs/phase1_builds/20260204_140000',
    command: 'slipway',
  };
  expect(renderSummary(input, plain)).toBe(`✗ Run 20260204_140000 failed: 1 completed, 1 failed, 1 skipped of 3 services in 4.0s

  category     risk    done  failed  back  skipped
  integration  low       1/2       1     -        -
  ai_ml        low       0/1       -     -        1

Left alone: 1
  influxdb: in no category

✗ sports-api failed: unhealthy: GET /health answered 500
    Traceback:
    KeyError: ·[31mkey
– ml-service skipped: sports-api failed

! have no tests: weather-api

Downtime of 2 replaced services: median 0.8s, longest 1.2s
  sports-api    1.2s   weather-api   0.8s

Next
  logs           logs/phase1_builds/20260204_140000
  its log        slipway logs sports-api
  when mended    slipway rebuild --continue
`);
});

test('a failed rollback prints the commands that put things back, as a shell takes them', () => {
  const failure = {
    code: 'rollback-failed',
    message: 'image is gone',
    commands: [['docker', 'start', "it's"]],
  } as const;
  const state = runOf([started(SERVICES), settled('weather-api', { status: 'failed', failure })]);
  const text = renderSummary({ state, plan: planOf(SERVICES), nowMs: START_MS, logs: 'l', command: 'slipway' }, plain);
  expect(text).toContain("weather-api failed: ROLLBACK FAILED: image is gone\n  run these:\n    docker start 'it'\\''s'\n");
});

test('the title says when there was nothing to do, and how many services only others need', () => {
  const done = { type: 'run-finished', outcome: 'done', exitCode: 0, why: '' } as const;
  const title = (services: typeof SERVICES, plan: ReturnType<typeof planOf>) => {
    const state = runOf([started(services), ...services.map((s) => settled(s.service)), done]);
    return renderSummary({ state, plan, nowMs: START_MS, logs: 'l', command: 'slipway' }, plain).split('\n')[0];
  };
  expect(title([], planOf([]))).toBe('✓ Run 20260204_140000 done: nothing to do');
  const plan = planOf(SERVICES);
  const down = { code: 'dependency-down', text: 'weather-api needs it and it is not running' } as const;
  const services = plan.services.map((s) => (s.service === 'ml-service' ? { ...s, cause: down } : s));
  expect(title(SERVICES, { ...plan, services })).toBe(
    '✓ Run 20260204_140000 done: 3 completed of 3 services, 1 of them because others need them, in 4.0s',
  );
});

test('a rollback that was asked for is no trouble, and says how to go on when it was cut short', () => {
  const rollback = (outcome: 'done' | 'failed', last: Parameters<typeof settled>[1]) => {
    const begun = { ...started(SERVICES), command: 'rollback' } as ReturnType<typeof started>;
    const back = SERVICES.slice(1).map((s) => settled(s.service, { status: 'rolled-back', downtimeMs: 900 }));
    return runOf([begun, settled('weather-api', last), ...back, { type: 'run-finished', outcome, exitCode: 0, why: '' }]);
  };
  const textOf = (state: ReturnType<typeof rollback>) =>
    renderSummary({ state, plan: planOf(SERVICES), nowMs: START_MS, logs: 'l', command: 'slipway' }, plain);
  const done = rollback('done', { status: 'rolled-back' });
  expect(textOf(done)).toMatch(/^✓ Run \S+ done: 3 rolled back of 3 services/);
  expect(textOf(done)).not.toMatch(/no reason recorded|completed|its log/);
  expect(renderFailures(done, plain)).toBe('');
  const failed = textOf(rollback('failed', { status: 'failed', failure: unhealthy }));
  expect(failed).toContain('1 failed, 2 rolled back of 3 services');
  expect(failed).toContain('slipway rollback --continue');
});

test('quiet says only what went wrong', () => {
  expect(renderFailures(runOf(EVENTS), plain)).toBe(
    'sports-api failed: unhealthy: GET /health answered 500\nml-service skipped: sports-api failed\n',
  );
  expect(renderFailures(runOf([started([]), { ...EVENTS[4], outcome: 'done' }]), plain)).toBe('');
});

test('a run that stopped early says why, in the summary and in the quiet output: who was not reached shows nowhere else', () => {
  const why = 'the network or a registry is away (503): 2 services left';
  const stopped = { type: 'run-finished', outcome: 'failed', exitCode: 1, why } as const;
  const state = runOf([started(SERVICES), settled('weather-api'), stopped]);
  const text = renderSummary({ state, plan: planOf(SERVICES), nowMs: START_MS, logs: 'l', command: 'slipway' }, plain);
  expect(text.split('\n').slice(0, 2)).toEqual([expect.stringContaining('1 completed, 2 pending of 3 services'), `  ${why}`]);
  expect(renderFailures(state, plain)).toBe(`run 20260204_140000 failed: ${why}\n`);
});
