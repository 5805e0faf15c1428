import type { MaxFailures, RollbackTrigger, Settings } from '../../fleet/types.ts';
import type { Failure } from '../../model/failure.ts';
import type { PlanOptions } from '../../plan/types.ts';
import { assertNever } from '../../util/assert.ts';
import { endedWell, type Settled } from './board.ts';

/** What a failure means for what was already replaced: nothing, or how much goes back. */
export type RollbackDecision = 'leave' | 'service' | 'wave' | 'run';

/** What the policy looks at. */
export interface FailureFacts {
  readonly failure: Failure;
  readonly critical: boolean;
  /** The failed service itself had been put in place. */
  readonly replaced: boolean;
  /** It was the network's or a registry's failure on the last try too (network.ts). */
  readonly network: boolean;
}

/**
 * What failed: a row of the table. `health`: whatever happened once it was in place. `other`: what is neither the new version's fault nor
 * changed anything, such as a replace that Compose refused.
 */
type FailureKind = 'build' | 'test' | 'health' | 'other' | 'network' | 'fall' | 'final';

/** The configured triggers that a failure answers to: those of every service, and those of critical ones. */
interface Triggers {
  readonly any: readonly RollbackTrigger[];
  readonly critical: readonly RollbackTrigger[];
}

const TRIGGERS: Readonly<Record<'build' | 'test' | 'health' | 'other', Triggers>> = {
  build: { any: [], critical: ['build_failure'] },
  test: { any: ['test_failure'], critical: ['test_failure_critical'] },
  health: { any: ['health_check_failure'], critical: ['health_check_failure_critical'] },
  other: { any: [], critical: [] },
};

/**
 * Whether and how much goes back when a service fails (product contract, sections 1 and 4).
 *
 *     build, test, health   back when `--rollback-on-fail` is given or a trigger fits; `*_critical` and `build_failure` fit critical
 *                           services only, and none with `on_critical_failure: false`
 *     other                 back with `--rollback-on-fail` only
 *     network               never: a registry that is away says nothing about any version (traps, "Also")
 *     fall                  always: a dependency fell, so the service goes back with it, and no more than the service
 *     final                 never: an interruption, and a failed rollback, which is not rolled back itself
 *
 * "Back" is as much as the scope says. A service that was not replaced has nothing to put back, so scope `service` is then `leave`.
 */
export function decideRollback(
  facts: FailureFacts,
  settings: Pick<Settings['rollback'], 'triggers' | 'onCriticalFailure'>,
  options: Pick<PlanOptions, 'rollbackOnFail' | 'rollbackScope'>,
): RollbackDecision {
  const kind = kindOf(facts);
  switch (kind) {
    case 'network':
    case 'final':
      return 'leave';
    case 'fall':
      return 'service';
    case 'build':
    case 'test':
    case 'health':
    case 'other': {
      if (!options.rollbackOnFail && !isTriggered(TRIGGERS[kind], facts, settings)) return 'leave';
      return options.rollbackScope === 'service' && !facts.replaced ? 'leave' : options.rollbackScope;
    }
    default:
      return assertNever(kind);
  }
}

function kindOf({ failure, replaced, network }: FailureFacts): FailureKind {
  if (failure.code === 'rollback-failed' || failure.code === 'interrupted') return 'final';
  if (failure.code === 'dependency-fell') return 'fall';
  if (network) return 'network';
  if (replaced) return 'health';
  if (failure.code === 'build-failed' || failure.code === 'build-timeout' || failure.code === 'pull-failed') return 'build';
  return failure.code.startsWith('test-') ? 'test' : 'other';
}

function isTriggered(
  { any, critical }: Triggers,
  facts: FailureFacts,
  { triggers, onCriticalFailure }: Pick<Settings['rollback'], 'triggers' | 'onCriticalFailure'>,
): boolean {
  if (any.some((trigger) => triggers.includes(trigger))) return true;
  return facts.critical && onCriticalFailure && critical.some((trigger) => triggers.includes(trigger));
}

/** How many failures are allowed: N, or N percent of the selected services, rounded down; null = no limit. */
export function failureLimit(maxFailures: MaxFailures | null, selected: number): number | null {
  if (!maxFailures) return null;
  return 'count' in maxFailures ? maxFailures.count : Math.floor((selected * maxFailures.percent) / 100);
}

/**
 * How many of these ends count against `--max-failures`: services that failed themselves, whether or not they went back. Skipped and pending
 * ones do not count, and neither do those that were only taken back because of another: one failure stays one, however much goes back.
 */
export function countFailed(ends: readonly (Settled | null)[]): number {
  return ends.filter(
    (end) => end && (end.status === 'failed' || end.status === 'rolled-back') && !endedWell(end) && !isTakenBack(end),
  ).length;
}

/** Whether a service went back, or was to, only because another one failed. */
export function isTakenBack({ failure }: Settled): boolean {
  return failure?.code === 'dependency-fell';
}
