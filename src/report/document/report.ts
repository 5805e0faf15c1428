import type { Counts, RunState } from '../../journal/projection.ts';
import type { ImageId, ServiceKey } from '../../model/ids.ts';
import { quantile } from '../../plan/estimate.ts';
import type { Plan } from '../../plan/types.ts';
import { runDurationMs } from '../facts/active-time.ts';
import { asOfMs, goesOn, type Moment } from '../facts/as-of.ts';
import { categoryRows, countRows } from '../facts/category-row.ts';
import { serviceRows } from '../facts/service-row.ts';
import { nextSteps } from './next-steps.ts';
import { reportService } from './report-service.ts';
import type { LogExcerpt, Report, ReportedCategory, ReportedService } from './types.ts';

/** What a report is told from. */
export interface ReportInput {
  readonly state: RunState;
  /** How the run stands now. */
  readonly outcome: RunState['outcome'];
  /** The plan that the run was started with; null = it cannot be read. */
  readonly plan: Plan | null;
  readonly nowMs: number;
  /** Known sizes of images, bytes. */
  readonly sizes: ReadonlyMap<ImageId, number>;
  /** The ends of the logs of services that failed. */
  readonly excerpts: ReadonlyMap<ServiceKey, LogExcerpt>;
  /** Folder of the service logs, as the operator finds it. */
  readonly logs: string;
  /** Whether the operators keep a `REBUILD_STATUS.md`. */
  readonly statusFile: 'there' | 'none';
  /** How the commands to run next begin. */
  readonly command: string;
}

/** The report of a run, made from its journal and its plan. */
export function reportOf(input: ReportInput): Report {
  const { state, plan, outcome } = input;
  const moment: Moment = { live: outcome === 'running', nowMs: input.nowMs };
  const rows = serviceRows(state, plan, moment);
  const planned = new Map(plan?.services.map((service) => [service.service, service]));
  const at = { parts: state.parts, goesOn: goesOn(state, moment), nowMs: asOfMs(state, moment) };
  const services = rows.map((row) =>
    reportService({ row, state: state.services.get(row.service)!, planned: planned.get(row.service), input, at }),
  );
  const { estimate } = plan ?? {};
  const about = {
    run: state.run,
    command: state.meta?.command ?? 'rebuild',
    outcome,
    counts: countRows(rows),
    services,
  } as const;
  return {
    version: 1,
    run: state.run,
    phase: state.meta?.phase ?? '',
    command: about.command,
    outcome,
    exitCode: state.exitCode,
    why: state.why,
    startedAt: state.startedAt,
    finishedAt: state.finishedAt,
    durationMs: runDurationMs(state, moment),
    estimate: estimate ? { typicalMs: estimate.typicalMs, slowMs: estimate.slowMs, unseen: estimate.unseen } : null,
    resumed: state.resumed,
    slipway: state.meta?.slipway ?? null,
    engine: state.meta?.engine ?? null,
    options: state.meta?.options ?? null,
    counts: about.counts,
    categories: categoryRows(rows).map(({ name, risk, counts }) => categoryOf({ name, risk, counts }, services)),
    cache: cacheOf(services),
    downtime: downtimeOf(services),
    services,
    untouched: plan?.untouched ?? [],
    logs: input.logs,
    next: nextSteps(about, { options: state.meta?.options ?? null, ...input }),
  };
}

function categoryOf(
  { name, risk, counts }: { readonly name: string; readonly risk: string; readonly counts: Counts },
  services: readonly ReportedService[],
): ReportedCategory {
  const own = services.filter((service) => service.category === name);
  const seen = own.flatMap(({ estimateMs }) => (estimateMs === null ? [] : [estimateMs]));
  return {
    category: name,
    risk,
    counts,
    workedMs: sum(own.map(({ workedMs }) => workedMs ?? 0)),
    estimateMs: seen.length === 0 ? null : sum(seen),
    unseen: own.length - seen.length,
    downtimeMs: sum(own.map(({ downtimeMs }) => downtimeMs ?? 0)),
  };
}

function cacheOf(services: readonly ReportedService[]): Report['cache'] {
  const builds = services.flatMap(({ cache }) => (cache ? [cache] : []));
  if (builds.length === 0) return null;
  return {
    builds: builds.length,
    cachedSteps: sum(builds.map(({ cachedSteps }) => cachedSteps)),
    totalSteps: sum(builds.map(({ totalSteps }) => totalSteps)),
  };
}

function downtimeOf(services: readonly ReportedService[]): Report['downtime'] {
  const downs = services.flatMap(({ service, downtimeMs }) => (downtimeMs === null ? [] : [{ service, downtimeMs }]));
  const [first] = downs;
  if (!first) return null;
  const longest = downs.reduce((most, down) => (down.downtimeMs > most.downtimeMs ? down : most), first);
  const all = downs.map(({ downtimeMs }) => downtimeMs);
  return { services: downs.length, medianMs: quantile(all, 0.5)!, longestMs: longest.downtimeMs, longest: longest.service };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
