import stringWidth from 'string-width';

/** Lines at the bottom of the screen that are redrawn in place, as they were drawn last. The cursor is on the line below them. */
export interface Drawn {
  readonly lines: readonly string[];
}

export const NOTHING_DRAWN: Drawn = { lines: [] };
export const HIDE_CURSOR = '\u001b[?25l';
export const SHOW_CURSOR = '\u001b[?25h';

const ERASE_TO_LINE_END = '\u001b[K';
const ERASE_BELOW = '\u001b[J';
/** Terminals that know it show all in between at once (synchronized output, DEC private mode 2026); others ignore it. */
const AT_ONCE = { begin: '\u001b[?2026h', end: '\u001b[?2026l' };

/**
 * What to write so that `above` scrolls up for good and `lines` stand where `drawn` stood. The terminal may have been resized in
 * between: a line that is wider than the screen now takes several rows.
 */
export function redraw(
  drawn: Drawn,
  next: { readonly above: readonly string[]; readonly lines: readonly string[] },
  size: { readonly columns: number; readonly rows: number },
): string {
  const up = Math.min(rowsOf(drawn.lines, size.columns), Math.max(0, size.rows - 1));
  const home = up === 0 ? '\r' : `\u001b[${up}A\r`;
  const text = [...next.above, ...next.lines].map((line) => `${line}${ERASE_TO_LINE_END}\n`).join('');
  return `${AT_ONCE.begin}${home}${text}${ERASE_BELOW}${AT_ONCE.end}`;
}

function rowsOf(lines: readonly string[], columns: number): number {
  if (columns < 1) return lines.length;
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / columns)), 0);
}
