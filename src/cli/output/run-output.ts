import type { Event } from '../../journal/events.ts';
import type { RunState } from '../../journal/projection.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { RunId } from '../../model/ids.ts';
import type { Plan } from '../../plan/types.ts';

/** How a run ended, for its last words. */
export interface Ended {
  readonly state: RunState;
  readonly plan: Plan;
  readonly logs: string;
}

/** A run that has begun. */
export interface Shown {
  readonly run: RunId;
  readonly plan: Plan;
  /** The run as recorded up to the last event. */
  state(): RunState;
}

/** Shows a run while it goes on. A pure consumer: it changes nothing of it. */
export interface RunOutput {
  /** The run has begun; events follow. */
  begin(shown: Shown): void;
  event(event: Event): void;
  /** For the operator, at once and whatever the mode: on stderr. */
  say(diagnostic: Diagnostic): void;
  /** Leaves the terminal as it was, by whatever way the run ended. */
  stop(): void;
  /** The last words. */
  end(ended: Ended): void;
}
