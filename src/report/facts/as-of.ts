import type { RunState } from '../../journal/projection.ts';
import { epochMsOf } from '../../util/instant.ts';

/** How a run is to be shown: whether somebody executes it, and when (milliseconds since 1970). */
export interface Moment {
  readonly live: boolean;
  readonly nowMs: number;
}

/** What of a run tells how far its time has come. */
export type RunTimes = Pick<RunState, 'outcome' | 'lastAt' | 'parts'>;

/** Whether anything of the run goes on: one without an end that nobody executes was cut off. */
export function goesOn({ outcome }: Pick<RunState, 'outcome'>, { live }: Pick<Moment, 'live'>): boolean {
  return live && outcome === 'running';
}

/**
 * The instant at which a run is to be shown, milliseconds since 1970: now while it is executed. Any other stands as it was when the last was
 * recorded, so that nothing of it seems to go on; that it was given up is told long after.
 */
export function asOfMs(state: RunTimes, moment: Moment): number {
  const last = state.outcome === 'abandoned' ? (state.parts.at(-1)?.endedAt ?? state.lastAt) : state.lastAt;
  return goesOn(state, moment) || last === null ? moment.nowMs : epochMsOf(last);
}
