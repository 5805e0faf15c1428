import type { ServiceKey } from '../../model/ids.ts';
import type { Plan, PlannedService } from '../../plan/types.ts';
import type { PathPart, TimedStep } from './types.ts';

/** What the path is read from. */
interface Went {
  readonly plan: Plan;
  readonly steps: readonly TimedStep[];
  readonly healthyMs: ReadonlyMap<ServiceKey, number>;
}

/** Instants within so many milliseconds are the same: calls between steps take some. */
const SAME_MS = 5;

/**
 * The chain of steps that makes the run as long as it is: from the step that ended last back to what each had waited for, which is the
 * step before it in its service, a step that the plan names, or else whoever held its place in the batch or its lane until then.
 */
export function criticalPath(went: Went): readonly PathPart[] {
  const steps = went.steps.filter(({ startMs, endMs }) => endMs > startMs);
  const ends = new Ends({ ...went, steps });
  const path: PathPart[] = [];
  let step = steps.reduce<TimedStep | null>((last, s) => (last === null || s.endMs > last.endMs ? s : last), null);
  while (step !== null && path.length <= steps.length) {
    const waitedFor = ends.before(step);
    path.push({ ...step, after: { kind: waitedFor?.kind ?? 'begin', service: waitedFor?.from ?? null } });
    step = waitedFor?.step ?? null;
  }
  return path.reverse();
}

/** What was waited for, and who is to be named for it. */
interface Before {
  readonly kind: 'own' | 'needs' | 'place';
  readonly from: ServiceKey;
  readonly step: TimedStep;
}

class Ends {
  readonly #planned: ReadonlyMap<ServiceKey, PlannedService>;
  readonly #byService = new Map<ServiceKey, TimedStep[]>();
  readonly #byEnd: readonly TimedStep[];
  readonly #healthyMs: ReadonlyMap<ServiceKey, number>;

  constructor({ plan, steps, healthyMs }: Went) {
    this.#planned = new Map(plan.services.map((service) => [service.service, service]));
    for (const step of steps) {
      const known = this.#byService.get(step.service);
      if (known) known.push(step);
      else this.#byService.set(step.service, [step]);
    }
    this.#byEnd = [...steps].sort((a, b) => a.endMs - b.endMs);
    this.#healthyMs = healthyMs;
  }

  /** What ended right before a step began, and so let it begin; null when it began with the run. */
  before(step: TimedStep): Before | null {
    if (step.startMs <= SAME_MS) return null;
    const own = this.#last(this.#byService.get(step.service) ?? [], step);
    if (own && isNow(own.endMs, step)) return because('own', own);
    const needed = this.#last(this.#needed(step), step);
    if (needed && isNow(this.#freedMs(needed, step), step)) return because('needs', needed);
    const holder = this.#last(this.#endingAt(step), step);
    if (holder) return because('place', holder);
    return this.#beforeReplaceAt(step) ?? (own && because('own', own));
  }

  /** A place in the batch is given back when the replace begins: what that one had waited for let this one begin as well. */
  #beforeReplaceAt(step: TimedStep): Before | null {
    const others = this.#byEnd.filter((s) => s.service !== step.service && s.kind === 'replace' && isNow(s.startMs, step));
    for (const other of others) {
      const waitedFor = this.before(other);
      if (waitedFor) return { ...waitedFor, kind: 'place', from: other.service };
    }
    return null;
  }

  #needed({ service, kind }: TimedStep): readonly TimedStep[] {
    const planned = this.#planned.get(service)?.steps.find((s) => s.kind === kind);
    const needs = [...(planned?.needs ?? []), ...(planned?.after ?? [])];
    const gates = new Set(needs.filter((need) => need.startsWith('risk:')).map((need) => need.slice('risk:'.length)));
    const named = needs.flatMap((need) => {
      const at = need.lastIndexOf(':');
      return (this.#byService.get(need.slice(0, at)) ?? []).filter((s) => s.service !== service && s.kind === need.slice(at + 1));
    });
    if (gates.size === 0) return named;
    const lower = this.#byEnd.filter((s) => gates.has(this.#planned.get(s.service)?.effectiveRisk ?? ''));
    return [...named, ...lower];
  }

  /** When another service's step let this one begin: dependents begin at the first healthy verdict, before the soak ends. */
  #freedMs(needed: TimedStep, step: TimedStep): number {
    const healthyMs = needed.kind === 'verify' ? this.#healthyMs.get(needed.service) : undefined;
    return healthyMs !== undefined && healthyMs <= step.startMs && needed.endMs > step.startMs + SAME_MS
      ? healthyMs
      : needed.endMs;
  }

  #last(steps: readonly TimedStep[], step: TimedStep): TimedStep | null {
    const fitting = steps.filter((s) => this.#freedMs(s, step) <= step.startMs + SAME_MS && s.startMs < step.startMs);
    return fitting.reduce<TimedStep | null>(
      (last, s) => (last === null || this.#freedMs(s, step) > this.#freedMs(last, step) ? s : last),
      null,
    );
  }

  #endingAt({ startMs, service }: TimedStep): readonly TimedStep[] {
    return this.#byEnd.filter((s) => s.service !== service && Math.abs(s.endMs - startMs) <= SAME_MS);
  }
}

function because(kind: Before['kind'], step: TimedStep): Before {
  return { kind, from: step.service, step };
}

function isNow(ms: number, { startMs }: TimedStep): boolean {
  return Math.abs(startMs - ms) <= SAME_MS;
}
