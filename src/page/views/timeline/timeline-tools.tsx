import { STEP_KINDS } from '../../../report/facts/lanes.ts';

interface ToolsProps {
  readonly rowsOf: 'service' | 'lane';
  readonly onRowsOf: (rowsOf: 'service' | 'lane') => void;
  readonly highlight: 'critical' | 'none';
  readonly onHighlight: (highlight: 'critical' | 'none') => void;
  readonly isZoomed: boolean;
  readonly onZoom: (direction: 'in' | 'out' | 'all') => void;
  readonly took: string;
}

/** How the timeline is to be shown, and what its colours mean. */
export function TimelineTools({ rowsOf, onRowsOf, highlight, onHighlight, isZoomed, onZoom, took }: ToolsProps) {
  return (
    <div class="tools">
      <div class="choice" role="group" aria-label="A line is">
        <button type="button" aria-pressed={rowsOf === 'service'} onClick={() => onRowsOf('service')}>
          By service
        </button>
        <button type="button" aria-pressed={rowsOf === 'lane'} onClick={() => onRowsOf('lane')}>
          By lane
        </button>
      </div>
      <button
        type="button"
        aria-pressed={highlight === 'critical'}
        onClick={() => onHighlight(highlight === 'critical' ? 'none' : 'critical')}
      >
        Critical path
      </button>
      <div class="choice" role="group" aria-label="Zoom">
        <button type="button" aria-label="Zoom in" title="Zoom in  +" onClick={() => onZoom('in')}>
          +
        </button>
        <button type="button" aria-label="Zoom out" title="Zoom out  −" disabled={!isZoomed} onClick={() => onZoom('out')}>
          −
        </button>
        <button type="button" title="Show all  0" disabled={!isZoomed} onClick={() => onZoom('all')}>
          All
        </button>
      </div>
      <span class="dim figures">{took}</span>
      <ul class="legend" aria-label="Colours">
        {STEP_KINDS.map((kind) => (
          <li key={kind}>
            <i class={`kind kind-${kind}`} />
            {kind}
          </li>
        ))}
      </ul>
    </div>
  );
}
