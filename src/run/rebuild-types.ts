import type { HostPort } from '../docker/host-port.ts';
import type { Outside } from '../docker/outside-port.ts';
import type { Engine } from '../docker/port.ts';
import type { FleetSource } from '../fleet/fleet-source.ts';
import type { LoadRequest } from '../fleet/load.ts';
import type { Fleet } from '../fleet/types.ts';
import type { Event } from '../journal/events.ts';
import type { RunState } from '../journal/projection.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { RunId } from '../model/ids.ts';
import type { ExitCode } from '../model/status.ts';
import type { Plan, PlanOptions } from '../plan/types.ts';
import type { Clock } from '../util/clock.ts';
import type { Disk } from '../util/disk.ts';
import type { HostIdentity } from '../util/host-identity.ts';
import type { Record } from './context.ts';
import type { PauseGate } from './executor/pause.ts';
import type { StopController } from './executor/stop.ts';
import type { ContinueChanges } from './recovery/resume.ts';

/** What every run is asked with. */
export interface RunRequest {
  readonly load: LoadRequest;
  readonly continue: boolean;
  /** Of `--continue`. */
  readonly changes: ContinueChanges;
  readonly lockWaitMs: number;
  /** The command line without secrets, for the lock. */
  readonly command: string;
}

/** What the operator asked of a rebuild. */
export interface RebuildRequest extends RunRequest {
  readonly options: PlanOptions;
  /** `--plan FILE`, as written. */
  readonly planFile: string | null;
}

/** What the operator asked of a rollback. */
export interface RollbackRequest extends RunRequest {
  readonly options: PlanOptions;
  /** The plan that was agreed to on the terminal; null = whatever the plan is. */
  readonly agreed: Plan | null;
}

/** A run that has just begun, for whoever shows it. */
export interface LiveRun {
  readonly fleet: Fleet;
  readonly plan: Plan;
  readonly run: RunId;
  /** The folder of the run's service logs, absolute. */
  readonly logs: string;
  /** The run as its journal has it so far. */
  readonly state: RunState;
  /** Calls the listener with each event from now on; returns what ends it. */
  subscribe(listener: (event: Event) => void): () => void;
  /** Adds to the run's own log file. */
  note(text: string): void;
  /** Records what only the command line knows: signals, and what other processes ask for. */
  readonly record: Record;
  /** What brings the run to an end. */
  readonly stop: StopController;
  /** What holds its new steps. */
  readonly pause: PauseGate;
}

/** The world that a run works in. */
export interface RebuildDeps {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly disk: Disk;
  readonly source: FleetSource;
  readonly me: HostIdentity;
  /** Slipway's version. */
  readonly version: string;
  readonly stop: StopController;
  /** Environment for hooks. */
  readonly env: Readonly<{ [name: string]: string | undefined }>;
  readonly onLive: (live: LiveRun) => void;
  /** Told at once: what was taken over, what could not be written. */
  readonly say: (diagnostic: Diagnostic) => void;
  /** The user's configuration folder, where the key of the releases is kept. */
  readonly configHome: string;
  /** The engine's machine and this one, to be looked at before a rebuild begins; left out where there is none. */
  readonly machine?: { readonly host: HostPort; readonly outside: Outside };
  /** For crash tests: called after each journal append. */
  readonly afterAppend?: (event: Event) => void | Promise<void>;
}

/** How a run ended. */
export type RebuildResult =
  /** Nothing was done. */
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[]; readonly exitCode: ExitCode }
  | { readonly kind: 'nothing'; readonly message: string; readonly exitCode: ExitCode }
  | { readonly kind: 'ran'; readonly exitCode: ExitCode; readonly state: RunState; readonly plan: Plan; readonly logs: string }
  /** The journal could not be written any more; what is recorded so far is whole. */
  | { readonly kind: 'broken'; readonly diagnostics: readonly Diagnostic[]; readonly exitCode: ExitCode };
