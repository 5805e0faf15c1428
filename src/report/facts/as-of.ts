import type { RunState } from '../../journal/projection.ts';
import { epochMsOf } from '../../util/instant.ts';

/**
 * The instant at which a run is to be shown, milliseconds since 1970: now while it is executed. Any other stands as it was when the last was
 * recorded, so that nothing of it seems to go on.
 */
export function asOfMs(
  { outcome, lastAt }: Pick<RunState, 'outcome' | 'lastAt'>,
  { live, nowMs }: { readonly live: boolean; readonly nowMs: number },
): number {
  return (live && outcome === 'running') || lastAt === null ? nowMs : epochMsOf(lastAt);
}
