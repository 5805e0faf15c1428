import stringWidth from 'string-width';
import { printable } from '../util/printable.ts';

/** One line of a text file with the part that matters; line and column count from 1, `length` in characters. */
export interface Mark {
  readonly lineText: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

const WIDTH = 72;
const LEAD = 24;

/** The marked line and a line of carets below it, cut around the mark so that both fit on 80 columns. */
export function excerpt(mark: Mark): string {
  const fits = mark.lineText.length <= WIDTH;
  const start = !fits && mark.column - 1 > WIDTH - LEAD ? mark.column - 1 - LEAD : 0;
  const before = printable(mark.lineText.slice(start, mark.column - 1));
  const rest = printable(mark.lineText.slice(mark.column - 1, mark.column + WIDTH).trimEnd());
  const head = start > 0 ? '…' : '';
  const shown = rest.slice(0, WIDTH - Math.min(before.length, WIDTH));
  const tail = shown.length < rest.length ? '…' : '';
  const carets = '^'.repeat(Math.max(1, stringWidth(shown.slice(0, mark.length))));
  const number = String(mark.line);
  const gutter = ' '.repeat(number.length);
  return `${number} | ${head}${before}${shown}${tail}\n${gutter} | ${' '.repeat(stringWidth(head + before))}${carets}`;
}
