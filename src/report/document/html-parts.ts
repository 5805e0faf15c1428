import { printable } from '../../util/printable.ts';
import { withoutColour } from './words.ts';

/** HTML that is ready to be put into the page; made by `html` alone, so that no text gets there unescaped. */
export interface Html {
  readonly markup: string;
}

type Piece = string | number | Html | readonly (Html | string)[] | null;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * A template: texts that are put in are escaped, for elements and quoted attributes; pieces of HTML are not. Null is nothing. What would steer
 * a terminal goes, because a report may be written to one.
 */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return { markup: strings.map((string, i) => `${string}${markupOf(pieces[i] ?? null)}`).join('') };
}

/** Lines of a log as one text: no colours, nothing that steers anything. */
export function logText(lines: readonly string[]): string {
  return lines.map((line) => printable(withoutColour(line))).join('\n');
}

function escaped(text: string): string {
  return text
    .split('\n')
    .map(printable)
    .join('\n')
    .replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}

function markupOf(piece: Piece): string {
  if (piece === null) return '';
  if (typeof piece === 'string' || typeof piece === 'number') return escaped(`${piece}`);
  if ('markup' in piece) return piece.markup;
  return piece.map(markupOf).join('');
}
