// What the package exports, and nothing else: docs/api.md describes it, and its declarations refer to what is listed here.

export type { Event, EventBody, Intent, Progress, StepFacts, StepOutcome } from '../journal/events.ts';
export type { Diagnostic, Severity } from '../model/diagnostic.ts';
export type { Failure } from '../model/failure.ts';
export type { ContainerId, ImageId, Instant, RunId, ServiceKey, StepId } from '../model/ids.ts';
export type { ExitCode, RunOutcome, ServiceStatus } from '../model/status.ts';
export type { Verdict } from '../model/verdict.ts';
export type { Cause, Plan, PlannedService, PlanStep } from '../plan/types.ts';
export type { RunHistoryRow as RunSummary } from '../report/facts/run-history.ts';
export { type FollowOptions, followJournal, type JournalOptions, readJournal } from './journal.ts';
export type { FleetOptions, PlanOptions, RunOptions, StartedRun } from './options.ts';
export type { Outcome, ServiceOutcome } from './outcome.ts';
export { plan } from './plan.ts';
export { type RebuildOptions, rebuild } from './rebuild.ts';
export { type RollbackOptions, rollback } from './rollback.ts';
export { runs } from './runs.ts';
export { SlipwayError } from './slipway-error.ts';
