import type { ServiceKey } from '../model/ids.ts';
import type { TableRow } from './table.ts';

/** What fills the screen. `overview` has all of it, as far as there is room. */
export const VIEWS = ['overview', 'services', 'categories', 'lanes', 'activity'] as const;
export type View = (typeof VIEWS)[number];

/** What the table of services is ordered by. `plan`: the order in which they are started. */
export const SORTS = ['plan', 'status', 'name', 'time', 'cpu', 'memory', 'restarts'] as const;
export type Sort = (typeof SORTS)[number];

/** Which services the table has. */
export const ONLY = ['all', 'under way', 'trouble', 'waiting'] as const;
export type Only = (typeof ONLY)[number];

/** The logs of a service. */
export const LOG_SOURCES = ['build', 'test', 'container'] as const;
type LogSource = (typeof LOG_SOURCES)[number];

/** A text being typed at the bottom of the screen. */
export interface Typing {
  readonly into: 'filter' | 'search';
  readonly text: string;
  /** What it was before, for Escape. */
  readonly before: string;
}

/** A log on the screen. Lines are numbered from 0 at the beginning of what is kept of it. */
export interface LogUi {
  readonly service: ServiceKey;
  readonly source: LogSource;
  /** Stays at the end while the log grows. */
  readonly follow: boolean;
  readonly top: number;
  /** Cells scrolled to the right. */
  readonly left: number;
  readonly search: string;
  /** The line that the search stands on. */
  readonly at: number | null;
}

/** Everything that keys change. The run changes nothing of it. */
export interface UiState {
  readonly view: View;
  readonly help: boolean;
  readonly filter: string;
  readonly only: Only;
  readonly sort: Sort;
  readonly grouped: boolean;
  readonly collapsed: ReadonlySet<string>;
  readonly typing: Typing | null;
  /** The row that keys act on, by identity, so that it stays when rows move; and where it was last. */
  readonly cursor: { readonly id: string | null; readonly index: number };
  /** First visible row of the table, and of the lists in the other views. */
  readonly top: number;
  readonly scroll: number;
  readonly log: LogUi | null;
  readonly done: boolean;
}

/** How the monitor begins. */
export const FIRST_UI: UiState = {
  view: 'overview',
  help: false,
  filter: '',
  only: 'all',
  sort: 'plan',
  grouped: true,
  collapsed: new Set(),
  typing: null,
  cursor: { id: null, index: 0 },
  top: 0,
  scroll: 0,
  log: null,
  done: false,
};

/** What of the screen a key's meaning depends on. */
export interface UiContext {
  readonly rows: readonly TableRow[];
  readonly categories: readonly string[];
  /** Rows of the table that are visible, or of the list, or of the log: whichever is on the screen. */
  readonly page: number;
  /** Lines of the log that is open. */
  readonly logLines: readonly string[];
}

/** The row that keys act on; null = the table is empty. */
export function cursorRow({ cursor }: UiState, rows: readonly TableRow[]): { row: TableRow; index: number } | null {
  if (rows.length === 0) return null;
  const at = rows[cursor.index]?.id === cursor.id ? cursor.index : rows.findIndex((row) => row.id === cursor.id);
  const index = at === -1 ? Math.min(cursor.index, rows.length - 1) : at;
  return { row: rows[index]!, index };
}

/** The state with the cursor on a row that is there and on the screen, after rows have come, gone or moved. */
export function settleTable(ui: UiState, rows: readonly TableRow[], page: number): UiState {
  const found = cursorRow(ui, rows);
  const index = found?.index ?? 0;
  const id = found?.row.id ?? null;
  const last = Math.max(0, rows.length - Math.max(1, page));
  const top = Math.min(last, Math.max(Math.min(ui.top, index), index - Math.max(1, page) + 1));
  if (top === ui.top && index === ui.cursor.index && id === ui.cursor.id) return ui;
  return { ...ui, top, cursor: { id, index } };
}
