import stringWidth from 'string-width';
import type { Look, Tone } from './look.ts';

/** A piece of a line: printable text and what it means. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One row of the screen, or of a part of it. */
export type Line = readonly Span[];

/** A span; plain unless said otherwise. */
export function span(text: string, tone: Tone = 'plain'): Span {
  return { text, tone };
}

/** How many cells the text takes. What Slipway itself prints is counted without asking Unicode's tables, which cost a hundred times as much. */
export function cellsOf(text: string): number {
  for (let i = 0; i < text.length; i += 1) if (!isOneCell(text.charCodeAt(i))) return stringWidth(text);
  return text.length;
}

/** ASCII, Latin letters, and the lines, blocks and signs of look.ts. */
function isOneCell(code: number): boolean {
  return (
    (code >= 0x20 && code < 0x7f) ||
    (code >= 0xa1 && code < 0x300 && code !== 0xad) ||
    (code >= 0x2500 && code < 0x2600) ||
    code === 0x2026 ||
    code === 0x2713 ||
    code === 0x2717 ||
    code === 0x2013
  );
}

/** The text in at most so many cells; what is cut off is marked. */
function clip(text: string, cells: number, look: Look): string {
  if (cells < 1) return '';
  const width = cellsOf(text);
  if (width <= cells) return text;
  if (width === text.length) return `${text.slice(0, cells - 1)}${look.glyph.cut}`;
  return `${firstCells(text, cells - 1)}${look.glyph.cut}`;
}

/** The text in exactly so many cells, at the left or the right end of them. */
export function column(text: string, cells: number, { look, align = 'left' }: { look: Look; align?: 'left' | 'right' }): string {
  const shown = clip(text, cells, look);
  const blank = ' '.repeat(Math.max(0, cells - cellsOf(shown)));
  return align === 'left' ? `${shown}${blank}` : `${blank}${shown}`;
}

/** How many cells a line takes. */
export function lineCells(line: Line): number {
  return line.reduce((sum, { text }) => sum + cellsOf(text), 0);
}

/** The line in exactly so many cells: cut with a mark, or filled up with blanks. */
export function fitLine(line: Line, cells: number, look: Look): Line {
  const out: Span[] = [];
  let left = cells;
  for (const [i, { text, tone }] of line.entries()) {
    const width = cellsOf(text);
    const more = width > left || (width === left && line.slice(i + 1).some((s) => s.text !== ''));
    if (more) {
      const cut = width > left ? clip(text, left, look) : clip(`${text} `, left, look);
      out.push({ text: cut, tone });
      left -= cellsOf(cut);
      break;
    }
    out.push({ text, tone });
    left -= width;
  }
  return left > 0 ? [...out, span(' '.repeat(left))] : out;
}

/** One line with a text at either end of it; the right one gives way when both have no room. */
export function spread(left: Line, right: Line, { columns, look }: { columns: number; look: Look }): Line {
  const gap = columns - lineCells(left) - lineCells(right);
  return gap < 2 ? fitLine(left, columns, look) : [...left, span(' '.repeat(gap)), ...right];
}

/** What is written to the terminal for a line: without blanks at its end, which are there already. */
export function paintLine(line: Line, look: Look): string {
  let last = line.length - 1;
  while (last >= 0 && line[last]!.tone !== 'selected' && line[last]!.text.trim() === '') last -= 1;
  let out = '';
  for (let i = 0; i <= last; i += 1) {
    const { text, tone } = line[i]!;
    const shown = i === last && tone !== 'selected' ? text.trimEnd() : text;
    const isBlank = tone !== 'selected' && tone !== 'match' && shown.trim() === '';
    out += tone === 'plain' || isBlank ? shown : look.tone(shown, tone);
  }
  return out;
}

function firstCells(text: string, cells: number): string {
  let out = '';
  let used = 0;
  for (const char of text) {
    const width = cellsOf(char);
    if (used + width > cells) break;
    out += char;
    used += width;
  }
  return out;
}
