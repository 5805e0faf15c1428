import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import type { StepKind } from '../plan/types.ts';
import type { Forecast, ServiceForecast, TimedStep } from '../run/forecast/types.ts';
import type { Paint } from './paint.ts';

/** More services than this are shown as categories: a row then tells how many are at work. */
const SERVICES_AT_MOST = 60;
const NAME_CELLS = 24;
const LETTERS: Readonly<Record<StepKind, string>> = {
  backup: 'b',
  build: 'b',
  test: 't',
  replace: 'r',
  verify: 'v',
  rollback: 'r',
};
/** What wins a cell that several steps share: what is short and takes a service away must be seen. */
const ORDER: readonly string[] = ['r', 't', 'b', 'v'];

/** When what happens, one row a service while they fit, else one a category; letters tell the steps, so that no colour is needed. */
export function renderTimeline(forecast: Forecast, { columns, paint }: { columns: number; paint: Paint }): string[] {
  const { timeline } = forecast;
  const byService = timeline.length <= SERVICES_AT_MOST;
  const rows = byService ? serviceRows(timeline) : categoryRows(timeline);
  const endMs = Math.max(1, ...timeline.flatMap(({ steps }) => steps.map((step) => step.endMs)));
  const nameCells = Math.min(NAME_CELLS, Math.max(...rows.map(({ name }) => stringWidth(name))));
  const cells = Math.max(10, columns - nameCells - 4);
  const scale = { endMs, cells };
  const legend = byService ? 'b build  t test  r replace  v verify  . waits' : 'how many services are at work: 1 to 9, + more';
  return [
    `${paint.bold('Timeline')}  ${paint.dim(legend)}`,
    paint.dim(`${' '.repeat(nameCells + 3)}${axis(scale)}`),
    ...rows.map(({ name, cellsOf }) => `  ${fitted(name, nameCells, paint)} ${coloured(cellsOf(scale), paint)}`.trimEnd()),
  ];
}

/** A moment of a run as on a stopwatch: `0:05`, `12:30`, `1:02:03`. */
export function clockText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const tail = String(s).padStart(2, '0');
  return h === 0 ? `${m}:${tail}` : `${h}:${String(m).padStart(2, '0')}:${tail}`;
}

interface Scale {
  readonly endMs: number;
  readonly cells: number;
}

interface Row {
  readonly name: string;
  readonly cellsOf: (scale: Scale) => string;
}

function serviceRows(timeline: readonly ServiceForecast[]): readonly Row[] {
  return timeline.map(({ service, steps }) => ({ name: service, cellsOf: (scale) => serviceCells(steps, scale) }));
}

function serviceCells(steps: readonly TimedStep[], scale: Scale): string {
  const row = Array.from({ length: scale.cells }, () => ' ');
  const first = Math.min(...steps.map((step) => cellAt(step.startMs, scale)));
  const last = Math.max(...steps.map((step) => lastCell(step, scale)));
  for (let cell = first; cell <= last; cell += 1) row[cell] = '.';
  const long = (step: TimedStep) => step.kind !== 'backup';
  for (const step of steps.filter(long).toSorted((a, b) => rank(b) - rank(a))) {
    for (let cell = cellAt(step.startMs, scale); cell <= lastCell(step, scale); cell += 1) row[cell] = LETTERS[step.kind];
  }
  return row.join('').trimEnd();
}

function rank({ kind }: TimedStep): number {
  return ORDER.indexOf(LETTERS[kind]);
}

function categoryRows(timeline: readonly ServiceForecast[]): readonly Row[] {
  const names = [...new Set(timeline.map(({ category }) => category))];
  return names.map((name) => {
    const members = timeline.filter(({ category }) => category === name);
    return { name, cellsOf: (scale) => categoryCells(members, scale) };
  });
}

function categoryCells(members: readonly ServiceForecast[], scale: Scale): string {
  const busy = new Array<number>(scale.cells).fill(0);
  for (const { steps } of members) {
    const cells = new Set(
      steps.flatMap((step) => {
        const from = cellAt(step.startMs, scale);
        return Array.from({ length: lastCell(step, scale) - from + 1 }, (_, i) => from + i);
      }),
    );
    for (const cell of cells) busy[cell]! += 1;
  }
  return busy.map((count) => (count === 0 ? ' ' : count > 9 ? '+' : String(count))).join('');
}

function cellAt(ms: number, { endMs, cells }: Scale): number {
  return Math.min(cells - 1, Math.max(0, Math.floor((ms / endMs) * cells)));
}

/** The last cell that a step reaches into; one that ends where a cell begins is not in it. */
function lastCell({ startMs, endMs }: TimedStep, scale: Scale): number {
  return Math.max(cellAt(startMs, scale), Math.min(scale.cells - 1, Math.ceil((endMs / scale.endMs) * scale.cells) - 1));
}

/** Marks at round distances, as many as there is room for. */
function axis(scale: Scale): string {
  const stepMs = distanceMs(scale);
  let line = '';
  for (let ms = 0; ms < scale.endMs; ms += stepMs) {
    const mark = `|${clockText(ms)}`;
    const at = cellAt(ms, scale);
    if (at < line.length || at + mark.length > scale.cells) continue;
    line = line.padEnd(at) + mark;
  }
  return line;
}

const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800];
/** Cells from one mark to the next at least. */
const MARK_CELLS = 10;

function distanceMs({ endMs, cells }: Scale): number {
  const leastMs = (endMs / cells) * MARK_CELLS;
  return (SECONDS.find((seconds) => seconds * 1000 >= leastMs) ?? Math.ceil(leastMs / 86_400_000) * 86_400) * 1000;
}

/** A name in so many cells, cut or filled up. */
export function fitted(name: string, cells: number, paint: Paint): string {
  const cut = cliTruncate(name, cells, { truncationCharacter: paint.glyph.cut });
  return `${cut}${' '.repeat(Math.max(0, cells - stringWidth(cut)))}`;
}

/** The letters say everything; colour only makes stretches of them easier to tell apart. */
function coloured(row: string, paint: Paint): string {
  return row.replace(/r+|t+|\.+|v+/g, (run) => {
    if (run.startsWith('r')) return paint.warn(run);
    if (run.startsWith('v')) return paint.good(run);
    return run.startsWith('.') ? paint.dim(run) : run;
  });
}
