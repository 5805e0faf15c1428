import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Holder } from '../journal/holder.ts';
import { presentHolder } from '../journal/lock.ts';
import { type PhaseState, parseStateFile, projectPhase } from '../journal/phase-state.ts';
import type { RunState } from '../journal/projection.ts';
import { loadRuns } from '../journal/runs.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { RunId, ServiceKey } from '../model/ids.ts';
import type { HostIdentity } from '../util/host-identity.ts';
import { nodeDisk } from '../util/node-disk.ts';
import type { HistoryPlace } from './fleet-history.ts';

/** All runs of the phase and who is executing the newest one now. */
export interface PhaseHistory {
  readonly phase: PhaseState;
  readonly runsOldestFirst: readonly RunState[];
  /** Null = nobody that can be told to be there. */
  readonly holder: Holder | null;
  /** The run that is being executed now. */
  readonly live: RunId | null;
  /** Runs that cannot be read. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the journals; the state file only says which services are configured. Nothing is written. */
export async function loadPhaseHistory({ root, settings }: HistoryPlace, me: HostIdentity): Promise<PhaseHistory> {
  const { runs, diagnostics } = await loadRuns(nodeDisk, root, settings.phase);
  const runsOldestFirst = runs.map((r) => r.state);
  const holder = await presentHolder(nodeDisk, root, me);
  const last = runsOldestFirst.at(-1);
  const live = holder && last?.outcome === 'running' ? last.run : null;
  const configured = await configuredServices(resolve(root, settings.monitoring.stateFile), runsOldestFirst);
  return {
    phase: projectPhase({ phase: settings.phase, configured, runsOldestFirst, live }),
    runsOldestFirst,
    holder,
    live,
    diagnostics,
  };
}

/** How a run stands: one that calls itself running while nobody executes it was interrupted. */
export function outcomeNow(run: RunState, live: RunId | null): RunState['outcome'] {
  return run.outcome === 'running' && run.run !== live ? 'interrupted' : run.outcome;
}

/** The last run wrote them all; without that file every service that any run had to do with. */
async function configuredServices(stateFile: string, runs: readonly RunState[]): Promise<readonly ServiceKey[]> {
  const text = await readFile(stateFile, 'utf8').catch(() => '');
  const parsed = parseStateFile(text);
  if (parsed.ok) return parsed.value.services.map((s) => s.service);
  return [...new Set(runs.flatMap((run) => [...run.services.keys()]))];
}
