import type { Fleet } from '../../../src/fleet/types.ts';
import type { PlanInput } from '../../../src/plan/input.ts';
import { NO_OPTIONS } from '../../../src/plan/options.ts';
import { planRebuild } from '../../../src/plan/plan.ts';
import { planToText } from '../../../src/plan/text.ts';
import type { Plan, PlanOptions } from '../../../src/plan/types.ts';
import { fingerprintsOf, observedRunning, recordsOf } from '../../support/fleet-builder.ts';

export const NOW_MS = Date.UTC(2026, 1, 4);

/** What a scenario says on top of a fleet that is up, recorded and unchanged. */
export type Scenario = Partial<Omit<PlanInput, 'fleet' | 'options'>> & { readonly options?: Partial<PlanOptions> };

/** The input of a plan for a fleet that is up, recorded and unchanged but for what the scenario says. */
export function inputOf(fleet: Fleet, scenario: Scenario = {}): PlanInput {
  return {
    fleet,
    observed: observedRunning(fleet),
    fingerprints: fingerprintsOf(fleet),
    records: recordsOf(fleet),
    diagnostics: [],
    ...scenario,
    options: { ...NO_OPTIONS, ...scenario.options },
  };
}

/** The plan; a refusal fails the test with its messages. */
export function planOf(fleet: Fleet, scenario: Scenario = {}): Plan {
  const result = planRebuild(inputOf(fleet, scenario));
  if (!result.ok) throw new Error(result.error.map((d) => d.message).join('\n'));
  return result.value;
}

/** The plan's text at 80 columns, with a line break in front so that it reads well as a template. */
export function textOf(fleet: Fleet, scenario: Scenario = {}): string {
  return `\n${planToText(planOf(fleet, scenario), { columns: 80, nowMs: NOW_MS })}`;
}

/** What each step waits for, one line a step. */
export function needsOf(plan: Plan): string[] {
  return plan.services.flatMap((service) =>
    service.steps.map((step) => {
      const after = step.after ? ` (after ${step.after.join(' ')})` : '';
      return `${step.id} <- ${step.needs.join(' ')}${after}`.trimEnd();
    }),
  );
}
