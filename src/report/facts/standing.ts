import type { RunState } from '../../journal/projection.ts';

/** How a run stands now, in one word. */
export type Standing = RunState['outcome'] | 'paused' | 'stopping';

/** How a run stands: one without an end that nobody executes (`live` = somebody does) was cut off. */
export function standingOf(
  { outcome, stopping, paused }: Pick<RunState, 'outcome' | 'stopping' | 'paused'>,
  { live }: { readonly live: boolean },
): Standing {
  if (outcome !== 'running') return outcome;
  if (!live) return 'interrupted';
  if (stopping) return 'stopping';
  return paused ? 'paused' : 'running';
}
