import type { RunState } from '../../../journal/projection.ts';
import { humanDuration } from '../../../util/human.ts';
import { epochMsOf } from '../../../util/instant.ts';
import { printable } from '../../../util/printable.ts';
import { OUTCOME_LOOKS } from '../../parts/status.ts';
import { LookMark } from '../../parts/status-mark.tsx';
import { dayTime } from '../../parts/times.ts';
import type { Snapshot } from '../../state/snapshot.ts';

/** One line: how the run stands, since when, and how long it may still take. */
export function RunHeadline({ snapshot, state }: { readonly snapshot: Snapshot; readonly state: RunState }) {
  const { live, nowMs } = snapshot;
  const startedMs = state.startedAt === null ? nowMs : epochMsOf(state.startedAt);
  return (
    <p class="headline">
      <LookMark look={lookOf(state, live)} />
      <span class="run-id">{state.run}</span>
      <span class="dim">{state.meta?.command}</span>
      <span class="figures big">{humanDuration(Math.max(0, nowMs - startedMs))}</span>
      {!live && <span class="dim">{dayTime(startedMs)}</span>}
      {state.resumed > 0 && <span class="dim">resumed {state.resumed === 1 ? 'once' : `${state.resumed} times`}</span>}
      {state.why !== '' && <span class="clip why dim">{printable(state.why)}</span>}
    </p>
  );
}

/** A run without an end that nobody executes was cut off. */
function lookOf(state: RunState, live: boolean) {
  if (state.outcome === 'running' && !live) return OUTCOME_LOOKS.interrupted;
  if (state.outcome === 'running' && state.paused) return { word: 'paused', icon: 'pause', tone: 'warn' } as const;
  return OUTCOME_LOOKS[state.outcome];
}
