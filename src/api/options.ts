import type { Event } from '../journal/events.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { RunId, ServiceKey } from '../model/ids.ts';

/** Which fleet. */
export interface FleetOptions {
  /** The project dir; left out: the nearest folder, from the present one upwards, with slipway.yaml or a Compose file. */
  readonly projectDir?: string;
  /** The configuration; left out: slipway.yaml in the project dir, if it is there. */
  readonly config?: string;
  /** Files with variables of the Compose files, instead of .env. */
  readonly envFiles?: readonly string[];
  /** Compose profiles to switch on. */
  readonly profiles?: readonly string[];
  /** Environment for Docker, Compose and hooks; left out: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What is rebuilt and how; each is the option of `slipway rebuild` with the same name. */
export interface PlanOptions extends FleetOptions {
  /** Only these; with several projects `project/service`. */
  readonly services?: readonly ServiceKey[];
  readonly categories?: readonly string[];
  readonly skipTests?: boolean;
  readonly noCache?: boolean;
  readonly force?: boolean;
  readonly pull?: boolean;
  /** Services in flight at once. */
  readonly batchSize?: number | 'all';
  /** Start no further service once more than so many failed; a share is of the selected ones. */
  readonly maxFailures?: number | `${number}%`;
  readonly rollbackOnFail?: boolean;
  readonly rollbackScope?: 'service' | 'wave' | 'run';
}

/** How a run is watched and ended from within the program that started it. */
export interface RunOptions {
  /** How long to wait for another run of this fleet to end; left out: not at all. */
  readonly lockWaitMs?: number;
  /** Ends the run: builds and tests are cut off, a replace still comes to its end. It can be continued. */
  readonly signal?: AbortSignal;
  /** Has the run start nothing new, and what is under way come to its end. It can be continued. */
  readonly drainSignal?: AbortSignal;
  /** The run has begun; called before its first event. */
  readonly onStart?: (run: StartedRun) => void;
  /** Each event of the run, in order, as it is recorded. */
  readonly onEvent?: (event: Event) => void;
  /** What an operator would be told beside the events: a lock taken over, a file that could not be written. */
  readonly onDiagnostic?: (diagnostic: Diagnostic) => void;
}

/** A run that has begun. */
export interface StartedRun {
  readonly run: RunId;
  /** The folder of its build and test logs, absolute. */
  readonly logs: string;
}
