import type { Fleet, Service } from '../../../src/fleet/types.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import type { ServiceKey } from '../../../src/model/ids.ts';
import type { Result } from '../../../src/model/result.ts';
import { NO_OPTIONS } from '../../../src/plan/options.ts';
import { planRollback } from '../../../src/plan/rollback.ts';
import { chooseTargets } from '../../../src/plan/rollback-targets.ts';
import type { FoundTarget, PastRelease, PastService, Present, RollbackInput } from '../../../src/plan/rollback-types.ts';
import { planToText } from '../../../src/plan/text.ts';
import type { Plan, PlanOptions, RollbackOptions } from '../../../src/plan/types.ts';
import { fingerprintsOf, imageId, observedRunning, recordsOf } from '../../support/fleet-builder.ts';
import { NOW_MS } from './planning.ts';

/** Two releases: the newest as everything runs now, the one before with other images and configurations. */
export const NEWEST = '20260203_000000';
export const BEFORE = '20260201_000000';

/** What a rollback scenario says on top of a fleet that is up and was rebuilt once. */
export interface GoingBack
  extends Partial<Pick<RollbackInput, 'observed' | 'releases' | 'present' | 'progress' | 'fingerprints'>> {
  readonly services?: readonly ServiceKey[];
  readonly rollback?: Partial<RollbackOptions>;
  /** What was looked up for a target; the rest is well. */
  readonly found?: Readonly<Record<ServiceKey, Partial<FoundTarget>>>;
}

/** A release in which every service ran well, with changes by service; null = it was not there. */
export function releaseOf(
  fleet: Fleet,
  id: string,
  changes: Readonly<Record<ServiceKey, Partial<PastService> | null>> = {},
): PastRelease {
  const suffix = id === NEWEST ? '' : '-old';
  const entry = (s: Service): PastService => ({
    project: s.project,
    name: s.name,
    tag: s.image,
    image: imageId(`${s.key}${suffix}`),
    config: id === NEWEST ? 'config-1' : 'config-0',
    healthy: true,
  });
  const services = fleet.services.flatMap((s) => (changes[s.key] === null ? [] : [[s.key, { ...entry(s), ...changes[s.key] }]]));
  const known = new Set(fleet.services.map((s) => s.key));
  const removed = Object.entries(changes).filter(([key]) => !known.has(key));
  return { release: id, at: `${id.slice(0, 8)}T00:00:00.000Z`, services: Object.fromEntries([...services, ...removed]) };
}

/** The input of a rollback's planner. */
function inputOf(fleet: Fleet, { services, rollback, ...scenario }: GoingBack): RollbackInput {
  const options: PlanOptions = {
    ...NO_OPTIONS,
    services: services ?? [],
    rollback: { to: null, all: services === undefined, targets: {}, ...rollback },
  };
  const present: Present = { release: NEWEST, config: 'config-1' };
  return {
    fleet,
    options,
    observed: scenario.observed ?? observedRunning(fleet),
    fingerprints: scenario.fingerprints ?? fingerprintsOf(fleet),
    records: recordsOf(fleet),
    diagnostics: [],
    releases: scenario.releases ?? [releaseOf(fleet, NEWEST), releaseOf(fleet, BEFORE)],
    present: scenario.present ?? new Map(fleet.services.map((s) => [s.key, present])),
    progress: scenario.progress ?? null,
  };
}

/** Choice and plan in one go, as the run makes them. */
function goBack(fleet: Fleet, scenario: GoingBack = {}): Result<Plan, readonly Diagnostic[]> {
  const input = inputOf(fleet, scenario);
  const choice = chooseTargets(input);
  if (!choice.ok) return choice;
  const found = [...choice.value.targets].map(([key, target]): [ServiceKey, FoundTarget] => {
    const as = fleet.services.find((s) => s.key === key)!;
    return [key, { ...target, as, imageIs: 'there', changedFiles: [], ...scenario.found?.[key] }];
  });
  return planRollback(input, choice.value, new Map(found));
}

/** The plan; a refusal fails the test with its messages. */
export function backPlanOf(fleet: Fleet, scenario: GoingBack = {}): Plan {
  const plan = goBack(fleet, scenario);
  if (!plan.ok) throw new Error(plan.error.map((d) => d.message).join('\n'));
  return plan.value;
}

/** The plan's text at 80 columns, with a line break in front. */
export function backTextOf(fleet: Fleet, scenario: GoingBack = {}): string {
  return `\n${planToText(backPlanOf(fleet, scenario), { columns: 80, nowMs: NOW_MS })}`;
}

/** Why it was refused, one line a problem. */
export function refusalOf(fleet: Fleet, scenario: GoingBack): string[] {
  const plan = goBack(fleet, scenario);
  if (plan.ok) throw new Error('it was planned');
  return plan.error
    .filter((d) => d.severity === 'error')
    .map((d) => `${d.code}: ${d.message}${d.remedy ? ` (${d.remedy})` : ''}`);
}
