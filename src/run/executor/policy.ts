import type { MaxFailures, RollbackTrigger, Settings } from '../../fleet/types.ts';
import type { Failure } from '../../model/failure.ts';
import type { PlanOptions } from '../../plan/types.ts';

/** What a failure means for what was already replaced: nothing, or how much goes back. */
export type RollbackDecision = 'leave' | 'service' | 'wave' | 'run';

/** What the policy looks at. `replaced`: whether the failed service itself had been put in place. */
export interface FailureFacts {
  readonly failure: Failure;
  readonly critical: boolean;
  readonly replaced: boolean;
}

/**
 * Whether and how much goes back when a service fails (product contract, sections 1 and 4). A failed build or test has changed nothing,
 * so with scope `service` there is nothing to put back.
 */
export function decideRollback(facts: FailureFacts, settings: Settings['rollback'], options: PlanOptions): RollbackDecision {
  if (facts.failure.code === 'rollback-failed' || facts.failure.code === 'interrupted') return 'leave';
  const wanted =
    options.rollbackOnFail || triggersOf(facts).some((t) => settings.triggers.includes(t) && appliesTo(t, facts, settings));
  if (!wanted) return 'leave';
  return options.rollbackScope === 'service' && !facts.replaced ? 'leave' : options.rollbackScope;
}

/** How many failures are allowed: N, or N percent of the selected services, rounded down; null = no limit. */
export function failureLimit(maxFailures: MaxFailures | null, selected: number): number | null {
  if (!maxFailures) return null;
  return 'count' in maxFailures ? maxFailures.count : Math.floor((selected * maxFailures.percent) / 100);
}

function triggersOf({ failure, replaced }: FailureFacts): readonly RollbackTrigger[] {
  if (replaced) return ['health_check_failure', 'health_check_failure_critical'];
  if (failure.code === 'build-failed' || failure.code === 'build-timeout' || failure.code === 'pull-failed')
    return ['build_failure'];
  if (failure.code.startsWith('test-')) return ['test_failure', 'test_failure_critical'];
  return [];
}

function appliesTo(trigger: RollbackTrigger, { critical }: FailureFacts, settings: Settings['rollback']): boolean {
  if (!trigger.endsWith('_critical') && trigger !== 'build_failure') return true;
  return critical && settings.onCriticalFailure;
}
