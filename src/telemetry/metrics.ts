import type { FleetSample } from '../model/usage.ts';
import { containerMetrics } from './metrics/container-metrics.ts';
import { exposition } from './metrics/exposition.ts';
import { type RunFigures, runMetrics } from './metrics/run-metrics.ts';

/** What a scrape shows: the runs of a phase as they stand, and the containers as they were last seen. */
export interface MetricsInput {
  readonly version: string;
  readonly phase: string;
  readonly runs: RunFigures;
  readonly sample: FleetSample;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** The answer to a scrape by Prometheus, in its text format 0.0.4. */
export function metricsText({ version, phase, runs, sample, nowMs }: MetricsInput): string {
  const help = 'Slipway that answers, and the phase that it tells of.';
  return exposition([
    { name: 'build_info', type: 'gauge', help, series: [{ labels: { version, phase }, value: 1 }] },
    ...runMetrics(runs, nowMs),
    ...containerMetrics(sample),
  ]);
}
