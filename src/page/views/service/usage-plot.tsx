import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { UsageSeries } from '../../state/usage-history.ts';

interface PlotProps {
  readonly title: string;
  readonly at: UsageSeries['at'];
  readonly values: readonly (number | null)[];
  readonly text: (value: number) => string;
  /** A name of the style sheet's colours. */
  readonly colour: string;
}

const HEIGHT_PX = 110;
/** The shortest stretch of time that is drawn, seconds. */
const LEAST_S = 60;

/** One quantity over time. It is drawn on a canvas, so its last value stands beside its title too. */
export function UsagePlot({ title, at, values, text, colour }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(text);
  latest.current = text;
  const last = values.findLast((value) => value !== null) ?? null;
  useEffect(() => {
    const element = box.current!;
    const make = () => {
      plot.current?.destroy();
      const data = plot.current?.data ?? [[], []];
      plot.current = new uPlot(
        optionsFor(element, colour, (value) => latest.current(value)),
        data as uPlot.AlignedData,
        element,
      );
    };
    make();
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    resized.observe(element);
    // Its colours are read from the style sheet when it is made.
    const themed = new MutationObserver(make);
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [colour]);
  useEffect(() => plot.current?.setData([[...at], [...values]]), [at, values]);
  return (
    <figure class="plot">
      <figcaption>
        {title} <span class="figures">{last === null ? 'not running' : text(last)}</span>
      </figcaption>
      <div ref={box} role="img" aria-label={`${title} over time, now ${last === null ? 'nothing' : text(last)}`} />
    </figure>
  );
}

function optionsFor(box: HTMLElement, colour: string, text: (value: number) => string): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: read('--dim'),
    font: `11px ${read('--sans')}`,
    ticks: { show: false },
    grid: { stroke: read('--line'), width: 1 },
  };
  const line = read(colour);
  return {
    width: box.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    padding: [6, 8, 0, 0],
    scales: {
      x: { range: (plot) => stretchOf(plot.data[0]) },
      y: { range: (_, __, max) => [0, Math.max(max ?? 0, 1) * 1.15] },
    },
    axes: [
      { ...axis, size: 22, space: 70, values: (_, ticks) => ticks.map((at) => TIME.format(at * 1000)) },
      { ...axis, size: 58, space: 28, values: (_, ticks) => ticks.map(text) },
    ],
    series: [
      {},
      {
        stroke: line,
        width: 1.5,
        fill: `${line}22`,
        points: { show: (plot) => plot.data[0].length < 3, size: 4, fill: line },
        spanGaps: false,
      },
    ],
  };
}

/** Up to the last sample. uPlot's own choice for a single one would be a whole day. */
function stretchOf(at: ArrayLike<number>): [number, number] {
  const last = at[at.length - 1] ?? LEAST_S;
  return [Math.min(at[0] ?? 0, last - LEAST_S), last];
}

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
