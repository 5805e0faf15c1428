import { useMemo } from 'preact/hooks';
import type { RunState } from '../../../journal/projection.ts';
import { runDurationMs } from '../../../report/facts/active-time.ts';
import { standingOf } from '../../../report/facts/standing.ts';
import { timeLeft } from '../../../report/facts/time-left.ts';
import { counted, humanDuration } from '../../../util/human.ts';
import { epochMsOf } from '../../../util/instant.ts';
import { printable } from '../../../util/printable.ts';
import { RUN_LOOKS } from '../../parts/status.ts';
import { LookMark } from '../../parts/status-mark.tsx';
import { clockTime, dayTime } from '../../parts/times.ts';
import type { Snapshot } from '../../state/snapshot.ts';

/** One line: how the run stands, since when, and how long it may still take. */
export function RunHeadline({ snapshot, state }: { readonly snapshot: Snapshot; readonly state: RunState }) {
  const { live, nowMs, problem } = snapshot;
  const startedMs = state.startedAt === null ? nowMs : epochMsOf(state.startedAt);
  return (
    <p class="headline">
      <LookMark look={RUN_LOOKS[standingOf(state, { live })]} />
      <span class="figures big">{humanDuration(runDurationMs(state, { live, nowMs }) ?? 0)}</span>
      {live && <TimeLeftText snapshot={snapshot} state={state} />}
      <span class="run-id dim">{state.run}</span>
      <span class="dim">{state.meta?.command}</span>
      {!live && <span class="dim">{dayTime(startedMs)}</span>}
      {state.resumed > 0 && <span class="dim">in {state.resumed + 1} parts</span>}
      {problem !== null && <span class="bad-text">{printable(problem)}</span>}
      {problem === null && state.why !== '' && <span class="clip why dim">{printable(state.why)}</span>}
    </p>
  );
}

/** Told anew each second: a figure that jumps ten times a second cannot be read. */
function TimeLeftText({ snapshot: { plan, nowMs }, state }: { readonly snapshot: Snapshot; readonly state: RunState }) {
  const second = Math.floor(nowMs / 1000);
  const left = useMemo(() => timeLeft(state, plan, nowMs), [second, plan, state.run]);
  if (left.leftMs === null) return null;
  const { leftMs, slowMs, basis, unseen } = left;
  const slow = slowMs === null ? '' : `; if all is slow ${humanDuration(slowMs)}`;
  const rests = basis === 'recorded' ? 'from recorded durations' : 'from the speed of this run so far';
  return (
    <span class="figures left" title={`${rests}${slow}`}>
      about {humanDuration(leftMs)} left
      <span class="dim">
        , until {clockTime(nowMs + leftMs).slice(0, 5)}
        {unseen > 0 && `, ${counted(unseen, 'service')} never seen`}
      </span>
    </span>
  );
}
