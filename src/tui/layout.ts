import type { Size } from './terminal-port.ts';
import type { View } from './ui-state.ts';
import { HOST_ROWS } from './views/host.ts';

/** A part of the screen. */
export type Pane = 'services' | 'categories' | 'lanes' | 'activity' | 'host';

/** A part of the screen, or parts one below the other, or side by side with a line between them. */
export type Box =
  | { readonly kind: 'pane'; readonly pane: Pane; readonly size: Size }
  | { readonly kind: 'rows'; readonly boxes: readonly Box[]; readonly size: Size }
  | { readonly kind: 'columns'; readonly boxes: readonly Box[]; readonly size: Size };

/** The screen: so many rows at the top, the body, and one row at the bottom. */
export interface Layout {
  readonly headRows: number;
  readonly body: Box;
  readonly footRows: number;
}

/** How much the panes could show. */
export interface Wants {
  readonly categories: number;
  readonly lanes: number;
}

/** From here on the table has the left side and everything else the right one. */
const WIDE_COLUMNS = 150;
/** From here on categories and lanes stand side by side below the table. */
const HALVES_COLUMNS = 76;
/** From here on the host has a part of its own. */
const HOST_COLUMNS = 100;
const SHORT_CATEGORIES_CELLS = 34;
const LONG_CATEGORIES_CELLS = 46;
/** Cells between two parts side by side. */
const BETWEEN_CELLS = 3;
const LEAST_TABLE_ROWS = 6;
const TITLE_ROWS = 2;

/** What goes where on a screen of that size. Pure. */
export function layoutOf({ columns, rows }: Size, view: View, wants: Wants): Layout {
  const footRows = rows >= 5 ? 1 : 0;
  const headRows = Math.max(0, Math.min(3, rows - footRows - 2));
  const size = { columns, rows: Math.max(0, rows - headRows - footRows) };
  return { headRows, footRows, body: bodyOf(size, view, wants) };
}

/** The box of a pane; null = it is not on the screen. */
export function findPane(box: Box, pane: Pane): Extract<Box, { kind: 'pane' }> | null {
  if (box.kind === 'pane') return box.pane === pane ? box : null;
  for (const inner of box.boxes) {
    const found = findPane(inner, pane);
    if (found) return found;
  }
  return null;
}

function bodyOf(size: Size, view: View, wants: Wants): Box {
  if (view !== 'overview') return paneBox(view, size);
  return size.columns >= WIDE_COLUMNS && size.rows >= 16 ? wideBody(size, wants) : narrowBody(size, wants);
}

function paneBox(pane: Pane, size: Size): Box {
  return { kind: 'pane', pane, size };
}

function wideBody(size: Size, wants: Wants): Box {
  const right = Math.min(110, Math.max(46, Math.floor(size.columns * (size.columns >= 180 ? 0.42 : 0.4))));
  const left = size.columns - right - BETWEEN_CELLS;
  const host = size.rows >= 26 ? HOST_ROWS : 0;
  const room = size.rows - host;
  const categories = Math.min(wants.categories + TITLE_ROWS, Math.floor(room * 0.36));
  const lanes = Math.max(4, Math.min(Math.max(wants.lanes, 6) + 1, Math.floor((room - categories) * 0.6)));
  const sized = (rows: number): Size => ({ columns: right, rows });
  const boxes = [
    ...(host > 0 ? [paneBox('host', sized(host))] : []),
    paneBox('categories', sized(categories)),
    paneBox('lanes', sized(lanes)),
    paneBox('activity', sized(room - categories - lanes)),
  ];
  return {
    kind: 'columns',
    size,
    boxes: [
      paneBox('services', { columns: left, rows: size.rows }),
      { kind: 'rows', boxes, size: { columns: right, rows: size.rows } },
    ],
  };
}

/** The table first; then what is under way, the categories, and what happened, as far as there is room for a whole one of it. */
function narrowBody(size: Size, wants: Wants): Box {
  const { columns, rows } = size;
  const spare = rows - LEAST_TABLE_ROWS;
  if (spare < 4) return paneBox('services', size);
  const activity = spare >= 9 ? Math.min(10, Math.max(3, Math.floor(rows * 0.18))) : 0;
  const most = Math.min(spare - activity, Math.max(9, Math.floor(rows * 0.36)));
  const halves = columns >= HALVES_COLUMNS;
  const wanted = halves ? Math.max(wants.categories + TITLE_ROWS, wants.lanes + 1) : wants.lanes + 1;
  const middle = Math.max(3, Math.min(most, Math.max(wanted, 5)));
  const table = rows - middle - activity;
  const left = columns < HOST_COLUMNS ? SHORT_CATEGORIES_CELLS : LONG_CATEGORIES_CELLS;
  const band = halves
    ? pairBox(['categories', 'lanes'], left, { columns, rows: middle })
    : paneBox('lanes', { columns, rows: middle });
  const boxes = [paneBox('services', { columns, rows: table }), band];
  if (activity === 0) return { kind: 'rows', size, boxes };
  const isTall = activity >= HOST_ROWS && columns >= HOST_COLUMNS;
  const last = { columns, rows: activity };
  return {
    kind: 'rows',
    size,
    boxes: [...boxes, isTall ? pairBox(['host', 'activity'], left, last) : paneBox('activity', last)],
  };
}

function pairBox([first, second]: readonly [Pane, Pane], left: number, { columns, rows }: Size): Box {
  const boxes = [paneBox(first, { columns: left, rows }), paneBox(second, { columns: columns - BETWEEN_CELLS - left, rows })];
  return { kind: 'columns', size: { columns, rows }, boxes };
}
