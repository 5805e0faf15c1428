import { useMemo, useRef, useState } from 'preact/hooks';
import { type GraphLayout, layoutGraph } from '../../../report/facts/dependency-graph.ts';
import type { RowStatus } from '../../../report/facts/service-row.ts';
import { Icon } from '../../parts/icon.tsx';
import { STATUS_LOOKS } from '../../parts/status.ts';
import { linkedTo } from '../../state/linked.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { STATUS_ORDER } from '../../state/table.ts';
import { drawingOf, GraphDrawing } from './graph-drawing.tsx';
import { useZoom } from './use-zoom.ts';

/** Who needs whom, each service in the colour of its status; what is marked shows all that it needs and all that needs it. */
export function GraphView({ snapshot: { plan, rows, live, nowMs } }: { readonly snapshot: Snapshot }) {
  const layout = useMemo(() => (plan === null ? null : layoutGraph(plan)), [plan]);
  // Twice a second: each time the browser paints the drawing anew, which for a large fleet is most of what a frame costs.
  const tick = live ? Math.floor(nowMs / 500) : rows;
  const statuses = useMemo(() => new Map(rows.map(({ service, status }) => [service, status])), [tick]);
  if (layout === null) return <p class="empty">The plan of this run is not known, so its dependencies are not either.</p>;
  return <Graph layout={layout} statuses={statuses} />;
}

interface GraphProps {
  readonly layout: GraphLayout;
  readonly statuses: ReadonlyMap<string, RowStatus>;
}

function Graph({ layout, statuses }: GraphProps) {
  const box = useRef<HTMLDivElement>(null);
  const [marked, setMarked] = useState<string | null>(null);
  const [text, setText] = useState('');
  const drawing = useMemo(() => drawingOf(layout), [layout]);
  const { zoom, zoomBy, fit, onKeyDown, drag } = useZoom(box, drawing);
  const lit = useMemo(() => litServices(layout, { marked, text }), [layout, marked, text]);
  const named = (event: Event) => (event.target as Element).closest<SVGElement>('[data-node]')?.dataset.node ?? null;
  return (
    <div class="graph-view" onKeyDown={onKeyDown} role="group" aria-label="Dependency graph">
      <div class="tools">
        <input
          type="search"
          placeholder="Find a service  /"
          aria-label="Find a service"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <div class="choice" role="group" aria-label="Zoom">
          <button type="button" aria-label="Zoom in" title="Zoom in  +" onClick={() => zoomBy(1.25)}>
            +
          </button>
          <button type="button" aria-label="Zoom out" title="Zoom out  −" onClick={() => zoomBy(0.8)}>
            −
          </button>
          <button type="button" title="Show all  0" onClick={fit}>
            All
          </button>
        </div>
        <span class="dim">
          {layout.nodes.length} services, {layout.edges.length} dependencies
        </span>
        <StatusLegend />
      </div>
      <section
        class="graph panel"
        aria-label="Dependencies"
        ref={box}
        tabIndex={0}
        onMouseOver={(event) => setMarked(named(event))}
        onMouseLeave={() => setMarked(null)}
        onFocusIn={(event) => setMarked(named(event))}
        onFocusOut={() => setMarked(null)}
        {...drag}
      >
        <GraphDrawing drawing={drawing} statuses={statuses} lit={lit} zoom={zoom} />
      </section>
    </div>
  );
}

function StatusLegend() {
  return (
    <ul class="legend" aria-label="Colours">
      {STATUS_ORDER.filter((status) => status !== 'pending').map((status) => (
        <li key={status} class={`tone-${STATUS_LOOKS[status].tone}`}>
          <Icon name={STATUS_LOOKS[status].icon} />
          {STATUS_LOOKS[status].word}
        </li>
      ))}
    </ul>
  );
}

/** Null = none stands out. */
function litServices(layout: GraphLayout, by: { marked: string | null; text: string }): ReadonlySet<string> | null {
  if (by.marked !== null) return linkedTo(layout.edges, by.marked);
  const text = by.text.trim().toLowerCase();
  if (text === '') return null;
  return new Set(layout.nodes.map(({ service }) => service).filter((service) => service.toLowerCase().includes(text)));
}
