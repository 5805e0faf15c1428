import type { Failure } from '../model/failure.ts';
import type { ServiceKey } from '../model/ids.ts';
import type { ServiceRecord, StepKind } from '../plan/types.ts';
import type { RunState } from './projection.ts';
import { type ServiceState, type Settled, wasTouched } from './service-state.ts';

/** How many durations of a kind of step are kept. */
const KEPT_DURATIONS = 20;

/** The code of a failure for the state file and the planner; a dependency is named: `dependency-failed:core/api`. */
export function failureCode(failure: Failure | null): string | null {
  if (!failure) return null;
  const names = failure.code === 'dependency-failed' || failure.code === 'dependency-fell';
  return names ? `${failure.code}:${failure.dependency}` : failure.code;
}

/** What all runs together say of each service, for the planner. Services that never settled have no record. */
export function recordsFromRuns(runsOldestFirst: readonly RunState[]): Map<ServiceKey, ServiceRecord> {
  const records = new Map<ServiceKey, ServiceRecord>();
  for (const run of runsOldestFirst) {
    for (const state of run.services.values()) {
      const record = merge(records.get(state.service), run, state);
      if (record) records.set(state.service, record);
    }
  }
  return withDurations(records, runsOldestFirst);
}

/**
 * The last settling that says something of the service itself: `pending` only counts when the run may have changed what runs,
 * otherwise the service is still as the runs before left it.
 */
export function tellingSettle(state: ServiceState): Settled | null {
  const settled = state.lastSettled;
  return settled && (settled.status !== 'pending' || wasTouched(state)) ? settled : null;
}

function merge(earlier: ServiceRecord | undefined, run: RunState, state: ServiceState): ServiceRecord | undefined {
  const settled = tellingSettle(state);
  if (!settled) return earlier;
  return {
    status: settled.status,
    run: run.run,
    at: settled.at,
    image: settled.image,
    code: failureCode(settled.failure),
    tested: settled.tested,
    completed: completedOf(state.lastCompleted) ?? earlier?.completed ?? null,
    anonymousVolumes: volumesOf(state) ?? earlier?.anonymousVolumes ?? {},
    durationsMs: {},
  };
}

/** The anonymous volumes of what this run put in place last; null when it put nothing there. */
function volumesOf({ steps }: ServiceState): ServiceRecord['anonymousVolumes'] | null {
  const facts = steps.flatMap(({ outcome }) => (outcome.status === 'done' ? [outcome.facts] : []));
  const placed = facts.findLast((fact) => fact.kind === 'replace');
  return placed ? (placed.anonymousVolumes ?? {}) : null;
}

function completedOf(settled: Settled | null): ServiceRecord['completed'] {
  if (!settled?.image || !settled.fingerprint) return null;
  const { inputs, config, bases } = settled.fingerprint;
  return { image: settled.image, inputs, config, bases };
}

function withDurations(records: Map<ServiceKey, ServiceRecord>, runs: readonly RunState[]): Map<ServiceKey, ServiceRecord> {
  for (const [service, record] of records) {
    const durationsMs: Partial<Record<StepKind, readonly number[]>> = {};
    for (const run of runs) {
      for (const step of run.services.get(service)?.steps ?? []) {
        if (step.outcome.status !== 'done') continue;
        durationsMs[step.kind] = [...(durationsMs[step.kind] ?? []), step.durationMs].slice(-KEPT_DURATIONS);
      }
    }
    records.set(service, { ...record, durationsMs });
  }
  return records;
}
