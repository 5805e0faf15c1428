import { describe, expect, test } from 'vitest';
import type { ContainerEvent, ProbeSample } from '../../../../src/docker/port.ts';
import type { ObservedContainer } from '../../../../src/plan/types.ts';
import { beginVerdict, judge, nextInstantMs, type Observation, type VerdictState } from '../../../../src/run/verdict/verdict.ts';
import { type VerdictRules, verdictRules } from '../../../../src/run/verdict/verdict-rules.ts';

const BEGAN_MS = Date.parse('2026-02-04T14:00:00.000Z');

/** Seconds after the step began, as an instant. */
const at = (seconds: number) => new Date(BEGAN_MS + seconds * 1000).toISOString();

const plain: VerdictRules = {
  kind: 'service',
  beganMs: BEGAN_MS,
  sinceMs: BEGAN_MS,
  deadlineMs: 60_000,
  graceMs: 30_000,
  intervalMs: 2000,
  retries: 3,
  stableForMs: 5000,
  probe: false,
};
const probed: VerdictRules = { ...plain, probe: true };
const oneShot: VerdictRules = { ...plain, kind: 'one-shot' };

function container(changes: Partial<ObservedContainer> = {}): ObservedContainer {
  return {
    id: 'a',
    name: 'fleet-web-1',
    service: 'web',
    number: 1,
    image: 'sha256:new',
    state: 'running',
    exitCode: 0,
    error: '',
    oomKilled: false,
    createdAt: at(0),
    startedAt: at(0),
    finishedAt: null,
    restartCount: 0,
    health: 'none',
    healthAt: null,
    healthLog: [],
    configHash: 'c',
    temporary: false,
    ...changes,
  };
}

const looked = (seconds: number, ...containers: (ObservedContainer | null)[]): Observation => ({
  type: 'snapshot',
  atMs: BEGAN_MS + seconds * 1000,
  containers,
});
const asked = (seconds: number, sample: Partial<ProbeSample>): Observation => ({
  type: 'sample',
  atMs: BEGAN_MS + seconds * 1000,
  containers: ['a'],
  sample: { good: false, answered: true, text: 'GET /health: 503', ...sample },
});
const good: Partial<ProbeSample> = { good: true, text: 'GET /health: 200' };
const silent: Partial<ProbeSample> = { answered: false, text: 'GET /health: connection refused' };
const died = (seconds: number, exitCode: number): Observation => ({
  type: 'event',
  event: { at: at(seconds), container: 'a', action: 'die', exitCode, health: null } satisfies ContainerEvent,
});
const dockerHealth = (health: ObservedContainer['health'], seconds: number, changes: Partial<ObservedContainer> = {}) =>
  container({
    health,
    healthAt: at(seconds),
    healthLog: [{ at: at(seconds), exitCode: health === 'healthy' ? 0 : 1, output: 'said so' }],
    ...changes,
  });

function judged(rules: VerdictRules, ...observations: Observation[]): VerdictState {
  return observations.reduce((state, observation) => judge(rules, state, observation), beginVerdict(['a']));
}

/** Phase and verdict in one line, as a reader would say it. */
function told(state: VerdictState): string {
  if (state.phase === 'waiting') return 'waiting';
  const { verdict } = state;
  const detail =
    verdict.kind === 'exited' ? ` ${verdict.exitCode}` : verdict.kind === 'crash-looping' ? ` ${verdict.restarts}` : '';
  return `${state.phase}: ${verdict.kind}${detail}`;
}

const cases: readonly [string, VerdictRules, readonly Observation[], string][] = [
  ['Docker’s fresh healthy counts at once', plain, [looked(1, dockerHealth('healthy', 0.8))], 'soaking: healthy'],
  ['Docker’s starting does not', plain, [looked(1, dockerHealth('starting', 0.8))], 'waiting'],
  ['a healthy from before the start is stale', plain, [looked(1, dockerHealth('healthy', -3))], 'waiting'],
  ['an unhealthy from before the start is stale', plain, [looked(1, dockerHealth('unhealthy', -3))], 'waiting'],
  ['Docker’s fresh unhealthy', plain, [looked(9, dockerHealth('unhealthy', 8))], 'settled: unhealthy'],
  ['with both, a good own answer is asked for too', probed, [looked(1, dockerHealth('healthy', 0.8))], 'waiting'],
  [
    'with both, one good own answer is enough',
    probed,
    [looked(1, dockerHealth('healthy', 0.8)), asked(1.1, good)],
    'soaking: healthy',
  ],
  ['own probe: two good answers are too few', probed, [looked(0, container()), asked(1, good), asked(3, good)], 'waiting'],
  [
    'own probe: three in a row',
    probed,
    [looked(0, container()), asked(1, good), asked(3, good), asked(5, good)],
    'soaking: healthy',
  ],
  [
    'own probe: a bad one between begins the row anew',
    probed,
    [looked(0, container()), asked(1, good), asked(3, good), asked(5, {}), asked(7, good), asked(9, good)],
    'waiting',
  ],
  [
    'bad answers in the grace period do not count',
    probed,
    [looked(0, container()), asked(1, {}), asked(3, {}), asked(5, {})],
    'waiting',
  ],
  [
    'bad answers after it do',
    probed,
    [looked(0, container()), asked(31, {}), asked(33, {}), asked(35, {})],
    'settled: unhealthy',
  ],
  [
    'silence is no bad answer',
    probed,
    [looked(0, container()), asked(31, silent), asked(33, silent), asked(35, silent)],
    'waiting',
  ],
  [
    'answers from before a restart say nothing',
    probed,
    [
      looked(0, container()),
      asked(1, good),
      asked(3, good),
      looked(4, container({ startedAt: at(3.5), restartCount: 1 })),
      asked(3.2, good),
      asked(5, good),
    ],
    'waiting',
  ],
  ['no check: not before it has run long enough', plain, [looked(4.9, container())], 'waiting'],
  ['no check: running on is good, and is the soak too', plain, [looked(5.1, container())], 'settled: healthy'],
  [
    'no check: a restart begins the time anew',
    plain,
    [looked(1, container()), looked(5.1, container({ startedAt: at(3), restartCount: 1 }))],
    'waiting',
  ],
  ['one restart is no loop', plain, [looked(1, container({ state: 'restarting', restartCount: 1, exitCode: 3 }))], 'waiting'],
  [
    'two are',
    plain,
    [looked(1, container()), died(1.5, 3), looked(2, container({ restartCount: 2, startedAt: at(1.9) }))],
    'settled: crash-looping 2',
  ],
  [
    'restarts before the step are not its fault',
    plain,
    [looked(1, container({ startedAt: at(-100), restartCount: 7 }))],
    'settled: healthy',
  ],
  [
    'start times tell of restarts where the counter was reset',
    plain,
    [looked(1, container()), looked(2, container({ startedAt: at(1.5) })), looked(3, container({ startedAt: at(2.5) }))],
    'settled: crash-looping 2',
  ],
  [
    'created with an error',
    plain,
    [looked(1, container({ state: 'created', startedAt: null, error: 'port is already allocated' }))],
    'settled: never-started',
  ],
  ['created and not started yet', plain, [looked(1, container({ state: 'created', startedAt: null }))], 'waiting'],
  ['created and never started', plain, [looked(3, container({ state: 'created', startedAt: null }))], 'settled: never-started'],
  [
    'exited with nobody to restart it',
    plain,
    [looked(1, container({ state: 'exited', exitCode: 4, finishedAt: at(0.5) }))],
    'settled: exited 4',
  ],
  [
    'a service that exits with 0 is no better',
    plain,
    [looked(1, container({ state: 'exited', finishedAt: at(0.5) }))],
    'settled: exited 0',
  ],
  ['a container that never was', plain, [looked(1, null)], 'settled: never-started'],
  ['a container that was removed', plain, [looked(1, container()), looked(2, null)], 'settled: unhealthy'],
  ['the deadline', probed, [looked(1, container()), asked(59, silent), looked(60, container())], 'settled: too-slow'],
  ['just before the deadline', probed, [looked(1, container()), looked(59.9, container())], 'waiting'],
  ['a job that ended well', oneShot, [looked(1, container({ state: 'exited', finishedAt: at(0.5) }))], 'settled: exited 0'],
  [
    'a job that ended badly',
    oneShot,
    [looked(1, container({ state: 'exited', exitCode: 2, finishedAt: at(0.5) }))],
    'settled: exited 2',
  ],
  ['a job that still runs', oneShot, [looked(9, container())], 'waiting'],
  [
    'a job that ran before the step',
    oneShot,
    [looked(1, container({ state: 'exited', startedAt: at(-5), finishedAt: at(-4) }))],
    'waiting',
  ],
  ['soak: over', plain, [looked(1, dockerHealth('healthy', 1)), looked(6, dockerHealth('healthy', 1))], 'settled: healthy'],
  [
    'soak: not over yet',
    plain,
    [looked(1, dockerHealth('healthy', 1)), looked(5.9, dockerHealth('healthy', 1))],
    'soaking: healthy',
  ],
  [
    'soak: one restart is a fall',
    plain,
    [looked(1, dockerHealth('healthy', 1)), looked(3, dockerHealth('starting', 1, { restartCount: 1, startedAt: at(2) }))],
    'settled: crash-looping 1',
  ],
  [
    'soak: about to restart is a fall',
    plain,
    [looked(1, dockerHealth('healthy', 1)), looked(3, dockerHealth('healthy', 1, { state: 'restarting', exitCode: 1 }))],
    'settled: crash-looping 1',
  ],
  [
    'soak: an end is a fall',
    plain,
    [looked(1, dockerHealth('healthy', 1)), looked(3, dockerHealth('healthy', 1, { state: 'exited', exitCode: 9 }))],
    'settled: exited 9',
  ],
  [
    'soak: Docker’s unhealthy is a fall',
    plain,
    [looked(1, dockerHealth('healthy', 1)), looked(4, dockerHealth('unhealthy', 3.5))],
    'settled: unhealthy',
  ],
  [
    'soak: there is no grace for bad answers, nor for silence',
    probed,
    [looked(0, container()), asked(1, good), asked(2, good), asked(3, good), asked(4, {}), asked(5, silent), asked(6, silent)],
    'settled: unhealthy',
  ],
  [
    'soak: one bad answer is no fall',
    probed,
    [looked(0, dockerHealth('healthy', 1)), asked(1.1, good), asked(3, {}), looked(8, dockerHealth('healthy', 1))],
    'settled: healthy',
  ],
];

describe('a service’s verdict', () => {
  test.each(cases)('%s', (_name, rules, observations, expected) => {
    expect(told(judged(rules, ...observations))).toBe(expected);
  });

  test('all of several containers have to be good, and one bad one decides', () => {
    const begin = beginVerdict(['a', 'b']);
    const healthy = dockerHealth('healthy', 0.8);
    const half = judge(plain, begin, looked(1, healthy, { ...dockerHealth('starting', 0.8), id: 'b' }));
    expect(told(half)).toBe('waiting');
    expect(told(judge(plain, half, looked(2, healthy, { ...healthy, id: 'b' })))).toBe('soaking: healthy');
    const fallen = judge(plain, half, looked(2, healthy, { ...healthy, id: 'b', state: 'exited', exitCode: 5 }));
    expect(fallen).toMatchObject({ phase: 'settled', culprit: 'b', verdict: { kind: 'exited', exitCode: 5 } });
  });

  test('a service without containers never started', () => {
    expect(told(judge(plain, beginVerdict([]), looked(1)))).toBe('settled: never-started');
  });

  test('says when it was healthy by the engine’s own instants, not by when it was looked at', () => {
    expect(judged(plain, looked(4, dockerHealth('healthy', 0.8)))).toMatchObject({ healthyAtMs: BEGAN_MS + 800 });
    expect(judged(oneShot, looked(4, container({ state: 'exited', finishedAt: at(0.5) })))).toMatchObject({
      healthyAtMs: BEGAN_MS + 500,
    });
  });

  test('keeps the exit code of a crash that was over before it could be inspected', () => {
    const state = judged(
      plain,
      looked(0.1, container()),
      died(0.2, 137),
      looked(0.4, container({ restartCount: 2, startedAt: at(0.4) })),
    );
    expect(state).toMatchObject({ verdict: { kind: 'crash-looping', restarts: 2, exitCode: 137 } });
  });

  test('a settled state stays as it is', () => {
    const settled = judged(plain, looked(1, null));
    expect(judge(plain, settled, looked(2, dockerHealth('healthy', 1.5)))).toBe(settled);
  });

  test('no soak when none is asked for', () => {
    expect(told(judged({ ...plain, stableForMs: 0 }, looked(1, dockerHealth('healthy', 0.8))))).toBe('settled: healthy');
  });
});

describe('the next instant that matters', () => {
  test('is the deadline, the end of the wait without a check, or the end of the soak', () => {
    const waiting = judged(plain, looked(1, container()));
    expect(nextInstantMs(plain, waiting, BEGAN_MS + 3000)).toBe(BEGAN_MS + 5000);
    expect(nextInstantMs(plain, waiting, BEGAN_MS + 6000)).toBe(BEGAN_MS + 60_000);
    expect(nextInstantMs(plain, judged(plain, looked(1, dockerHealth('healthy', 1))), BEGAN_MS + 2000)).toBe(BEGAN_MS + 6000);
  });
});

describe('the deadline', () => {
  const settings = {
    health: { startupGraceMs: 30_000, intervalMs: 2000, timeoutMs: 5000, retries: 3, stableForMs: 5000 },
    timeouts: { buildMs: 1, testMs: 1, healthMs: 60_000 },
  };
  const rules = (service: Partial<Parameters<typeof verdictRules>[0]>, stableForMs = 5000) =>
    verdictRules(
      { kind: 'service', probe: { kind: 'none' }, healthcheck: null, ...service },
      { ...settings, health: { ...settings.health, stableForMs } },
      { beganMs: BEGAN_MS, since: null },
    ).deadlineMs;

  test('is the configured one, or what Docker’s own check or the wait without a check needs', () => {
    expect(rules({})).toBe(60_000);
    expect(rules({ healthcheck: { intervalMs: 30_000, startPeriodMs: 40_000, retries: 3 } })).toBe(160_000);
    expect(rules({ healthcheck: { intervalMs: 1000, startPeriodMs: 1000, retries: 3 } })).toBe(60_000);
    expect(rules({}, 90_000)).toBe(92_000);
  });
});
