import type { Event } from '../journal/events.ts';
import type { Counts } from '../journal/projection.ts';
import type { RunId } from '../model/ids.ts';
import type { FleetSample } from '../model/usage.ts';
import type { StepKind } from '../plan/types.ts';
import type { LaneRow } from '../report/facts/lanes.ts';
import type { TableFacts } from './table.ts';

/** The run as a whole. */
export interface RunHead {
  /** Null = there is no run yet. */
  readonly run: RunId | null;
  readonly command: string;
  readonly phase: string;
  /** How it stands, in the words that are shown: `running`, `paused`, `stopping`, `done`, `failed`, `interrupted`, `abandoned`, `no run`. */
  readonly standing: string;
  /** Somebody executes it now, so that its times go on. */
  readonly isLive: boolean;
  /** Without the time between a crash and a resume. */
  readonly elapsedMs: number;
  readonly resumed: number;
  /** How long it may still take, in words; empty when that is not known. */
  readonly left: string;
}

/** What one kind of step is doing now; `waiting`: services between two steps. */
export interface ShownLane {
  readonly kind: StepKind | 'waiting';
  readonly rows: readonly LaneRow[];
}

/** All that a frame is made of; what the keys have chosen is in UiState. */
export interface MonitorFacts extends TableFacts {
  readonly head: RunHead;
  readonly counts: Counts;
  readonly lanes: readonly ShownLane[];
  /** Oldest first. */
  readonly activity: readonly Event[];
  readonly sample: FleetSample | null;
  /** How much of the host's cores the fleet used at each sample, 0 to 1, newest last. */
  readonly cpuHistory: readonly number[];
  /** Why the journal cannot be read any further, if so. */
  readonly problem: string | null;
}
