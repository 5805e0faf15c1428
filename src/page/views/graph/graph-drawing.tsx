import type { GraphEdge, GraphLayout } from '../../../report/facts/dependency-graph.ts';
import type { RowStatus } from '../../../report/facts/service-row.ts';
import { useHref } from '../../parts/context.ts';
import { Icon } from '../../parts/icon.tsx';
import { memo } from '../../parts/memo.tsx';
import { STATUS_LOOKS } from '../../parts/status.ts';

/** In the drawing's own unit, a pixel at zoom 1. */
const NODE = { width: 178, height: 28, gapX: 56, gapY: 10, edge: 16 };

/** Where a node's name stands, and how many letters surely have room there. */
const NAME = { x: 34, width: 138, letters: 23 };

interface PlacedNode {
  readonly service: string;
  readonly x: number;
  readonly y: number;
}

/** Where everything of a graph is. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly (GraphEdge & { readonly path: string })[];
}

/** Places the nodes of a layout, and draws lines between them. */
export function drawingOf({ nodes, edges, columns, rows }: GraphLayout): Drawing {
  const placed = nodes.map(({ service, column, row }) => ({
    service,
    x: NODE.edge + column * (NODE.width + NODE.gapX),
    y: NODE.edge + row * (NODE.height + NODE.gapY),
  }));
  const at = new Map(placed.map((node) => [node.service, node]));
  return {
    width: 2 * NODE.edge + columns * (NODE.width + NODE.gapX) - NODE.gapX,
    height: 2 * NODE.edge + rows * (NODE.height + NODE.gapY) - NODE.gapY,
    nodes: placed,
    edges: edges.map((edge) => ({ ...edge, path: lineBetween(at.get(edge.from)!, at.get(edge.to)!) })),
  };
}

function lineBetween(from: PlacedNode, to: PlacedNode): string {
  const [x1, y1] = [from.x + NODE.width, from.y + NODE.height / 2];
  const [x2, y2] = [to.x, to.y + NODE.height / 2];
  const bend = Math.max(30, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

interface DrawingProps {
  readonly drawing: Drawing;
  readonly statuses: ReadonlyMap<string, RowStatus>;
  /** Null = none stands out. */
  readonly lit: ReadonlySet<string> | null;
  readonly zoom: number;
}

/** The graph. */
export function GraphDrawing({ drawing, statuses, lit, zoom }: DrawingProps) {
  const { width, height, nodes } = drawing;
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: it is a list of links, which have texts
    <svg width={width * zoom} height={height * zoom} viewBox={`0 0 ${width} ${height}`}>
      <Edges drawing={drawing} lit={lit} />
      {nodes.map((node) => (
        <Node
          key={node.service}
          node={node}
          status={statuses.get(node.service) ?? 'waiting'}
          light={lit === null ? '' : lit.has(node.service) ? 'lit' : 'faded'}
        />
      ))}
    </svg>
  );
}

const Edges = memo(function Edges({ drawing, lit }: Pick<DrawingProps, 'drawing' | 'lit'>) {
  return (
    <g>
      {drawing.edges.map(({ from, to, path }) => (
        <path
          key={`${from} ${to}`}
          class={`edge ${lit === null ? '' : lit.has(from) && lit.has(to) ? 'lit' : 'faded'}`}
          d={path}
        />
      ))}
    </g>
  );
});

/** A long name is narrower, and whole: who cannot read it zooms in. */
const SQUEEZED = { textLength: NAME.width, lengthAdjust: 'spacingAndGlyphs' } as const;

interface NodeProps {
  readonly node: PlacedNode;
  readonly status: RowStatus;
  readonly light: '' | 'lit' | 'faded';
}

const Node = memo(function Node({ node: { service, x, y }, status, light }: NodeProps) {
  const href = useHref();
  const look = STATUS_LOOKS[status];
  return (
    <g transform={`translate(${x} ${y})`}>
      <a
        class={`node tone-${look.tone} ${light}`}
        href={href({ kind: 'service', service })}
        aria-label={`${service}, ${look.word}`}
        data-node={service}
        data-status={status}
      >
        <title>
          {service}: {look.word}
        </title>
        <rect class="box" width={NODE.width} height={NODE.height} rx="6" />
        <rect class="side-mark" width="4" height={NODE.height - 8} x="4" y="4" rx="2" />
        <g transform="translate(14 7)">
          <Icon name={look.icon} />
        </g>
        <text x={NAME.x} y="18.5" {...(service.length > NAME.letters && SQUEEZED)}>
          {service}
        </text>
      </a>
    </g>
  );
});
