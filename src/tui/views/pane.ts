import { column, fitLine, type Line, lineCells, span } from '../line.ts';
import type { Look, Tone } from '../look.ts';
import type { Size } from '../terminal-port.ts';

/** The room of a part of the screen, and how it looks. */
export interface Room extends Size {
  readonly look: Look;
}

/** A line across with a name in it: `─ Lanes ────────`; at its right end a remark, if there is room. */
export function ruleLine(name: string, { columns, look }: Omit<Room, 'rows'>, remark: Line = []): Line {
  const { across } = look.glyph;
  const left: Line = [span(`${across} `, 'dim'), span(name, 'title'), span(' ', 'dim')];
  const right: Line = remark.length === 0 ? [] : [span(' ', 'dim'), ...remark, span(` ${across}`, 'dim')];
  const gap = columns - lineCells(left) - lineCells(right);
  if (gap < 1 && right.length > 0) return ruleLine(name, { columns, look });
  return fitLine([...left, span(across.repeat(Math.max(0, gap)), 'dim'), ...right], columns, look);
}

/** A column of a table: `flexible` ones share what is left. */
export interface Column<T> {
  readonly title: string;
  readonly width: number;
  readonly align?: 'left' | 'right';
  cell(row: T): readonly [text: string, tone: Tone];
}

/** The columns that fitLine, the first ones before the others; one cell is between two. */
export function columnsThatFit<T>(columns: readonly Column<T>[], room: number): readonly Column<T>[] {
  const fitting: Column<T>[] = [];
  let used = 0;
  for (const one of columns) {
    const width = one.width + (fitting.length > 0 ? 1 : 0);
    if (one.width < 1 || used + width > room) continue;
    fitting.push(one);
    used += width;
  }
  return fitting;
}

/** The titles of columns as a line. */
export function titleLine<T>(columns: readonly Column<T>[], look: Look): Line {
  return columns.flatMap(({ title, width, align = 'left' }, i) => [
    ...(i > 0 ? [span(' ')] : []),
    span(column(title, width, { look, align }), 'dim'),
  ]);
}

/** A row of a table as a line. */
export function rowLine<T>(row: T, columns: readonly Column<T>[], look: Look): Line {
  return columns.flatMap(({ cell, width, align = 'left' }, i) => {
    const [text, tone] = cell(row);
    const shown = span(column(text, width, { look, align }), tone);
    return i > 0 ? [span(' '), shown] : [shown];
  });
}

/** The part of a list that is on the screen when it was scrolled by so many rows. */
export function page<T>(items: readonly T[], { scroll, rows }: { scroll: number; rows: number }): readonly T[] {
  const top = Math.max(0, Math.min(scroll, items.length - rows));
  return items.slice(top, top + rows);
}

/** A bar of so many cells, filled to a share from 0 to 1. */
export function bar(share: number, cells: number, { look, tone }: { look: Look; tone: Tone }): Line {
  const full = Math.max(0, Math.min(cells, Math.round(share * cells)));
  return [span(look.glyph.bar.done.repeat(full), tone), span(look.glyph.bar.rest.repeat(cells - full), 'dim')];
}
