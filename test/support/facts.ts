import type { Event, EventBody } from '../../src/journal/events.ts';
import { projectRun, type RunState } from '../../src/journal/projection.ts';
import type { PlannedService, PlanStep, StepEstimate, StepKind } from '../../src/plan/types.ts';
import { RUN } from './journal.ts';

/** When made-up runs of the facts begin, milliseconds since 1970. */
const BEGAN_MS = Date.UTC(2026, 1, 4, 14, 0, 0);

/** Events at the given seconds after the beginning. */
export function timed(...bodies: readonly (readonly [seconds: number, body: EventBody])[]): readonly Event[] {
  return bodies.map(([seconds, body], i) => ({
    v: 1,
    seq: i + 1,
    at: new Date(BEGAN_MS + seconds * 1000).toISOString(),
    run: RUN,
    ...body,
  }));
}

/** The run of events at the given seconds. */
export function timedRun(...bodies: readonly (readonly [seconds: number, body: EventBody])[]): RunState {
  return projectRun(RUN, timed(...bodies));
}

/** So many seconds after the beginning, milliseconds since 1970. */
export function atSecond(seconds: number): number {
  return BEGAN_MS + seconds * 1000;
}

/** A planned service of low risk whose steps need one another and nothing else, unless said otherwise. */
export function plannedService(
  service: string,
  changes: Partial<PlannedService> & {
    readonly kinds?: readonly StepKind[];
    readonly needs?: Partial<Record<StepKind, readonly string[]>>;
  } = {},
): PlannedService {
  const { kinds = ['build', 'test', 'replace', 'verify'], needs = {}, ...rest } = changes;
  const cause = { code: 'inputs-changed', text: 'inputs changed' } as const;
  const steps: readonly PlanStep[] = kinds.map((kind, i) => ({
    id: `${service}:${kind}`,
    kind,
    needs: [...(i > 0 ? [`${service}:${kinds[i - 1]}`] : []), ...(needs[kind] ?? [])],
    cause,
  }));
  return {
    service,
    category: 'core',
    risk: 'low',
    effectiveRisk: 'low',
    critical: false,
    wave: 1,
    cause,
    strategy: { order: 'stop-first', why: 'default' },
    steps,
    requires: [],
    estimateMs: null,
    ...rest,
  };
}

/** Recorded durations of steps, in seconds: typical and, when another, slow. */
export function stepsTaking(
  seconds: Partial<Record<StepKind, number | readonly [typical: number, slow: number]>>,
): Readonly<Partial<Record<StepKind, StepEstimate>>> {
  const estimate = (value: number | readonly [number, number]): StepEstimate => {
    const [typical, slow] = typeof value === 'number' ? [value, value] : value;
    return { typicalMs: typical * 1000, slowMs: slow * 1000, samples: 3 };
  };
  return Object.fromEntries(Object.entries(seconds).map(([kind, value]) => [kind, estimate(value)]));
}
