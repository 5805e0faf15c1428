import type { Diagnostic, Severity } from '../model/diagnostic.ts';
import { wrapWords } from '../plan/text-parts.ts';
import { assertNever } from '../util/assert.ts';
import { printable } from '../util/printable.ts';
import { commandsForAll, EXCERPT, subjectOf } from './alike-findings.ts';
import type { Paint } from './paint.ts';

const FINDING_INDENT = 4;
const DETAIL_INDENT = 8;
const COMMAND_INDENT = 10;
const CONTINUED_INDENT = 2;
const CONTINUED = ' \\';
const COMMAND = /(`[^`]+`)/;
const KEPT_SPACE = '\u00a0';

/** How checks and findings are shown: `columns` to fit into. */
export interface ChecksLook {
  readonly columns: number;
  readonly paint: Paint;
}

/** A finding, or several that are alike: what it is, where, what was seen, of whom else, what to do. Commands stay whole, to be copied. */
export function findingLines(alike: readonly Diagnostic[], { columns, paint }: ChecksLook): string[] {
  const finding = alike[0]!;
  const { severity, code, service, message, evidence, remedy, related } = finding;
  const text = service === undefined || message.includes(service) ? message : `${service}: ${message}`;
  const place = placeOf(finding);
  const details = (lines: readonly string[], tone: (line: string) => string) =>
    lines.flatMap((line) => wrapKept(printable(line), columns)).map(tone);
  const commands = alike.length === 1 ? [] : commandsForAll(alike);
  const others = commands.length > 0 ? [] : [...new Set(alike.slice(1).map((one) => nameOf(one, finding)))];
  const count = alike.length === 1 ? '' : `  ${alike.length} alike`;
  return [
    `${' '.repeat(FINDING_INDENT)}${tone(severity, paint)(severity)}  ${paint.dim(code)}${count}`,
    ...details([text], (line) => line),
    ...(place === null ? [] : [paint.dim(`${' '.repeat(DETAIL_INDENT)}${place}`)]),
    ...(evidence?.split('\n') ?? []).flatMap((line) => evidenceLines(line, columns)).map(paint.dim),
    ...(related ?? []).flatMap((other) => details([`see ${placeOf(other)}: ${other.message}`], paint.dim)),
    ...(others.length === 0 ? [] : details([`Likewise: ${others.join(', ')}`], (line) => line)),
    ...(remedy === undefined ? [] : details(remedy.split('\n'), (line) => line)),
    ...(commands.length === 0 ? [] : [`${' '.repeat(DETAIL_INDENT)}For all ${alike.length}:`]),
    ...commands.flatMap((words) => commandLines(words, columns)),
  ];
}

/** An excerpt keeps its columns, as it points with a caret; so does what is indented. */
function evidenceLines(line: string, columns: number): string[] {
  const text = printable(line);
  return EXCERPT.test(text) || text.startsWith(' ')
    ? [' '.repeat(DETAIL_INDENT) + text]
    : wrapWords(text, columns, DETAIL_INDENT);
}

/** One of several that are alike, with its place where that is another. */
function nameOf(finding: Diagnostic, first: Diagnostic): string {
  const name = subjectOf(finding) ?? finding.message;
  const { file, line } = finding;
  if (file === undefined || (file === first.file && line === first.line)) return name;
  return `${name} (${file === first.file ? `line ${line}` : placeOf(finding)})`;
}

/** A command over as many lines as it needs; a shell takes them for one. */
function commandLines(words: readonly string[], columns: number): string[] {
  const room = columns - COMMAND_INDENT - CONTINUED_INDENT - CONTINUED.length;
  const lines = wrapWords(words.map(printable).join(' '), room, 0);
  return lines.map((line, at) => {
    const indent = ' '.repeat(COMMAND_INDENT + (at > 0 ? CONTINUED_INDENT : 0));
    return indent + line + (at < lines.length - 1 ? CONTINUED : '');
  });
}

/** Wraps at spaces, but not within a command in backticks: one that is longer than a line stands by itself, as a shell takes it. */
function wrapKept(text: string, columns: number): string[] {
  const lines: string[] = [];
  let open = '';
  for (const part of text.split(COMMAND)) {
    if (!part.startsWith('`') || DETAIL_INDENT + part.length <= columns) {
      open += part.startsWith('`') ? part.replaceAll(' ', KEPT_SPACE) : part;
    } else {
      lines.push(...wrapWords(open.trim(), columns, DETAIL_INDENT), ...commandLines(part.slice(1, -1).split(' '), columns));
      open = '';
    }
  }
  const rest = open.replace(/^[,;.]? /, '');
  if (rest !== '') lines.push(...wrapWords(rest, columns, DETAIL_INDENT));
  return lines.map((line) => line.replaceAll(KEPT_SPACE, ' '));
}

function tone(severity: Severity, paint: Paint): (text: string) => string {
  switch (severity) {
    case 'error':
      return paint.bad;
    case 'warning':
      return paint.warn;
    case 'info':
      return (text) => text;
    default:
      return assertNever(severity);
  }
}

function placeOf({ file, line, column }: Pick<Diagnostic, 'file' | 'line' | 'column'>): string | null {
  if (file === undefined) return null;
  return [printable(file), line, column].filter((part) => part !== undefined).join(':');
}
