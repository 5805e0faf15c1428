import type { ServiceKey } from '../model/ids.ts';
import type { PlanEstimate, ServiceRecord, StepKind } from './types.ts';

/** What a step takes that no service of the fleet has ever run, milliseconds: seen on small services; only the order rests on it. */
const DEFAULT_MS: Readonly<Record<StepKind, number>> = {
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
}

export type Records = ReadonlyMap<ServiceKey, Pick<ServiceRecord, 'durationsMs'>>;

/** Durations of one service's step to forecast with: what was recorded of it, else the fleet's median, else a default; never empty. */
export interface StepSamples {
  readonly valuesMs: readonly number[];
  /** Whether they are the service's own. */
  readonly seen: boolean;
}

/** Looks up what is known of each service's steps. */
export function stepSamples(records: Records): (service: ServiceKey, kind: StepKind) => StepSamples {
  const fleet = fleetMedians(records);
  return (service, kind) => {
    const own = records.get(service)?.durationsMs[kind] ?? [];
    return own.length > 0 ? { valuesMs: own, seen: true } : { valuesMs: [fleet[kind] ?? DEFAULT_MS[kind]], seen: false };
  };
}

/** Forecasts steps from recorded durations: the service's own, else the fleet's, else a default. */
export function forecaster(records: Records): (service: ServiceKey, steps: readonly StepKind[]) => Forecast {
  const samplesOf = stepSamples(records);
  return (service, steps) => {
    const samples = steps.map((kind) => samplesOf(service, kind));
    const at = (share: number) => sum(samples.map(({ valuesMs }) => quantile(valuesMs, share)!));
    return { typicalMs: at(0.5), slowMs: at(0.9), seen: samples.some(({ seen }) => seen) };
  };
}

/** The middle value for 0.5, the 90th percentile for 0.9 (nearest rank); null of nothing. */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** One planned service as the whole forecast sees it. */
export interface Load extends Forecast {
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

function fleetMedians(records: Records): Partial<Record<StepKind, number>> {
  const all = new Map<StepKind, number[]>();
  for (const { durationsMs } of records.values()) {
    for (const [kind, values] of Object.entries(durationsMs) as [StepKind, readonly number[]][]) {
      const known = all.get(kind);
      if (known) for (const value of values) known.push(value);
      else all.set(kind, [...values]);
    }
  }
  return Object.fromEntries(
    [...all].map(([kind, values]) => [kind, quantile(values, 0.5) ?? undefined]).filter(([, ms]) => ms !== undefined),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function maxOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
