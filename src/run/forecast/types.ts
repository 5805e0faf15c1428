import type { Risk } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { RunId, ServiceKey } from '../../model/ids.ts';
import type { StepKind } from '../../plan/types.ts';

export type BatchSize = number | 'all';

/** A step as it went in a rehearsal, milliseconds from the beginning of the run. */
export interface TimedStep {
  readonly service: ServiceKey;
  readonly kind: StepKind;
  readonly startMs: number;
  readonly endMs: number;
}

/** A rebuild as it is going to go with one batch size, milliseconds. */
export interface BatchForecast {
  readonly batchSize: BatchSize;
  /** With each step as long as the median of its recorded durations. */
  readonly typicalMs: number;
  /** Of the draws from the recorded durations. */
  readonly medianMs: number;
  readonly p90Ms: number;
  /** How long a replaced service is away, in the typical case; null when none is. */
  readonly downtimeMs: { readonly median: number; readonly longest: number } | null;
}

/** What one category has to do with it; milliseconds from the beginning of the run. */
export interface CategoryForecast {
  readonly name: string;
  readonly risk: Risk;
  readonly services: number;
  readonly startMs: number;
  readonly endMs: number;
  /** All its steps one after the other. */
  readonly workMs: number;
}

/** A part of the chain of steps that makes the run as long as it is. */
export interface PathPart extends TimedStep {
  /** What the step had waited for right before: its own service's step, another service's, or a place in the batch or a lane. */
  readonly after: { readonly kind: 'begin' | 'own' | 'needs' | 'place'; readonly service: ServiceKey | null };
}

/** A service's part in the forecast. */
export interface ServiceForecast {
  readonly service: ServiceKey;
  readonly category: string;
  readonly steps: readonly TimedStep[];
  /** When it was first healthy; null = nothing was judged. */
  readonly healthyMs: number | null;
}

/** Where the durations come from. */
interface ForecastHistory {
  readonly runs: number;
  readonly newest: RunId | null;
  /** Planned services none of whose steps was ever recorded: they count with the fleet's median, or a default. */
  readonly unseen: readonly ServiceKey[];
  /** The most recorded durations that any step has: with one there is no spread to draw from. */
  readonly mostSamples: number;
}

/** What a rebuild is going to be like, if the inputs of every selected service that is built have changed. */
export interface Forecast {
  readonly version: 1;
  readonly services: number;
  /** Selected and left alone: image-only services that were completed before. */
  readonly untouched: number;
  readonly history: ForecastHistory;
  /** How often durations were drawn; 0 when there is nothing to choose from: then `medianMs` and `p90Ms` are `typicalMs`. */
  readonly draws: number;
  readonly seed: number;
  /** In the order in which they were asked for. */
  readonly batches: readonly BatchForecast[];
  /** The batch size that all the rest is about. */
  readonly batchSize: BatchSize;
  readonly categories: readonly CategoryForecast[];
  readonly criticalPath: readonly PathPart[];
  /** In plan order. */
  readonly timeline: readonly ServiceForecast[];
  readonly diagnostics: readonly Diagnostic[];
}
