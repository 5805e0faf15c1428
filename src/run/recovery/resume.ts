import type { Fleet } from '../../fleet/types.ts';
import type { RunState } from '../../journal/projection.ts';
import type { ServiceState } from '../../journal/service-state.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ServiceKey } from '../../model/ids.ts';
import type { ResumeFacts } from '../../plan/input.ts';
import { selectServices } from '../../plan/selection.ts';
import type { PlanOptions } from '../../plan/types.ts';
import { endedWell, type Replaced } from '../executor/board.ts';

/**
 * What the run has achieved so far, so that nothing with a recorded success is done twice. `found`: replaces whose outcome was never recorded
 * but which were seen on the engine to have taken place.
 */
export function resumeFacts(state: RunState, found: ReadonlyMap<ServiceKey, Replaced>): ResumeFacts {
  const services = [...state.services.values()];
  const withBuild = services.filter((s) => s.facts.build !== null);
  return {
    settled: new Set(services.filter(isCompleted).map((s) => s.service)),
    failed: new Set(services.filter(endedBadly).map((s) => s.service)),
    backedUp: new Set(services.filter((s) => s.facts.backup !== null).map((s) => s.service)),
    built: new Map(withBuild.map((s) => [s.service, { image: s.facts.build!.image, inputs: s.facts.build!.fingerprint.inputs }])),
    tested: new Map(
      services.flatMap(({ service, facts: { test } }) =>
        test?.image ? [[service, { image: test.image, result: test.result }] as const] : [],
      ),
    ),
    replaced: new Map([...replacedSoFar(state, found)].map(([service, { image }]) => [service, { image }])),
  };
}

/** Services that this run has put in place and that have not settled yet, with what was there before. */
export function replacedSoFar(state: RunState, found: ReadonlyMap<ServiceKey, Replaced>): Map<ServiceKey, Replaced> {
  const replaced = new Map(found);
  for (const service of state.services.values()) {
    const fact = service.facts.replace;
    if (fact && !isCompleted(service)) replaced.set(service.service, fact);
  }
  return replaced;
}

/** Completed by this run, and not put in place anew since, such as after the host was restarted: that is still to be judged. */
export function isCompleted({ lastSettled, lastCompleted, facts, open }: ServiceState): boolean {
  const begun = open.some(({ intent }) => intent.kind === 'replace' || intent.kind === 'rollback');
  const isJudged = facts.replace === null || facts.verify !== null;
  return lastSettled?.status === 'completed' && lastCompleted !== null && !begun && isJudged;
}

/**
 * Who failed and was selected by nobody is put in place again unasked. Not who was selected: a continuation that is narrowed to others leaves
 * them for later.
 */
export function withoutSelected(facts: ResumeFacts, fleet: Fleet, recorded: PlanOptions): ResumeFacts {
  const selected = selectServices(fleet, recorded);
  const { failed = [] } = facts;
  return selected.ok ? { ...facts, failed: new Set([...failed].filter((key) => !selected.value.chosen.has(key))) } : facts;
}

/** Failed, or was taken back. */
function endedBadly({ lastSettled }: ServiceState): boolean {
  return (
    lastSettled !== null && (lastSettled.status === 'failed' || lastSettled.status === 'rolled-back') && !endedWell(lastSettled)
  );
}

/** What `--continue` may change of the recorded options (product contract, section 6); undefined = as recorded. */
export interface ContinueChanges {
  readonly batchSize?: PlanOptions['batchSize'];
  readonly maxFailures?: PlanOptions['maxFailures'];
  readonly rollbackOnFail?: boolean;
  readonly skipTests?: boolean;
  readonly services: readonly ServiceKey[];
  readonly categories: readonly string[];
}

/** Names and categories that the run did not select: it can be narrowed to a part of itself, and never be widened. */
export function checkNarrowing(recorded: PlanOptions, { services, categories }: ContinueChanges): readonly Diagnostic[] {
  return [...outside('service', services, recorded.services), ...outside('category', categories, recorded.categories)];
}

function outside(what: string, given: readonly string[], selected: readonly string[]): Diagnostic[] {
  if (selected.length === 0) return [];
  const remedy = `It selected ${selected.join(', ')}; end it first, then start a run for the others`;
  return given
    .filter((name) => !selected.includes(name))
    .map((name) => ({ code: 'not-in-run', severity: 'error', message: `The ${what} ${name} is not part of the run`, remedy }));
}

/** Whether a continuation is only of a part of its run, which stays open for the others. */
export function isNarrowed({ services, categories }: ContinueChanges): boolean {
  return services.length + categories.length > 0;
}

/** The recorded options with what was changed for good. */
export function continuedOptions(recorded: PlanOptions, changes: ContinueChanges): PlanOptions {
  const { services: _services, categories: _categories, ...rest } = changes;
  return { ...recorded, ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) };
}

/** The options for this part of the run: names and categories narrow the recorded selection and are not recorded themselves. */
export function narrowedOptions(recorded: PlanOptions, { services, categories }: ContinueChanges): PlanOptions {
  return {
    ...recorded,
    services:
      services.length > 0
        ? services.filter((s) => recorded.services.length === 0 || recorded.services.includes(s))
        : recorded.services,
    categories: categories.length > 0 ? categories : recorded.categories,
  };
}
