import type { Fleet } from '../../fleet/types.ts';
import type { RunState } from '../../journal/projection.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ServiceKey } from '../../model/ids.ts';
import { ok, type Result } from '../../model/result.ts';
import { quantile } from '../../plan/estimate.ts';
import { selectServices } from '../../plan/selection.ts';
import type { Plan, PlanOptions } from '../../plan/types.ts';
import { criticalPath } from './critical-path.ts';
import { planRehearsal, type Rehearsal, rehearse, type Scene } from './rehearsal.ts';
import type { TimesOf } from './rehearsal-fleet.ts';
import { History } from './step-times.ts';
import type { BatchForecast, BatchSize, CategoryForecast, Forecast, ServiceForecast, TimedStep } from './types.ts';

/** What is to be forecast, and from what. */
export interface ForecastRequest {
  readonly fleet: Fleet;
  readonly runsOldestFirst: readonly RunState[];
  readonly options: PlanOptions;
  /** The batch sizes to compare; all the rest is told of `batchSize`, which is one of them. */
  readonly batchSizes: readonly BatchSize[];
  readonly batchSize: BatchSize;
  /** How often the durations are drawn from the recorded ones. */
  readonly draws: number;
  readonly seed: number;
}

/**
 * Forecasts a rebuild: the planner and the executor themselves, on the simulated engine in virtual time, with the recorded durations of
 * each step. Nothing is asked of Docker and nothing is written. Errors: an empty selection, unknown names, a dependency cycle.
 */
export async function forecastRebuild(request: ForecastRequest): Promise<Result<Forecast, readonly Diagnostic[]>> {
  const { fleet, options } = request;
  const history = new History(request.runsOldestFirst);
  const scene: Scene = { fleet, options, records: history.records };
  const keys = fleet.services.map((service) => service.key);
  const typical = history.typical(keys);
  const planned = await planRehearsal(scene, typical);
  if (!planned.ok) return planned;
  const plan = planned.value;
  const known = historyOf(plan, history, request.runsOldestFirst);
  // Of durations that were recorded once each, every draw is the typical case.
  const count = known.mostSamples < 2 ? 0 : request.draws;
  const draws = Array.from({ length: count }, (_, i) => history.drawn(keys, request.seed + i));
  const compared: Compared[] = [];
  for (const batchSize of request.batchSizes) compared.push(await compare(scene, { plan, typical, draws, batchSize }));
  const went = compared.find(({ forecast }) => forecast.batchSize === request.batchSize)!.went;
  return ok({
    version: 1,
    services: plan.services.length,
    untouched: leftAlone(plan, scene),
    history: known,
    draws: count,
    seed: request.seed,
    batches: compared.map(({ forecast }) => forecast),
    batchSize: request.batchSize,
    categories: categoriesOf(plan, went),
    criticalPath: criticalPath({ plan, ...went }),
    timeline: timelineOf(plan, went),
    diagnostics: [...plan.diagnostics, ...incomplete(went)],
  });
}

interface Compared {
  readonly forecast: BatchForecast;
  /** The typical case. */
  readonly went: Rehearsal;
}

async function compare(
  scene: Scene,
  of: {
    readonly plan: Plan;
    readonly typical: TimesOf;
    readonly draws: readonly TimesOf[];
    readonly batchSize: BatchSize;
  },
): Promise<Compared> {
  const { plan, typical, draws, batchSize } = of;
  const went = await rehearse(scene, { plan, times: typical, batchSize });
  const tookMs: number[] = [];
  for (const times of draws) tookMs.push((await rehearse(scene, { plan, times, batchSize })).tookMs);
  const all = tookMs.length === 0 ? [went.tookMs] : tookMs;
  const downtimeMs =
    went.downtimesMs.length === 0 ? null : { median: quantile(went.downtimesMs, 0.5)!, longest: Math.max(...went.downtimesMs) };
  const forecast = { batchSize, typicalMs: went.tookMs, medianMs: quantile(all, 0.5)!, p90Ms: quantile(all, 0.9)!, downtimeMs };
  return { forecast, went };
}

/** Selected, but a rebuild would leave it alone. */
function leftAlone({ services }: Plan, { fleet, options }: Scene): number {
  const planned = new Set(services.map((service) => service.service));
  const selection = selectServices(fleet, options);
  return selection.ok ? [...selection.value.chosen].filter((key) => !planned.has(key)).length : 0;
}

function historyOf({ services }: Plan, history: History, runs: readonly RunState[]): Forecast['history'] {
  const keys = services.map((service) => service.service);
  return {
    runs: runs.length,
    newest: runs.at(-1)?.run ?? null,
    unseen: keys.filter((key) => !history.hasSeen(key)),
    mostSamples: history.mostSamples(keys),
  };
}

/** In the order in which they begin. */
function categoriesOf(plan: Plan, { steps }: Rehearsal): readonly CategoryForecast[] {
  const names = [...new Set(plan.services.map((service) => service.category))];
  const all = names.map((name): CategoryForecast => {
    const members = plan.services.filter((service) => service.category === name);
    const keys = new Set(members.map((service) => service.service));
    const own = steps.filter((step) => keys.has(step.service));
    return {
      name,
      risk: members[0]!.risk,
      services: members.length,
      startMs: own.reduce((first, step) => Math.min(first, step.startMs), Number.POSITIVE_INFINITY),
      endMs: own.reduce((last, step) => Math.max(last, step.endMs), 0),
      workMs: own.reduce((sum, step) => sum + step.endMs - step.startMs, 0),
    };
  });
  return all.filter(({ workMs }) => workMs > 0).sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

function timelineOf({ services }: Plan, { steps, healthyMs }: Rehearsal): readonly ServiceForecast[] {
  const own = new Map<ServiceKey, TimedStep[]>(services.map(({ service }) => [service, []]));
  for (const step of steps) own.get(step.service)?.push(step);
  return services.map(({ service, category }) => {
    return { service, category, steps: own.get(service)!, healthyMs: healthyMs.get(service) ?? null };
  });
}

/** A forecast knows of no failure: one that comes all the same is a limit of the simulation, and has to be said. */
function incomplete({ failed }: Rehearsal): readonly Diagnostic[] {
  if (failed.length === 0) return [];
  const message = `the simulation could not complete ${failed.join(', ')}; the forecast says nothing about what depends on them`;
  return [{ code: 'forecast-incomplete', severity: 'warning', message }];
}
