import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import { humanDuration } from '../util/human.ts';
import { printable } from '../util/printable.ts';
import type { CategoryRow } from './facts/category-row.ts';
import type { Paint } from './paint.ts';
import { type ActiveRow, countsText, type RunView, timeText } from './run-view.ts';

/** The room a frame has, in character cells. */
export interface FrameSize {
  readonly columns: number;
  readonly rows: number;
}

/** Rows kept for what is under way before categories are left out. */
const ACTIVE_ROWS = 8;
/** On a lower screen no line is spent on keeping the frame apart from what scrolls above it. */
const LOW_ROWS = 12;
const BAR_CELLS = 40;
const NAME_CELLS = 36;

/**
 * The live part of the screen while a run goes on: never more than `rows - 1` lines of `columns` cells, so that it can be redrawn in place.
 * What does not fit is counted instead of drawn.
 */
export function renderFrame(view: RunView, size: FrameSize, paint: Paint): readonly string[] {
  const room = Math.max(1, size.rows - 1);
  const head = [headLine(view, paint), barLine(view, size.columns, paint)];
  const gap = room > LOW_ROWS ? [''] : [];
  const categories = categoriesIn(room - head.length - gap.length, view, paint);
  const left = room - gap.length - head.length - categories.length - (categories.length > 0 ? 2 : 1);
  const active = activeLines(view.active, { rows: left, columns: size.columns }, paint);
  const blocks = [head, categories, active].filter((block) => block.length > 0);
  const lines = [...gap, ...blocks.flatMap((block, i) => (i === 0 ? block : ['', ...block]))];
  return lines.slice(0, room).map((text) => cut(text, size.columns, paint));
}

function headLine(view: RunView, paint: Paint): string {
  const ending = view.stopping ? paint.warn('  stopping') : view.paused ? paint.warn('  paused') : '';
  return `${paint.bold(`slipway ${view.command}`)} ${view.run}  ${timeText(view)}${ending}`;
}

function barLine(view: RunView, columns: number, paint: Paint): string {
  const { total, completed, failed, skipped, rolledBack } = view.counts;
  const text = ` ${completed}/${total} ${countsText(view.counts).replace(/^\d+ /, '')}`;
  const width = Math.max(0, Math.min(BAR_CELLS, columns - stringWidth(text)));
  const cells = (n: number) => (total === 0 ? 0 : Math.round((n / total) * width));
  const done = cells(completed);
  const bad = cells(completed + failed + rolledBack + skipped) - done;
  const { bar } = paint.glyph;
  return [
    paint.good(bar.done.repeat(done)),
    paint.bad(bar.bad.repeat(bad)),
    paint.dim(bar.rest.repeat(width - done - bad)),
    text,
  ].join('');
}

/** All categories, or none: a part of them would look like the whole. One category says nothing that the bar does not. */
function categoriesIn(room: number, { categories, active }: RunView, paint: Paint): string[] {
  const wanted = Math.max(3, Math.min(active.length, ACTIVE_ROWS));
  if (categories.length < 2 || categories.length > room - 2 - wanted) return [];
  const width = Math.max(...categories.map((row) => row.name.length));
  return categories.map((row) => categoryLine(row, width, paint));
}

function categoryLine(row: CategoryRow, width: number, paint: Paint): string {
  const { completed, total, running, soaking, failed, rolledBack, skipped } = row.counts;
  const notes = [
    running + soaking > 0 && `${running + soaking} under way`,
    failed + rolledBack > 0 && paint.bad(`${failed + rolledBack} failed`),
    skipped > 0 && paint.warn(`${skipped} skipped`),
  ].filter(Boolean);
  const done = `${completed}/${total}`.padStart(5);
  return `${categoryGlyph(row, paint)} ${row.name.padEnd(width)} ${paint.dim(row.risk.padEnd(6))} ${done}  ${notes.join(', ')}`.trimEnd();
}

function categoryGlyph({ counts }: CategoryRow, { glyph, good, bad, dim }: Paint): string {
  if (counts.failed + counts.rolledBack + counts.skipped > 0) return bad(glyph.bad);
  if (counts.completed === counts.total) return good(glyph.good);
  return counts.completed + counts.running + counts.soaking > 0 ? glyph.running : dim(glyph.waiting);
}

function activeLines(active: readonly ActiveRow[], { rows, columns }: FrameSize, paint: Paint): string[] {
  if (active.length === 0 || rows < 1) return [];
  const shown = active.length <= rows ? active : active.slice(0, rows - 1);
  const width = Math.min(
    NAME_CELLS,
    Math.max(6, Math.floor(columns / 2)),
    Math.max(0, ...shown.map((row) => stringWidth(row.service))),
  );
  const lines = shown.map((row) => {
    const name = cut(row.service, width, paint).padEnd(width);
    const since = humanDuration(row.sinceMs).padStart(6);
    return `${paint.glyph.running} ${name}  ${row.doing.padEnd(12)} ${since}  ${paint.dim(printable(row.detail))}`.trimEnd();
  });
  return active.length > shown.length ? [...lines, paint.dim(`  and ${active.length - shown.length} more under way`)] : lines;
}

function cut(text: string, columns: number, { glyph }: Paint): string {
  if (stringWidth(text) <= columns) return text;
  return columns < 1 ? '' : cliTruncate(text, columns, { truncationCharacter: glyph.cut });
}
