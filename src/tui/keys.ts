import { logKey } from './log-keys.ts';
import type { Key } from './terminal-port.ts';
import {
  cursorRow,
  FIRST_UI,
  LOG_SOURCES,
  ONLY,
  SORTS,
  settleTable,
  type Typing,
  type UiContext,
  type UiState,
  VIEWS,
} from './ui-state.ts';

/** What the keys do, for the help; one entry a line. */
export const KEY_HELP: readonly { readonly part: string; readonly keys: readonly (readonly [string, string])[] }[] = [
  {
    part: 'Move',
    keys: [
      ['up down j k', 'one row'],
      ['PgUp PgDn Ctrl-B Ctrl-F', 'one page'],
      ['Home End g G', 'first, last'],
      ['Tab 1-5', 'overview, services, categories, lanes, activity'],
    ],
  },
  {
    part: 'Services',
    keys: [
      ['Enter', "open the service's log; open or close a category"],
      ['b t c', 'build, test or container log of the service'],
      ['/', 'filter by name, category or status; Esc clears it'],
      ['o', 'only those under way, in trouble, waiting; all'],
      ['s S', 'sort by the next, the previous column'],
      ['Space left right', 'close or open a category'],
      ['v C', 'without categories; all of them closed'],
    ],
  },
  {
    part: 'Log',
    keys: [
      ['b t c Tab', 'build, test, container'],
      ['/ n N', 'search, next, previous'],
      ['f G', 'follow it'],
      ['left right', 'the rest of long lines'],
      ['Esc q', 'back'],
    ],
  },
  {
    part: 'Anywhere',
    keys: [
      ['?', 'this help'],
      ['q Ctrl-C', 'quit; the run goes on'],
      ['Ctrl-L Ctrl-Z', 'draw anew, suspend'],
    ],
  },
];

/** What a key makes of the state. Pure: the same key in the same place does the same. */
export function onKey(ui: UiState, key: Key, context: UiContext): UiState {
  if (key.ctrl && key.name === 'c') return { ...ui, done: true };
  if (ui.typing) return typed(ui, ui.typing, key);
  if (ui.help) return { ...ui, help: false };
  if (key.text === '?' || key.text === 'h' || key.name === 'f1') return { ...ui, help: true };
  if (ui.log) return logKey(ui, ui.log, key, context);
  return screenKey(ui, key, context);
}

/** What was typed counts at once; Escape takes it back. */
function typed(ui: UiState, typing: Typing, key: Key): UiState {
  if (key.name === 'return' || key.name === 'enter') return { ...ui, typing: null };
  if (key.name === 'escape') return withTyped({ ...ui, typing: null }, typing.into, typing.before);
  if (key.name === 'backspace') {
    if (typing.text === '') return { ...ui, typing: null };
    return retyped(ui, typing, [...typing.text].slice(0, -1).join(''));
  }
  if (key.ctrl && key.name === 'u') return retyped(ui, typing, '');
  return key.ctrl || key.text === '' ? ui : retyped(ui, typing, `${typing.text}${key.text}`);
}

function retyped(ui: UiState, typing: Typing, text: string): UiState {
  return withTyped({ ...ui, typing: { ...typing, text } }, typing.into, text);
}

function withTyped(ui: UiState, into: Typing['into'], text: string): UiState {
  if (into === 'filter') return { ...ui, filter: text, cursor: FIRST_UI.cursor, top: 0 };
  return ui.log ? { ...ui, log: { ...ui.log, search: text } } : ui;
}

function screenKey(ui: UiState, key: Key, context: UiContext): UiState {
  const moved = moveBy(key, context.page);
  if (moved !== null) return move(ui, moved, context);
  const view = VIEWS[Number(key.text) - 1];
  if (view) return { ...ui, view, scroll: 0 };
  switch (key.name) {
    case 'tab':
      return { ...ui, view: next(VIEWS, ui.view, key.shift ? -1 : 1), scroll: 0 };
    case 'escape':
      return { ...ui, filter: '', only: 'all' };
    case 'return':
    case 'enter':
      return enter(ui, context);
    case 'left':
      return fold(ui, context, 'close');
    case 'right':
      return fold(ui, context, 'open');
  }
  return letter(ui, key.text, context);
}

function letter(ui: UiState, text: string, context: UiContext): UiState {
  switch (text) {
    case 'q':
      return { ...ui, done: true };
    case '/':
      return { ...ui, typing: { into: 'filter', text: ui.filter, before: ui.filter } };
    case 's':
      return { ...ui, sort: next(SORTS, ui.sort, 1) };
    case 'S':
      return { ...ui, sort: next(SORTS, ui.sort, -1) };
    case 'o':
      return { ...ui, only: next(ONLY, ui.only, 1) };
    case 'v':
      return { ...ui, grouped: !ui.grouped };
    case ' ':
      return fold(ui, context, 'toggle');
    case 'C':
      return { ...ui, collapsed: new Set(ui.collapsed.size > 0 ? [] : context.categories) };
    default: {
      const source = LOG_SOURCES.find((s) => s[0] === text);
      return source ? openLog(ui, context, source) : ui;
    }
  }
}

/** How far a key moves: rows, or to an end. Null = it moves nothing. */
export function moveBy({ name, text, ctrl }: Key, page: number): number | null {
  if (ctrl) return name === 'f' ? page : name === 'b' ? -page : null;
  if (name === 'down' || text === 'j') return 1;
  if (name === 'up' || text === 'k') return -1;
  if (name === 'pagedown') return page;
  if (name === 'pageup') return -page;
  if (name === 'home' || text === 'g') return Number.NEGATIVE_INFINITY;
  if (name === 'end' || text === 'G') return Number.POSITIVE_INFINITY;
  return null;
}

function move(ui: UiState, by: number, { rows, page }: UiContext): UiState {
  if (!hasTable(ui)) return { ...ui, scroll: Math.max(0, finite(ui.scroll + by)) };
  if (rows.length === 0) return ui;
  const from = cursorRow(ui, rows)?.index ?? 0;
  const index = Math.max(0, Math.min(rows.length - 1, from + by));
  return settleTable({ ...ui, cursor: { id: rows[index]!.id, index } }, rows, page);
}

/** The end of a list is wherever its view finds it. */
function finite(rows: number): number {
  return Number.isFinite(rows) ? rows : rows < 0 ? 0 : Number.MAX_SAFE_INTEGER;
}

/** Whether the row that keys act on is on the screen. */
function hasTable({ view }: UiState): boolean {
  return view === 'overview' || view === 'services';
}

function enter(ui: UiState, context: UiContext): UiState {
  const row = cursorRow(ui, context.rows)?.row;
  if (row?.kind === 'category') return fold(ui, context, 'toggle');
  return row ? openLog(ui, context, row.service.step === 'test' ? 'test' : 'build') : ui;
}

function openLog(ui: UiState, { rows }: UiContext, source: (typeof LOG_SOURCES)[number]): UiState {
  const row = cursorRow(ui, rows)?.row;
  if (!hasTable(ui) || row?.kind !== 'service') return ui;
  return { ...ui, log: { service: row.service.service, source, follow: true, top: 0, left: 0, search: '', at: null } };
}

/** The cursor goes to the category that is closed: its own row is gone. */
function fold(ui: UiState, { rows }: UiContext, how: 'open' | 'close' | 'toggle'): UiState {
  const found = cursorRow(ui, rows);
  if (!found || !ui.grouped || !hasTable(ui)) return ui;
  const category = found.row.kind === 'category' ? found.row.category.name : found.row.service.category;
  const isClosed = ui.collapsed.has(category);
  const close = how === 'toggle' ? !isClosed : how === 'close';
  if (close === isClosed) return ui;
  const collapsed = new Set(ui.collapsed);
  if (close) collapsed.add(category);
  else collapsed.delete(category);
  const index = rows.findIndex((row) => row.kind === 'category' && row.category.name === category);
  return { ...ui, collapsed, cursor: close && index >= 0 ? { id: rows[index]!.id, index } : ui.cursor };
}

/** The entry after (1) or before (-1) one of a list, round its ends. */
export function next<T>(list: readonly T[], now: T, by: 1 | -1): T {
  return list[(list.indexOf(now) + by + list.length) % list.length]!;
}
