import type { RunPart, RunState } from '../../journal/projection.ts';
import { counted, humanDuration } from '../../util/human.ts';
import { epochMsOf } from '../../util/instant.ts';
import { asOfMs, type Moment, type RunTimes } from './as-of.ts';

/** How long a run has taken, milliseconds: all its parts, without what lies between a crash and the resume; null = it never began. */
export function runDurationMs(state: RunTimes, moment: Moment): number | null {
  const { parts } = state;
  const [first] = parts;
  if (!first) return null;
  const end = parts.at(-1)!.endedAt;
  return activeMs(parts, epochMsOf(first.startedAt), end === null ? asOfMs(state, moment) : epochMsOf(end));
}

/** How much of the time from one instant to another (milliseconds since 1970) somebody executed the run. */
export function activeMs(parts: readonly RunPart[], fromMs: number, toMs: number): number {
  // A run in one piece is the rule, and this is asked for every service ten times a second.
  if (parts.length < 2) return Math.max(0, toMs - fromMs);
  return parts.reduce((sum, { startedAt, endedAt }) => {
    const startMs = Math.max(fromMs, epochMsOf(startedAt));
    const endMs = endedAt === null ? toMs : Math.min(toMs, epochMsOf(endedAt));
    return sum + Math.max(0, endMs - startMs);
  }, 0);
}

/** `1m12s in 2 parts`: a duration of a run, and that it was resumed. */
export function durationInParts(ms: number, { resumed }: Pick<RunState, 'resumed'>): string {
  return resumed === 0 ? humanDuration(ms) : `${humanDuration(ms)} in ${counted(resumed + 1, 'part')}`;
}
