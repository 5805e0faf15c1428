import picocolors from 'picocolors';
import stringWidth from 'string-width';
import type { Diagnostic, Place, Severity } from '../model/diagnostic.ts';
import { printable } from '../util/printable.ts';

const COLUMNS = 80;
const INDENT = '  ';

/**
 * Diagnostics as text for people: a head line `file:line:col  severity  code  message`, the excerpt, related places and the remedy,
 * an empty line between two of them. Prose is wrapped at 80 columns; excerpts keep their lines.
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: { readonly colour: boolean }): string {
  const paint = picocolors.createColors(options.colour);
  const severityColour: Record<Severity, (text: string) => string> = {
    error: paint.red,
    warning: paint.yellow,
    info: paint.blue,
  };
  const blocks = diagnostics.map((d) => {
    const where = placeText(d) ?? d.service;
    const head = [where && paint.bold(where), severityColour[d.severity](d.severity), paint.dim(d.code)]
      .filter(Boolean)
      .join('  ');
    const used = stringWidth(head) + INDENT.length;
    const message = wrap(printable(d.message), used > COLUMNS / 2 + 16 ? 0 : COLUMNS - used);
    return [
      `${head}${message.first ? `${INDENT}${message.first}` : ''}`,
      ...message.rest,
      ...(d.evidence ? d.evidence.split('\n').map((line) => `${INDENT}${paint.dim(printable(line))}`) : []),
      ...(d.related ?? []).flatMap((r) => lines(`see ${placeText(r)}: ${printable(r.message)}`)),
      ...(d.remedy ? d.remedy.split('\n').flatMap((line) => lines(printable(line))) : []),
    ].join('\n');
  });
  return blocks.length === 0 ? '' : `${blocks.join('\n\n')}\n`;
}

/** `file:line:col`, as far as it is known; undefined without a file. */
function placeText(place: Partial<Place>): string | undefined {
  if (place.file === undefined) return undefined;
  return [printable(place.file), place.line, place.column].filter((part) => part !== undefined).join(':');
}

function lines(text: string): string[] {
  return wrap(text, 0).rest;
}

/** Words into an opening of `firstWidth` columns (0 = none) and indented lines; a word that is too long stays whole. */
function wrap(text: string, firstWidth: number): { first: string; rest: string[] } {
  const rows = [''];
  for (const word of text.split(' ')) {
    const width = rows.length === 1 ? firstWidth : COLUMNS - INDENT.length;
    const row = rows.at(-1)!;
    const longer = row === '' ? word : `${row} ${word}`;
    if (stringWidth(longer) <= width || (row === '' && rows.length > 1)) rows[rows.length - 1] = longer;
    else rows.push(word);
  }
  return { first: rows[0]!, rest: rows.slice(1).map((row) => INDENT + row) };
}
