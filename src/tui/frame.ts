import { assertNever } from '../util/assert.ts';
import type { MonitorFacts } from './facts.ts';
import { type Box, findPane, type Layout, layoutOf } from './layout.ts';
import { fitLine, type Line, span } from './line.ts';
import type { Look } from './look.ts';
import type { TableRow } from './table.ts';
import type { Size } from './terminal-port.ts';
import type { UiState } from './ui-state.ts';
import { activityPane } from './views/activity.ts';
import { categoriesPane } from './views/categories.ts';
import { footLine } from './views/foot.ts';
import { headLines } from './views/head.ts';
import { helpView } from './views/help.ts';
import { hostPane } from './views/host.ts';
import { lanesPane } from './views/lanes.ts';
import { LOG_HEAD_ROWS, type LogFacts, logPlace, logView } from './views/log.ts';
import { servicesPane } from './views/services.ts';

/** What is shown, and what of it the operator has chosen. */
export interface FrameInput {
  readonly facts: MonitorFacts;
  readonly rows: readonly TableRow[];
  readonly ui: UiState;
  /** The open log; null = none is. */
  readonly log: LogFacts | null;
}

/** The layout of the screen without a log. */
function layoutFor({ facts, ui }: Pick<FrameInput, 'facts' | 'ui'>, size: Size): Layout {
  const lanes = facts.lanes.reduce((sum, lane) => sum + lane.rows.length, 0);
  return layoutOf(size, ui.view, { categories: facts.categories.length, lanes });
}

/** How many rows of the table, the list or the log are on the screen: what a page is. */
export function pageRows(input: Pick<FrameInput, 'facts' | 'ui'>, size: Size): number {
  if (input.ui.log) return Math.max(1, size.rows - LOG_HEAD_ROWS - 1);
  const { body } = layoutFor(input, size);
  const box = input.ui.view === 'overview' ? findPane(body, 'services') : body;
  return Math.max(1, (box?.size.rows ?? 2) - 1);
}

/** The whole screen: exactly `rows` lines of exactly `columns` cells. Pure: the same input gives the same lines. */
export function renderScreen(input: FrameInput, size: Size, look: Look): readonly Line[] {
  const lines = screenLines(input, { ...size, look });
  return Array.from({ length: size.rows }, (_, row) => fitLine(lines[row] ?? [], size.columns, look));
}

function screenLines(input: FrameInput, room: Size & { look: Look }): readonly Line[] {
  const { ui, log, facts } = input;
  if (ui.help) return helpView(room);
  if (log) {
    const rows = room.rows - 1;
    const body = Array.from({ length: rows }, () => [] as Line);
    for (const [i, line] of logView(log, { ...room, rows }).entries()) if (i < rows) body[i] = line;
    return [...body, footLine(ui, logPlace(log, rows), room)];
  }
  const { headRows, body, footRows } = layoutFor(input, room);
  const head = headLines(facts, { ...room, rows: headRows });
  const foot = footRows > 0 ? [footLine(ui, tablePlace(input, body), room)] : [];
  return [...head, ...boxLines(body, input, room.look), ...foot];
}

/** The lines of a box, exactly as many and as wide as it is. */
function boxLines(box: Box, input: FrameInput, look: Look): readonly Line[] {
  switch (box.kind) {
    case 'pane': {
      const lines = paneLines(box, input, look);
      return Array.from({ length: box.size.rows }, (_, row) => fitLine(lines[row] ?? [], box.size.columns, look));
    }
    case 'rows':
      return box.boxes.flatMap((inner) => boxLines(inner, input, look));
    case 'columns': {
      const parts = box.boxes.map((inner) => boxLines(inner, input, look));
      const between = span(` ${look.glyph.down} `, 'dim');
      return Array.from({ length: box.size.rows }, (_, row) =>
        parts.flatMap((part, i) => (i > 0 ? [between, ...(part[row] ?? [])] : (part[row] ?? []))),
      );
    }
    default:
      return assertNever(box);
  }
}

function paneLines({ pane, size }: Extract<Box, { kind: 'pane' }>, input: FrameInput, look: Look): readonly Line[] {
  const { facts, rows, ui } = input;
  const room = { ...size, look };
  const scroll = { scroll: ui.view === pane ? ui.scroll : 0 };
  switch (pane) {
    case 'services':
      return servicesPane(facts, { rows, ui }, room);
    case 'categories':
      return categoriesPane(facts, scroll, room);
    case 'lanes':
      return lanesPane(facts, scroll, room);
    case 'activity':
      return activityPane(facts, scroll, room);
    case 'host':
      return hostPane(facts, room);
    default:
      return assertNever(pane);
  }
}

/** `1-14 of 47`: which of the table's rows are on the screen. */
function tablePlace({ rows, ui }: FrameInput, body: Box): string {
  const table = findPane(body, 'services');
  if (!table || rows.length === 0) return '';
  const shown = Math.min(rows.length - ui.top, table.size.rows - 1);
  return shown >= rows.length ? '' : `${ui.top + 1}-${ui.top + shown} of ${rows.length}`;
}
