import type { StepOutcome } from '../../journal/events.ts';
import type { Counts, RunState } from '../../journal/projection.ts';
import type { Failure } from '../../model/failure.ts';
import type { ImageId, Instant, RunId, ServiceKey } from '../../model/ids.ts';
import type { ExitCode } from '../../model/status.ts';
import type { Cause, PlanEstimate, PlanOptions, StepEstimate, StepKind, Tested } from '../../plan/types.ts';
import type { RowStatus } from '../facts/service-row.ts';

/** An image, and how large it is where that is known. */
export interface ReportedImage {
  readonly image: ImageId | null;
  readonly sizeBytes: number | null;
}

/** The end of a log, redacted as it was written. */
export interface LogExcerpt {
  /** As the operator finds it; null = it is in the journal only. */
  readonly file: string | null;
  readonly lines: readonly string[];
}

/** What went wrong with a service. */
export interface ReportedFailure {
  readonly code: Failure['code'];
  readonly text: string;
  readonly log: LogExcerpt;
  /** What to run by hand when even the rollback failed, as shell lines. */
  readonly commands: readonly string[];
}

/** The last try of one step, which may be under way, with what the plan expected of it. */
export interface ReportedStep {
  readonly kind: StepKind;
  readonly outcome: StepOutcome['status'] | 'running';
  readonly attempt: number;
  readonly startedAt: Instant;
  readonly durationMs: number;
  /** Null when the plan carries no estimates. */
  readonly estimate: StepEstimate | null;
}

/** All that is reported of one service of a run. */
export interface ReportedService {
  readonly service: ServiceKey;
  readonly category: string;
  /** Empty when the plan does not say. */
  readonly risk: string;
  readonly critical: boolean;
  readonly wave: number;
  readonly status: RowStatus;
  readonly cause: Cause | null;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  /** All its steps together, milliseconds: what the estimate is of; null = nothing was begun. */
  readonly workedMs: number | null;
  /** What the plan expected of that; null = it was never seen before. */
  readonly estimateMs: number | null;
  readonly steps: readonly ReportedStep[];
  /** Steps of its build and how many of them came from the cache; null = it was not built by itself. */
  readonly cache: { readonly cachedSteps: number; readonly totalSteps: number } | null;
  readonly tested: Tested | null;
  readonly tests: number | null;
  readonly downtimeMs: number | null;
  readonly before: ReportedImage;
  readonly after: ReportedImage;
  readonly failure: ReportedFailure | null;
}

/** One category of a run. */
export interface ReportedCategory {
  readonly category: string;
  readonly risk: string;
  readonly counts: Counts;
  /** What its services took, one after the other, milliseconds. */
  readonly workedMs: number;
  /** What the plan expected of those that were seen before; null = of none. */
  readonly estimateMs: number | null;
  /** Services that were never seen before. */
  readonly unseen: number;
  readonly downtimeMs: number;
}

/** What to do next; `command` null = nothing to type. */
export interface NextStep {
  readonly text: string;
  readonly command: string | null;
}

/** A run's report as data: what `--format json` prints and all other formats are made from. */
export interface Report {
  readonly version: 1;
  readonly run: RunId;
  readonly phase: string;
  readonly command: 'rebuild' | 'rollback' | 'restore';
  /** As it stands now: a run whose process died is `interrupted`. */
  readonly outcome: RunState['outcome'];
  readonly exitCode: ExitCode | null;
  readonly why: string;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly durationMs: number | null;
  readonly estimate: Pick<PlanEstimate, 'typicalMs' | 'slowMs' | 'unseen'> | null;
  /** How often it was continued. */
  readonly resumed: number;
  readonly slipway: string | null;
  readonly engine: { readonly docker: string; readonly compose: string; readonly buildx: string } | null;
  readonly options: PlanOptions | null;
  readonly counts: Counts;
  readonly categories: readonly ReportedCategory[];
  /** Of all builds of the run; null = nothing was built. */
  readonly cache: { readonly builds: number; readonly cachedSteps: number; readonly totalSteps: number } | null;
  /** Of the services that were replaced; null = none was. */
  readonly downtime: {
    readonly services: number;
    readonly medianMs: number;
    readonly longestMs: number;
    readonly longest: ServiceKey;
  } | null;
  readonly services: readonly ReportedService[];
  readonly untouched: readonly { readonly service: ServiceKey; readonly cause: Cause }[];
  /** Folder of the service logs, as the operator finds it. */
  readonly logs: string;
  readonly next: readonly NextStep[];
}
