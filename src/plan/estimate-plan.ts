import type { ServiceKey } from '../model/ids.ts';
import { type Forecast, forecastPlan } from './estimate.ts';
import { pathsUpTo } from './ordering.ts';
import type { CategoryEstimate, PlanEstimate } from './types.ts';

/** One planned service with what it takes. */
export interface ForecastService {
  readonly service: ServiceKey;
  readonly category: string;
  readonly forecast: Forecast;
}

/** What stands around the services: what each waits for, and how many are worked on at once. */
interface Surroundings {
  readonly waits: ReadonlyMap<ServiceKey, readonly ServiceKey[]>;
  readonly width: number;
}

/** Forecast of a plan and of each of its categories; null when none of the services was ever seen. `services` in start order. */
export function estimatePlan(services: readonly ForecastService[], around: Surroundings): PlanEstimate | null {
  const whole = estimateTogether(services, around);
  return whole && { ...whole, categories: categoriesOf(services).map((members) => estimateCategory(members, around)) };
}

function estimateCategory(members: readonly ForecastService[], around: Surroundings): CategoryEstimate {
  const own = estimateTogether(members, around);
  return {
    category: members[0]!.category,
    services: members.length,
    typicalMs: own?.typicalMs ?? null,
    slowMs: own?.slowMs ?? null,
    unseen: own?.unseen ?? members.length,
  };
}

/** What others of the plan than these take does not count. */
function estimateTogether(services: readonly ForecastService[], { waits, width }: Surroundings): PlanEstimate | null {
  const forecasts = new Map(services.map(({ service, forecast }) => [service, forecast]));
  const order = [...forecasts.keys()];
  const typical = pathsUpTo(waits, order, (key) => forecasts.get(key)!.typicalMs);
  const slow = pathsUpTo(waits, order, (key) => forecasts.get(key)!.slowMs);
  const loads = [...forecasts].map(([key, { typicalMs, slowMs, seen }]) => ({
    typicalMs,
    slowMs,
    seen,
    pathMs: { typical: typical.get(key)!, slow: slow.get(key)! },
  }));
  return forecastPlan(loads, width);
}

function categoriesOf(services: readonly ForecastService[]): readonly (readonly ForecastService[])[] {
  const categories = new Map<string, ForecastService[]>();
  for (const service of services) categories.set(service.category, [...(categories.get(service.category) ?? []), service]);
  return [...categories.values()];
}
