import { describe, expect, test } from 'vitest';
import type { RollbackTrigger } from '../../../../src/fleet/types.ts';
import type { Failure } from '../../../../src/model/failure.ts';
import type { PlanOptions } from '../../../../src/plan/types.ts';
import { decideRollback, failureLimit } from '../../../../src/run/executor/policy.ts';

const options: PlanOptions = {
  services: [],
  categories: [],
  skipTests: false,
  noCache: false,
  force: false,
  pull: false,
  batchSize: null,
  maxFailures: null,
  rollbackOnFail: false,
  rollbackScope: 'service',
  profiles: [],
};
const settings = {
  onCriticalFailure: true,
  tagPrefix: 'pre-phase1-rebuild',
  keepReleases: 5,
  keyFile: null,
  triggers: ['build_failure', 'test_failure_critical', 'health_check_failure_critical'] as RollbackTrigger[],
};
const build: Failure = { code: 'build-failed', message: 'no', lastLogLines: [] };
const tested: Failure = { code: 'test-failed', exitCode: 1, lastLogLines: [] };
const unhealthy: Failure = { code: 'bad-verdict', verdict: { kind: 'unhealthy', why: '500' }, lastLogLines: [] };

describe('decideRollback', () => {
  test.each([
    ['a critical service that was replaced goes back', unhealthy, true, true, {}, 'service'],
    ['one that is not critical stays', unhealthy, false, true, {}, 'leave'],
    ['unless --rollback-on-fail', unhealthy, false, true, { rollbackOnFail: true }, 'service'],
    ['a failed build has changed nothing', build, true, false, {}, 'leave'],
    ['but takes the wave back where that is the scope', build, true, false, { rollbackScope: 'wave' }, 'wave'],
    [
      'a failed test of a critical service takes the run back where that is the scope',
      tested,
      true,
      false,
      { rollbackScope: 'run' },
      'run',
    ],
    ['a failed test of another one does not', tested, false, false, { rollbackScope: 'run' }, 'leave'],
    [
      'a failed rollback is never rolled back',
      { code: 'rollback-failed', message: '', commands: [] },
      true,
      true,
      { rollbackOnFail: true },
      'leave',
    ],
  ] as const)('%s', (_name, failure, critical, replaced, changed, expected) => {
    expect(decideRollback({ failure, critical, replaced }, settings, { ...options, ...changed })).toBe(expected);
  });

  test('on_critical_failure: false leaves even a critical one', () => {
    const off = { ...settings, onCriticalFailure: false };
    expect(decideRollback({ failure: unhealthy, critical: true, replaced: true }, off, options)).toBe('leave');
  });
});

test.each([
  [{ count: 2 }, 40, 2],
  [{ percent: 10 }, 40, 4],
  [{ percent: 10 }, 39, 3],
  [{ percent: 50 }, 1, 0],
  [{ percent: 100 }, 3, 3],
  [null, 40, null],
])('failureLimit(%j, %i) is %j', (maxFailures, selected, expected) => {
  expect(failureLimit(maxFailures, selected)).toBe(expected);
});
