import type { CategoryRow } from '../../report/facts/category-row.ts';
import { printable } from '../../util/printable.ts';
import type { MonitorFacts } from '../facts.ts';
import { cellsOf, type Line, span } from '../line.ts';
import type { Look } from '../look.ts';
import { bar, type Column, columnsThatFit, page, type Room, rowLine, ruleLine, titleLine } from './pane.ts';

/** Rows of the pane that are not categories. */
export const CATEGORY_HEAD_ROWS = 2;
const NAME_CELLS = 18;
/** Below it titles are signs. */
const SHORT_COLUMNS = 42;
const SHORT_CELLS = 22;
const BAR_CELLS = { min: 6, max: 20 };

/** The categories: risk, how many services of each are done, failed, running and waiting. */
export function categoriesPane({ categories }: MonitorFacts, { scroll }: { scroll: number }, room: Room): readonly Line[] {
  const { look } = room;
  const isShort = room.columns < SHORT_COLUMNS;
  const longest = categories.reduce((max, { name }) => Math.max(max, cellsOf(name)), 8);
  const nameCells = Math.min(longest, NAME_CELLS, Math.max(6, room.columns - (isShort ? SHORT_CELLS : 30)));
  const columns = columnsThatFit(isShort ? shortFigures(nameCells, look) : figures(nameCells), room.columns);
  const used = columns.reduce((sum, { width }) => sum + width + 1, 0);
  const cells = Math.min(BAR_CELLS.max, room.columns - used - 1);
  const lines = page(categories, { scroll, rows: room.rows - CATEGORY_HEAD_ROWS }).map((row) => {
    const share = row.counts.total === 0 ? 0 : (row.done + row.failed) / row.counts.total;
    const line = rowLine(row, columns, look);
    const tone = row.failed > 0 ? 'bad' : 'good';
    return cells < BAR_CELLS.min ? line : [...line, span('  '), ...bar(share, cells - 1, { look, tone })];
  });
  const isCut = lines.length < categories.length;
  const remark = isCut ? [span(`${lines.length} of ${categories.length}`, 'dim')] : [];
  return [ruleLine('Categories', room, remark), titleLine(columns, look), ...lines];
}

function figures(nameCells: number): readonly Column<CategoryRow>[] {
  const count = (n: number, tone: 'good' | 'bad' | 'run' | 'plain') =>
    [n === 0 ? '-' : String(n), n === 0 ? 'dim' : tone] as const;
  const right = { align: 'right' } as const;
  return [
    { title: 'CATEGORY', width: nameCells, cell: ({ name }) => [printable(name), 'plain'] },
    { title: 'DONE', width: 5, ...right, cell: (row) => [`${row.done}/${row.counts.total}`, doneTone(row)] },
    { title: 'FAIL', width: 4, ...right, cell: ({ failed }) => count(failed, 'bad') },
    { title: 'RUN', width: 3, ...right, cell: ({ running }) => count(running, 'run') },
    { title: 'WAIT', width: 4, ...right, cell: ({ waiting }) => count(waiting, 'plain') },
    { title: 'RISK', width: 6, cell: ({ risk }) => [risk, risk === 'high' ? 'warn' : 'dim'] },
  ];
}

function shortFigures(nameCells: number, { glyph }: Look): readonly Column<CategoryRow>[] {
  const [name, done, failed, running, waiting, risk] = figures(nameCells);
  return [
    name!,
    done!,
    { ...failed!, title: glyph.bad, width: 3 },
    { ...running!, title: glyph.running },
    { ...waiting!, title: glyph.waiting, width: 3 },
    { ...risk!, width: 4, cell: (row) => [row.risk === 'medium' ? 'med' : row.risk, row.risk === 'high' ? 'warn' : 'dim'] },
  ];
}

function doneTone({ done, counts }: CategoryRow) {
  return done === counts.total ? 'good' : done === 0 ? 'dim' : 'plain';
}
