import type { LaneRow } from '../../report/facts/lanes.ts';
import type { ServiceRow } from '../../report/facts/service-row.ts';
import { humanBytes, humanDuration } from '../../util/human.ts';
import { printable } from '../../util/printable.ts';
import type { MonitorFacts } from '../facts.ts';
import { cellsOf, column, type Line, span } from '../line.ts';
import type { Look } from '../look.ts';
import type { TableRow } from '../table.ts';
import { cursorRow, type UiState } from '../ui-state.ts';
import { type Column, columnsThatFit, type Room, rowLine, titleLine } from './pane.ts';
import { signOf, toneOf } from './signs.ts';

const NAME_CELLS = { min: 8, short: 14, max: 40 };
/** Of the columns from STATUS to RST with a cell between each: what has room on 80 columns beside a name of 22. */
const FIGURE_CELLS = 54;
const LEAST_DETAIL_CELLS = 10;
/** The cursor, the sign, and a blank after each. */
const LEAD_CELLS = 4;

/** The table of services: a line of titles, then the rows that are on the screen. */
export function servicesPane(
  facts: MonitorFacts,
  table: { rows: readonly TableRow[]; ui: UiState },
  room: Room,
): readonly Line[] {
  const { rows, ui } = table;
  const shown = rows.slice(ui.top, ui.top + room.rows - 1);
  const columns = tableColumns(facts, room);
  const at = cursorRow(ui, rows)?.index ?? -1;
  const lines = shown.map((row, i) => tableLine(row, { columns, isCursor: ui.top + i === at, room }));
  const blank = ' '.repeat(LEAD_CELLS);
  return [
    [span(blank), ...titleLine(columns, room.look)],
    ...(rows.length === 0 ? [[span(`${blank}nothing matches`, 'dim')]] : lines),
  ];
}

function tableLine(
  row: TableRow,
  { columns, isCursor, room }: { columns: readonly Column<ServiceRow>[]; isCursor: boolean; room: Room },
): Line {
  const { look } = room;
  const mark = span(isCursor ? look.glyph.cursor : ' ', 'title');
  const line = row.kind === 'category' ? categoryLine(row, look) : serviceLine(row.service, columns, look);
  if (!isCursor) return [mark, ...line];
  // One tone for the whole row, so that it stands out on every background.
  const text = line.map((piece) => piece.text).join('');
  return [mark, span(column(text, room.columns - 1, { look }), 'selected')];
}

function serviceLine(row: ServiceRow, columns: readonly Column<ServiceRow>[], look: Look): Line {
  return [span(` ${signOf(row, look)} `, toneOf(row)), ...rowLine(row, columns, look)];
}

function categoryLine({ category, isClosed }: Extract<TableRow, { kind: 'category' }>, look: Look): Line {
  const { done, failed, running, waiting, counts, risk, name } = category;
  const note = (n: number, text: string, tone: 'bad' | 'run' | 'dim') => (n === 0 ? [] : [span(`  ${n} ${text}`, tone)]);
  return [
    span(`${isClosed ? look.glyph.closed : look.glyph.open} `, 'title'),
    span(printable(name), 'bold'),
    span(risk === '' ? '' : `  ${risk} risk`, risk === 'high' ? 'warn' : 'dim'),
    span(`  ${done}/${counts.total} done`, done === counts.total ? 'good' : 'plain'),
    ...note(failed, 'failed', 'bad'),
    ...note(running, 'running', 'run'),
    ...note(waiting, 'waiting', 'dim'),
  ];
}

/** In the order of what is left out last; the name gets what its longest needs, the detail what is left. */
function tableColumns(facts: MonitorFacts, { columns }: Room): readonly Column<ServiceRow>[] {
  const room = Math.max(0, columns - LEAD_CELLS);
  const longest = facts.rows.reduce((max, { service }) => Math.max(max, cellsOf(service)), NAME_CELLS.min);
  const spare = room < NAME_CELLS.short + FIGURE_CELLS ? Math.floor(room * 0.42) : room - FIGURE_CELLS;
  const nameCells = Math.min(room, longest, NAME_CELLS.max, Math.max(NAME_CELLS.min, spare));
  const lanes = new Map(facts.lanes.flatMap((lane) => lane.rows.map((row) => [row.service, row] as const)));
  const fixed = columnsThatFit([nameColumn(nameCells), ...figureColumns(facts, lanes)], room);
  const used = fixed.reduce((sum, { width }) => sum + width + 1, 0);
  const detail = room - used;
  return detail < LEAST_DETAIL_CELLS ? fixed : [...fixed, detailColumn(detail)];
}

function nameColumn(width: number): Column<ServiceRow> {
  return { title: 'SERVICE', width, cell: (row) => [printable(row.service), row.critical ? 'bold' : 'plain'] };
}

function detailColumn(width: number): Column<ServiceRow> {
  const text = (row: ServiceRow) => row.detail || (row.status === 'waiting' ? row.cause : '');
  return { title: 'DETAIL', width, cell: (row) => [printable(text(row)), row.failure === null ? 'dim' : toneOf(row)] };
}

function figureColumns({ usage }: MonitorFacts, lanes: ReadonlyMap<string, LaneRow>): readonly Column<ServiceRow>[] {
  const of = (row: ServiceRow) => usage.get(row.service);
  const wide = { align: 'right' } as const;
  return [
    { title: 'STATUS', width: 12, cell: (row) => [row.doing, toneOf(row)] },
    { title: 'TIME', width: 6, ...wide, cell: (row) => timeCell(row) },
    { title: 'DONE', width: 6, ...wide, cell: (row) => [progressText(row, lanes.get(row.service)), 'plain'] },
    { title: 'CONTAINER', width: 9, cell: (row) => [of(row)?.state ?? (usage.size > 0 ? '-' : ''), of(row)?.tone ?? 'dim'] },
    { title: 'CPU', width: 5, ...wide, cell: (row) => [percentText(of(row)?.cpuPercent), 'plain'] },
    { title: 'MEM', width: 6, ...wide, cell: (row) => [memoryText(of(row)?.memoryBytes), 'plain'] },
    { title: 'RST', width: 3, ...wide, cell: (row) => restartCell(of(row)?.restarts) },
    { title: 'EST', width: 6, ...wide, cell: (row) => [row.estimateMs === null ? '-' : humanDuration(row.estimateMs), 'dim'] },
    { title: 'DOWN', width: 6, ...wide, cell: (row) => [row.downtimeMs === null ? '' : humanDuration(row.downtimeMs), 'dim'] },
  ];
}

function timeCell(row: ServiceRow): readonly [string, 'plain' | 'warn'] {
  const ms = row.sinceMs ?? row.durationMs;
  const isLate = row.sinceMs !== null && row.estimateMs !== null && (row.durationMs ?? 0) > 2 * row.estimateMs;
  return [ms === null ? '' : humanDuration(ms), isLate ? 'warn' : 'plain'];
}

function restartCell(restarts: number | undefined): readonly [string, 'plain' | 'dim' | 'warn'] {
  return restarts === undefined ? ['', 'dim'] : [String(restarts), restarts === 0 ? 'dim' : 'warn'];
}

/** How far the step is, in six cells; how many tests there were, once it is over. */
function progressText(row: ServiceRow, lane: LaneRow | undefined): string {
  if (lane?.build && lane.build.of > 0) return `${lane.build.step}/${lane.build.of}`;
  if (lane && lane.share !== null) return `${Math.round(lane.share * 100)}%`;
  if (lane?.sample) return lane.sample.good ? 'good' : 'bad';
  if (lane) return row.attempt > 1 ? `try ${row.attempt}` : '';
  if (row.tests !== null) return `${row.tests} ok`;
  return row.tested === 'no-tests' ? 'none' : '';
}

function percentText(percent: number | null | undefined): string {
  return percent === null || percent === undefined ? '' : percent < 9.95 ? `${percent.toFixed(1)}%` : `${Math.round(percent)}%`;
}

function memoryText(bytes: number | null | undefined): string {
  return bytes === null || bytes === undefined ? '' : humanBytes(bytes).replace(' ', '');
}
