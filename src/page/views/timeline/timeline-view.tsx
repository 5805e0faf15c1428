import type { TargetedKeyboardEvent } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { timelineOf } from '../../../report/facts/timeline.ts';
import { humanDuration } from '../../../util/human.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { moved, type Span, zoomed } from '../../state/time-scale.ts';
import { rowsByLane, rowsByService } from '../../state/timeline-rows.ts';
import { CriticalPath } from './critical-path.tsx';
import { TimelineChart } from './timeline-chart.tsx';
import { TimelineTools } from './timeline-tools.tsx';

const ZOOM = 1.6;

/** The run in time: which step of which service went on when, and what made it take so long. */
export function TimelineView({ snapshot }: { readonly snapshot: Snapshot }) {
  const { state, plan, live, nowMs } = snapshot;
  const [rowsOf, setRowsOf] = useState<'service' | 'lane'>('service');
  const [highlight, setHighlight] = useState<'critical' | 'none'>('none');
  const [span, setSpan] = useState<Span | null>(null);
  const tick = live ? Math.floor(nowMs / 500) : state?.lastSeq;
  // Twice a second is as often as a bar of this length visibly grows.
  const timeline = useMemo(
    () => (state === null ? null : timelineOf(state, plan, { live, nowMs })),
    [tick, live, plan, state?.run],
  );
  const rows = useMemo(
    () => (timeline === null ? [] : rowsOf === 'service' ? rowsByService(timeline) : rowsByLane(timeline)),
    [timeline, rowsOf],
  );
  if (timeline === null) return null;
  const whole = { fromMs: timeline.beganMs, toMs: Math.max(timeline.endMs, timeline.beganMs + 1000) };
  const shown = span ?? whole;
  const zoom = (factor: number, aroundMs = (shown.fromMs + shown.toMs) / 2) =>
    setSpan(zoomed(shown, { factor, aroundMs }, whole));
  const move = (share: number) => span !== null && setSpan(moved(span, share, whole));
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const does: Record<string, () => void> = {
      '+': () => zoom(1 / ZOOM),
      '=': () => zoom(1 / ZOOM),
      '-': () => zoom(ZOOM),
      '0': () => setSpan(null),
      ArrowLeft: () => move(-0.2),
      ArrowRight: () => move(0.2),
    };
    const act = does[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  return (
    <div class="timeline-view" onKeyDown={onKeyDown} role="group" aria-label="Timeline">
      <TimelineTools
        rowsOf={rowsOf}
        onRowsOf={setRowsOf}
        highlight={highlight}
        onHighlight={setHighlight}
        isZoomed={span !== null}
        onZoom={(direction) => (direction === 'all' ? setSpan(null) : zoom(direction === 'in' ? 1 / ZOOM : ZOOM))}
        took={humanDuration(shown.toMs - shown.fromMs)}
      />
      <TimelineChart rows={rows} span={shown} beganMs={timeline.beganMs} highlight={highlight} onZoom={zoom} onMove={move} />
      <CriticalPath timeline={timeline} />
    </div>
  );
}
