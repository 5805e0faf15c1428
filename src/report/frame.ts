import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import { humanDuration } from '../util/human.ts';
import { GLYPH, type Paint } from './paint.ts';
import { type ActiveRow, type CategoryRow, countsText, type RunView, timeText } from './run-view.ts';

/** The room a frame has, in character cells. */
export interface FrameSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * The live part of the screen while a run goes on: never more than `rows - 1` lines of `columns` cells, so that it can be redrawn in place.
 * What does not fit is counted instead of drawn.
 */
export function renderFrame(view: RunView, size: FrameSize, paint: Paint): readonly string[] {
  const room = Math.max(2, size.rows - 1);
  const head = [headLine(view), barLine(view, size.columns, paint)];
  const activeWanted = Math.min(view.active.length, 8);
  const categoriesFit = room - head.length - 2 - Math.max(3, activeWanted) >= view.categories.length;
  const categories = categoriesFit ? view.categories.map((row) => categoryLine(row, view.categories, paint)) : [];
  const left = room - head.length - categories.length - (categories.length > 0 ? 2 : 1);
  const active = activeLines(view.active, left, paint);
  const blocks = [head, categories, active].filter((block) => block.length > 0);
  const lines = blocks.flatMap((block, i) => (i === 0 ? block : ['', ...block]));
  return lines.slice(0, room).map((text) => cliTruncate(text, size.columns));
}

function headLine(view: RunView): string {
  return `slipway rebuild ${view.run}  ${timeText(view)}`;
}

function barLine(view: RunView, columns: number, paint: Paint): string {
  const { total, completed, failed, skipped, rolledBack } = view.counts;
  const text = ` ${completed}/${total} ${countsText(view.counts).replace(/^\d+ /, '')}`;
  const width = Math.max(0, Math.min(40, columns - stringWidth(text) - 1));
  const cells = (n: number) => (total === 0 ? 0 : Math.round((n / total) * width));
  const good = cells(completed);
  const bad = cells(completed + failed + rolledBack + skipped) - good;
  return (
    paint.good('█'.repeat(good)) + paint.bad('▓'.repeat(bad)) + paint.dim('░'.repeat(Math.max(0, width - good - bad))) + text
  );
}

function categoryLine(row: CategoryRow, all: readonly CategoryRow[], paint: Paint): string {
  const { counts } = row;
  const nameWidth = Math.max(...all.map((r) => r.name.length));
  const bad = counts.failed + counts.rolledBack + counts.skipped;
  const finished = counts.completed + bad === counts.total;
  const glyph =
    bad > 0
      ? paint.bad(GLYPH.bad)
      : finished
        ? paint.good(GLYPH.good)
        : counts.completed + counts.running + counts.soaking > 0
          ? GLYPH.running
          : paint.dim(GLYPH.waiting);
  const done = `${counts.completed}/${counts.total}`.padStart(5);
  const notes = [
    counts.running + counts.soaking > 0 && `${counts.running + counts.soaking} under way`,
    counts.failed + counts.rolledBack > 0 && paint.bad(`${counts.failed + counts.rolledBack} failed`),
    counts.skipped > 0 && paint.warn(`${counts.skipped} skipped`),
  ].filter(Boolean);
  return `${glyph} ${row.name.padEnd(nameWidth)} ${paint.dim(row.risk.padEnd(6))} ${done}  ${notes.join(', ')}`.trimEnd();
}

function activeLines(active: readonly ActiveRow[], room: number, paint: Paint): string[] {
  if (active.length === 0 || room < 1) return [];
  const shown = active.length <= room ? active : active.slice(0, room - 1);
  const width = Math.min(32, Math.max(...shown.map((r) => stringWidth(r.service)), 0));
  const lines = shown.map((r) => {
    const name = cliTruncate(r.service, width).padEnd(width);
    return `${GLYPH.running} ${name}  ${r.doing.padEnd(12)} ${humanDuration(r.sinceMs).padStart(6)}  ${paint.dim(r.detail)}`.trimEnd();
  });
  return active.length > shown.length ? [...lines, paint.dim(`  and ${active.length - shown.length} more under way`)] : lines;
}
