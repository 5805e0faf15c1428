import type { ServiceKey } from '../model/ids.ts';
import type { PlanEstimate, ServiceRecord, StepEstimate, StepKind } from './types.ts';

/** What a step takes that no service of the fleet has ever run, milliseconds: seen on small services; only the order rests on it. */
export const DEFAULT_MS: Readonly<Record<StepKind, number>> = {
  backup: 100,
  build: 20_000,
  test: 5_000,
  replace: 2_000,
  verify: 6_000,
  rollback: 4_000,
};

/** Durations of one service's steps, milliseconds. */
export interface Forecast {
  readonly typicalMs: number;
  /** Each step as slow as its 90th percentile. */
  readonly slowMs: number;
  /** Whether any of its steps was seen before. */
  readonly seen: boolean;
  readonly stepsMs: Readonly<Partial<Record<StepKind, StepEstimate>>>;
}

export type Records = ReadonlyMap<ServiceKey, Pick<ServiceRecord, 'durationsMs'>>;

/** Durations of one service's step to draw from: what was recorded of it, else the fleet's median, else a default; never empty. */
export interface StepSamples {
  readonly valuesMs: readonly number[];
  /** Whether they are the service's own. */
  readonly seen: boolean;
}

/** Looks up what is known of each service's steps. */
export function stepSamples(records: Records): (service: ServiceKey, kind: StepKind) => StepSamples {
  const stepEstimate = stepEstimates(records);
  return (service, kind) => {
    const own = records.get(service)?.durationsMs[kind] ?? [];
    return own.length > 0 ? { valuesMs: own, seen: true } : { valuesMs: [stepEstimate(service, kind).typicalMs], seen: false };
  };
}

/** Forecasts steps from recorded durations: the service's own, else the fleet's, else a default. */
export function forecaster(records: Records): (service: ServiceKey, steps: readonly StepKind[]) => Forecast {
  const stepEstimate = stepEstimates(records);
  return (service, steps) => {
    const estimates = steps.map((kind) => [kind, stepEstimate(service, kind)] as const);
    return {
      typicalMs: sum(estimates.map(([, { typicalMs }]) => typicalMs)),
      slowMs: sum(estimates.map(([, { slowMs }]) => slowMs)),
      seen: estimates.some(([, { samples }]) => samples > 0),
      stepsMs: Object.fromEntries(estimates),
    };
  };
}

/** Median and 90th percentile of a service's step; of a service that never had it those of the fleet, then a default. */
function stepEstimates(records: Records): (service: ServiceKey, kind: StepKind) => StepEstimate {
  const fleet = new Map([...fleetDurations(records)].map(([kind, values]) => [kind, spreadOf(values)]));
  return (service, kind) => {
    const own = records.get(service)?.durationsMs[kind] ?? [];
    const spread = spreadOf(own) ?? fleet.get(kind) ?? { typicalMs: DEFAULT_MS[kind], slowMs: DEFAULT_MS[kind] };
    return { ...spread, samples: own.length };
  };
}

function spreadOf(values: readonly number[]): Omit<StepEstimate, 'samples'> | null {
  if (values.length === 0) return null;
  return { typicalMs: quantile(values, 0.5)!, slowMs: quantile(values, 0.9)! };
}

/** The middle value for 0.5, the 90th percentile for 0.9 (nearest rank); null of nothing. */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** One planned service as the whole forecast sees it. */
export interface Load extends Omit<Forecast, 'stepsMs'> {
  /** Longest time of what has to be done before it and itself, typical and slow. */
  readonly pathMs: { readonly typical: number; readonly slow: number };
}

/** The plan as a whole, at `width` services at once: its longest path, or its work shared out, whichever is more. Null when nothing was seen. */
export function forecastPlan(loads: readonly Load[], width: number): PlanEstimate | null {
  if (!loads.some((load) => load.seen)) return null;
  const shared = (total: number) => total / Math.min(width, loads.length);
  return {
    typicalMs: Math.round(Math.max(shared(sum(loads.map((l) => l.typicalMs))), maxOf(loads.map((l) => l.pathMs.typical)))),
    slowMs: Math.round(Math.max(shared(sum(loads.map((l) => l.slowMs))), maxOf(loads.map((l) => l.pathMs.slow)))),
    unseen: loads.filter((load) => !load.seen).length,
  };
}

function fleetDurations(records: Records): ReadonlyMap<StepKind, readonly number[]> {
  const all = new Map<StepKind, number[]>();
  for (const { durationsMs } of records.values()) {
    for (const [kind, values] of Object.entries(durationsMs) as [StepKind, readonly number[]][]) {
      const known = all.get(kind);
      if (known) for (const value of values) known.push(value);
      else all.set(kind, [...values]);
    }
  }
  return all;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function maxOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
