import type { ServiceKey, StepId } from '../../model/ids.ts';
import type { Plan, PlannedService, PlanStep } from '../../plan/types.ts';

/** A step that was begun, milliseconds since 1970. */
interface TimedStep {
  readonly service: ServiceKey;
  readonly step: StepId;
  readonly startMs: number;
  readonly endMs: number;
  readonly open: boolean;
}

/** Instants are those of records, which are written a little after what they tell of. */
const TOLERANCE_MS = 100;

/**
 * Walks back from the last outcome: from each step to what it waited for longest, be it a step of its own service, one that the plan says it
 * needs, or the last one before a risk gate. Waiting for a free place in a lane is not followed.
 */
export function criticalPath(steps: readonly TimedStep[], plan: Pick<Plan, 'services'> | null): readonly StepId[] {
  const ended = steps.filter((step) => !step.open);
  const waits = new Waits(ended, plan);
  const path: StepId[] = [];
  const seen = new Set<StepId>();
  for (let at = lastOf(ended); at && !seen.has(at.step); at = waits.longest(at, seen)) {
    seen.add(at.step);
    path.push(at.step);
  }
  return path.reverse();
}

class Waits {
  readonly #byStep: ReadonlyMap<StepId, TimedStep>;
  readonly #byService = new Map<ServiceKey, TimedStep[]>();
  readonly #planned = new Map<StepId, PlanStep>();
  readonly #byRisk = new Map<string, TimedStep[]>();

  constructor(steps: readonly TimedStep[], plan: Pick<Plan, 'services'> | null) {
    this.#byStep = new Map(steps.map((step) => [step.step, step]));
    const services = new Map<ServiceKey, PlannedService>(plan?.services.map((s) => [s.service, s]));
    for (const { steps: planned } of services.values()) for (const step of planned) this.#planned.set(step.id, step);
    for (const step of steps) {
      add(this.#byService, step.service, step);
      add(this.#byRisk, `risk:${services.get(step.service)?.effectiveRisk}`, step);
    }
  }

  /** What a step waited for longest; null when it could begin at once. */
  longest(step: TimedStep, seen: ReadonlySet<StepId>): TimedStep | null {
    const planned = this.#planned.get(step.step);
    const named = [...(planned?.needs ?? []), ...(planned?.after ?? [])].flatMap((need) => this.#stepsOf(need));
    const before = [...named, ...(this.#byService.get(step.service) ?? [])].filter(
      (other) => other.endMs <= step.startMs + TOLERANCE_MS && other.startMs <= step.startMs && !seen.has(other.step),
    );
    return lastOf(before);
  }

  #stepsOf(need: string): readonly TimedStep[] {
    const step = this.#byStep.get(need);
    return step ? [step] : (this.#byRisk.get(need) ?? []);
  }
}

function add<K>(groups: Map<K, TimedStep[]>, key: K, step: TimedStep): void {
  const group = groups.get(key);
  if (group) group.push(step);
  else groups.set(key, [step]);
}

function lastOf(steps: readonly TimedStep[]): TimedStep | null {
  return steps.reduce<TimedStep | null>((last, step) => (last === null || step.endMs > last.endMs ? step : last), null);
}
