import { describe, expect, test } from 'vitest';
import type { RollbackTrigger } from '../../../../src/fleet/types.ts';
import type { Failure } from '../../../../src/model/failure.ts';
import type { ServiceStatus } from '../../../../src/model/status.ts';
import { countFailed, decideRollback, failureLimit } from '../../../../src/run/executor/policy.ts';

const unhealthy: Failure = { code: 'bad-verdict', verdict: { kind: 'unhealthy', why: '500' }, lastLogLines: [] };
const unpulled: Failure = { code: 'pull-failed', message: '503', lastLogLines: [] };
const facts = (failure: Failure, replaced: boolean, network = false) => ({ failure, replaced, network });

/** Every way to fail: what the policy is told of it. */
const KINDS = {
  build: facts({ code: 'build-failed', message: 'no', lastLogLines: [] }, false),
  'build-timeout': facts({ code: 'build-timeout', afterMs: 1, lastLogLines: [] }, false),
  pull: facts(unpulled, false),
  test: facts({ code: 'test-failed', exitCode: 1, lastLogLines: [] }, false),
  'test-timeout': facts({ code: 'test-timeout', afterMs: 1, lastLogLines: [] }, false),
  health: facts(unhealthy, true),
  'lost in place': facts({ code: 'engine-error', message: 'gone' }, true),
  refused: facts({ code: 'replace-failed', message: 'no', lastLogLines: [] }, false),
  network: facts(unpulled, false, true),
  'network in place': facts(unpulled, true, true),
  fall: facts({ code: 'dependency-fell', dependency: 'db' }, true),
  'rollback-failed': facts({ code: 'rollback-failed', message: '', commands: [] }, true),
  interrupted: facts({ code: 'interrupted' }, true),
} as const;

const TRIGGERS: Record<string, readonly RollbackTrigger[]> = {
  default: ['build_failure', 'test_failure_critical', 'health_check_failure_critical'],
  every: ['test_failure', 'health_check_failure'],
  none: [],
};

/** Which kinds go back, by triggers and by whether the service is critical; all others of the table stay. */
const BACK: Record<string, readonly (keyof typeof KINDS)[]> = {
  'default critical': ['build', 'build-timeout', 'pull', 'test', 'test-timeout', 'health', 'lost in place'],
  'default plain': [],
  'every critical': ['test', 'test-timeout', 'health', 'lost in place'],
  'every plain': ['test', 'test-timeout', 'health', 'lost in place'],
  'none critical': [],
  'none plain': [],
};
const ON_FAIL: readonly (keyof typeof KINDS)[] = [
  ...['build', 'build-timeout', 'pull', 'test', 'test-timeout', 'health', 'lost in place', 'refused'],
] as (keyof typeof KINDS)[];

const CELLS = (['service', 'wave', 'run'] as const).flatMap((scope) =>
  ['critical', 'plain'].flatMap((who) =>
    Object.keys(TRIGGERS).flatMap((triggers) =>
      ['by policy', '--rollback-on-fail'].flatMap((flag) =>
        (Object.keys(KINDS) as (keyof typeof KINDS)[]).map((kind) => {
          const back = flag === 'by policy' ? BACK[`${triggers} ${who}`]! : ON_FAIL;
          const inPlace = KINDS[kind].replaced;
          const expected =
            kind === 'fall' ? 'service' : !back.includes(kind) || (scope === 'service' && !inPlace) ? 'leave' : scope;
          return { kind, who, triggers, flag, scope, expected };
        }),
      ),
    ),
  ),
);

test.each(CELLS)('$kind of a $who service, triggers $triggers, $flag, scope $scope: $expected', (cell) => {
  const decision = decideRollback(
    { ...KINDS[cell.kind], critical: cell.who === 'critical' },
    { triggers: [...TRIGGERS[cell.triggers]!], onCriticalFailure: true },
    { rollbackOnFail: cell.flag === '--rollback-on-fail', rollbackScope: cell.scope },
  );
  expect(decision).toBe(cell.expected);
});

describe('on_critical_failure: false', () => {
  test.each([
    ['default', 'by policy', 'leave'],
    // It is about critical services; what a trigger says of every service holds.
    ['every', 'by policy', 'service'],
    ['default', '--rollback-on-fail', 'service'],
  ])('triggers %s, %s: an unhealthy critical service: %s', (triggers, flag, expected) => {
    const decision = decideRollback(
      { ...KINDS.health, critical: true },
      { triggers: [...TRIGGERS[triggers]!], onCriticalFailure: false },
      { rollbackOnFail: flag === '--rollback-on-fail', rollbackScope: 'service' },
    );
    expect(decision).toBe(expected);
  });
});

describe('--max-failures', () => {
  test.each([
    [{ count: 2 }, 40, 2],
    [{ count: 0 }, 40, 0],
    [{ percent: 10 }, 40, 4],
    [{ percent: 10 }, 39, 3],
    // One of one is more than half, and not more than all.
    [{ percent: 50 }, 1, 0],
    [{ percent: 100 }, 1, 1],
    [{ percent: 100 }, 3, 3],
    [{ percent: 0 }, 3, 0],
    [{ percent: 29 }, 100, 29],
    [null, 40, null],
  ])('%j of %i services allows %j', (maxFailures, selected, expected) => {
    expect(failureLimit(maxFailures, selected)).toBe(expected);
  });

  test('counts services that failed themselves: not those skipped, left, or taken back because of another', () => {
    const end = (status: ServiceStatus, failure: Failure | null) => ({ status, failure });
    const fell: Failure = { code: 'dependency-fell', dependency: 'db' };
    const ends = [
      end('completed', null),
      end('failed', unhealthy),
      end('rolled-back', unhealthy),
      end('rolled-back', fell),
      end('failed', fell),
      end('skipped', { code: 'dependency-failed', dependency: 'db' }),
      end('pending', unpulled),
      null,
    ];
    expect(countFailed(ends)).toBe(2);
  });
});
