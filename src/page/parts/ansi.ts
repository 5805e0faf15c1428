import { printable } from '../../util/printable.ts';

/** A piece of a log line that looks the same throughout. */
export interface StyledText {
  readonly text: string;
  /** Class names of the page's style sheet, never styles of the log's own; empty = plain. */
  readonly style: string;
}

/** How the next character looks. */
interface Look {
  readonly colour: number | null;
  readonly bold: boolean;
  readonly dim: boolean;
}

const PLAIN: Look = { colour: null, bold: false, dim: false };

// Sequences that colour (CSI … m), all others of the kinds that terminals know, and what is left of one at the end of a line.
const SEQUENCE =
  /\u001b\[([\d;:]*)m|\u001b\[[0-?]*[ -/]*(?:[@-~]|$)|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\|$)|\u001b[PX^_][^\u001b]*(?:\u001b\\|$)|\u001b[ -/]*[0-~]|\u001b.?$/g;

/**
 * A log line as it would stand in a terminal: what a carriage return overwrote is gone, the sixteen colours are class names, all other
 * control sequences are dropped, other control characters are made visible.
 */
export function parseAnsi(line: string): readonly StyledText[] {
  const shown = afterReturn(line);
  const parts: StyledText[] = [];
  let look = PLAIN;
  let at = 0;
  const put = (text: string) => {
    if (text !== '') parts.push({ text: printable(text), style: styleOf(look) });
  };
  for (const match of shown.matchAll(SEQUENCE)) {
    put(shown.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[1] !== undefined) look = looked(look, match[1]);
  }
  put(shown.slice(at));
  return parts;
}

/** The same without its looks, to search in. */
export function plainText(line: string): string {
  return printable(afterReturn(line).replace(SEQUENCE, ''));
}

function afterReturn(line: string): string {
  const kept = line.replace(/\r+$/, '');
  return kept.slice(kept.lastIndexOf('\r') + 1);
}

function looked(before: Look, codes: string): Look {
  const numbers = codes.split(/[;:]/).map(Number);
  let look = before;
  for (let i = 0; i < numbers.length; i += 1) {
    const code = numbers[i]!;
    if (code === 38 || code === 48) {
      const wide = numbers[i + 1] === 5 ? 2 : 4;
      const index = numbers[i + 2];
      if (code === 38) look = { ...look, colour: wide === 2 && index !== undefined && index < 16 ? index : null };
      i += wide;
    } else look = changed(look, code);
  }
  return look;
}

function changed(look: Look, code: number): Look {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...look, bold: true };
  if (code === 2) return { ...look, dim: true };
  if (code === 22) return { ...look, bold: false, dim: false };
  if (code === 39) return { ...look, colour: null };
  if (code >= 30 && code <= 37) return { ...look, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...look, colour: code - 82 };
  return look;
}

function styleOf({ colour, bold, dim }: Look): string {
  return [colour === null ? '' : `ansi-${colour}`, bold ? 'ansi-bold' : '', dim ? 'ansi-dim' : ''].filter(Boolean).join(' ');
}
