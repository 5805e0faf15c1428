import { humanDuration } from '../../../util/human.ts';
import { useHref } from '../../parts/context.ts';
import { memo } from '../../parts/memo.tsx';
import { clockText } from '../../parts/times.ts';
import { placed, type Span } from '../../state/time-scale.ts';
import type { ShownBar, ShownRow } from '../../state/timeline-rows.ts';

interface LineProps {
  readonly row: ShownRow;
  readonly span: Span;
  readonly topPx: number;
  readonly highlight: 'critical' | 'none';
  readonly beganMs: number;
}

/** One line of the timeline. */
export const TimelineLine = memo(function TimelineLine({ row, span, topPx, highlight, beganMs }: LineProps) {
  const href = useHref();
  const { label, service, kind, bars } = row;
  return (
    <div class="timeline-line" style={`transform: translateY(${topPx}px)`}>
      <div class="timeline-label">
        {service === null ? (
          <span class="clip">
            <i class={`kind kind-${kind}`} /> {label}
          </span>
        ) : (
          <a class="clip" href={href({ kind: 'service', service })}>
            {label}
          </a>
        )}
      </div>
      <div class="timeline-track">
        {bars.map((bar) => (
          <Bar key={bar.step} bar={bar} span={span} highlight={highlight} beganMs={beganMs} named={service === null} />
        ))}
      </div>
    </div>
  );
});

interface BarProps extends Pick<LineProps, 'span' | 'highlight' | 'beganMs'> {
  readonly bar: ShownBar;
  /** In a lane's line a bar says whose it is. */
  readonly named: boolean;
}

function Bar({ bar, span, highlight, beganMs, named }: BarProps) {
  const place = placed(bar, span);
  if (place === null) return null;
  const { kind, outcome, open, critical, service } = bar;
  const marks = [open && 'open', outcome === 'failed' && 'failed', outcome === 'interrupted' && 'interrupted'];
  const light = highlight === 'critical' ? (critical ? 'critical' : 'faded') : '';
  const text = barText(bar, beganMs);
  return (
    <span
      class={`bar bar-${kind} ${light} ${marks.filter(Boolean).join(' ')}`}
      style={`left: ${place.left.toFixed(3)}%; width: ${place.width.toFixed(3)}%`}
      title={text}
    >
      {named ? service : <span class="unseen">{text}</span>}
    </span>
  );
}

function barText({ service, kind, startMs, endMs, outcome, open, critical }: ShownBar, beganMs: number): string {
  const end = open ? 'under way' : outcome;
  const took = humanDuration(endMs - startMs);
  return `${service}: ${kind}, ${took}, from ${clockText(startMs - beganMs)}, ${end}${critical ? ', on the critical path' : ''}`;
}
