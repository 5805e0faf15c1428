import type { Instant, RunId, ServiceKey } from '../../model/ids.ts';

/** How Slipway's own probe was answered. Times are of good answers only, milliseconds; null = there was none. */
export interface Answers {
  readonly asked: number;
  readonly good: number;
  readonly medianMs: number | null;
  readonly slowestMs: number | null;
}

/** What containers logged in a time of `spanMs`. */
export interface LoggedErrors {
  readonly spanMs: number;
  readonly errors: number;
  readonly crashes: number;
}

/** How a service did in some time; null = it was not looked at, or has no probe. */
export interface ServiceConduct {
  readonly answers: Answers | null;
  readonly logged: LoggedErrors | null;
}

/** A service in the monitoring window, beside how it did before the run. */
export interface WindowService extends ServiceConduct {
  readonly service: ServiceKey;
  readonly critical: boolean;
  /** Null = the run that replaced it noted nothing of it. */
  readonly before: ServiceConduct | null;
  /** How often a container of it ended or was made anew. */
  readonly restarts: number;
  /** In how many looks it had no running container, though it had one before. */
  readonly downLooks: number;
}

/** What a monitoring window has seen so far, or in all. */
export interface WindowReport {
  readonly startedAt: Instant;
  /** How long it was to be, and how long it has been. */
  readonly wantedMs: number;
  readonly lastedMs: number;
  readonly intervalMs: number;
  readonly looks: number;
  /** Looks at which the engine did not answer. */
  readonly blindLooks: number;
  /** `interrupted`: the operator ended it early. */
  readonly ended: 'no' | 'whole' | 'interrupted';
  /** The run that was at work meanwhile, with the services that it changed; absent = none. */
  readonly meanwhile?: { readonly run: RunId; readonly services: readonly ServiceKey[] };
  readonly services: readonly WindowService[];
}

/** Errors and crashes a minute. */
export function errorsPerMinute({ spanMs, errors, crashes }: LoggedErrors): number {
  return ((errors + crashes) / Math.max(1000, spanMs)) * 60_000;
}
