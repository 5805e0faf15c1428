import type { TargetedPointerEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useRowWindow } from '../../parts/row-window.ts';
import { clockText } from '../../parts/times.ts';
import type { Span } from '../../state/time-scale.ts';
import { placed, ticksOf } from '../../state/time-scale.ts';
import type { ShownRow } from '../../state/timeline-rows.ts';
import { TimelineLine } from './timeline-line.tsx';

interface ChartProps {
  readonly rows: readonly ShownRow[];
  readonly span: Span;
  readonly beganMs: number;
  readonly highlight: 'critical' | 'none';
  readonly onZoom: (factor: number, aroundMs: number) => void;
  readonly onMove: (share: number) => void;
}

const ROW_PX = 26;
/** The width that a tick's text needs. */
const TICK_PX = 90;

/** The lines of the timeline under an axis; only those in sight exist. Ctrl and the wheel zoom, dragging moves. */
export function TimelineChart({ rows, span, beganMs, highlight, onZoom, onMove }: ChartProps) {
  const body = useRef<HTMLDivElement>(null);
  const track = useRef<HTMLDivElement>(null);
  const { from, to } = useRowWindow(body, rows.length, ROW_PX);
  const widthPx = useWidth(track);
  useWheelZoom(body, track, span, onZoom);
  const drag = useDrag(track, onMove);
  const ticks = ticksOf(span, beganMs, Math.max(2, Math.floor(widthPx / TICK_PX)));
  return (
    <div class="timeline panel" data-scroll>
      <div class="timeline-axis" data-sticky>
        <div class="timeline-label dim">{rows.length === 0 ? '' : `${rows.length} lines`}</div>
        <div class="timeline-track" ref={track}>
          {ticks.map((ms) => (
            <span key={ms} class="tick figures" style={`left: ${placed({ startMs: ms, endMs: ms }, span)?.left ?? 0}%`}>
              {clockText(ms - beganMs)}
            </span>
          ))}
        </div>
      </div>
      <div class="timeline-body" ref={body} style={`height: ${rows.length * ROW_PX}px`} {...drag}>
        <div class="timeline-rules" aria-hidden="true">
          {ticks.map((ms) => (
            <i key={ms} style={`left: ${placed({ startMs: ms, endMs: ms }, span)?.left ?? 0}%`} />
          ))}
        </div>
        {rows.slice(from, to).map((row, i) => (
          <TimelineLine key={row.key} row={row} span={span} topPx={(from + i) * ROW_PX} highlight={highlight} beganMs={beganMs} />
        ))}
      </div>
      {rows.length === 0 && <p class="empty">No step has begun yet.</p>}
    </div>
  );
}

type Box = { readonly current: HTMLElement | null };

function useWidth(box: Box): number {
  const [width, setWidth] = useState(800);
  useEffect(() => {
    if (box.current === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box]);
  return width;
}

/** Not passive, so that the browser does not zoom the page as well. */
function useWheelZoom(body: Box, track: Box, span: Span, onZoom: ChartProps['onZoom']): void {
  const latest = useRef({ span, onZoom });
  latest.current = { span, onZoom };
  useEffect(() => {
    const element = body.current;
    const onWheel = (event: WheelEvent) => {
      if (!(event.ctrlKey || event.metaKey) || track.current === null) return;
      event.preventDefault();
      const { left, width } = track.current.getBoundingClientRect();
      const now = latest.current;
      const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
      now.onZoom(event.deltaY > 0 ? 1.25 : 0.8, now.span.fromMs + share * (now.span.toMs - now.span.fromMs));
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [body, track]);
}

/** With a mouse only: a finger scrolls the page. */
function useDrag(track: Box, onMove: (share: number) => void) {
  const fromX = useRef<number | null>(null);
  return {
    onPointerDown: (event: TargetedPointerEvent<HTMLElement>) => {
      if (event.pointerType === 'mouse' && event.button === 0) fromX.current = event.clientX;
    },
    onPointerMove: (event: TargetedPointerEvent<HTMLElement>) => {
      if (fromX.current === null || track.current === null) return;
      if (event.buttons === 0) {
        fromX.current = null;
        return;
      }
      onMove((fromX.current - event.clientX) / track.current.clientWidth);
      fromX.current = event.clientX;
    },
    onPointerUp: () => {
      fromX.current = null;
    },
  };
}
