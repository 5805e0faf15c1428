/** The lines of a log that arrives in parts, the oldest dropped when there are too many of them to keep. */
export interface LogLines {
  readonly lines: readonly string[];
  /** The last line has no end yet, the next part goes on with it. */
  readonly torn: boolean;
  /** Lines before these are not here. */
  readonly dropped: boolean;
}

/** More would make the tab heavy, and who needs them has the file. */
const KEPT_LINES = 20_000;

export const NO_LINES: LogLines = { lines: [], torn: false, dropped: false };

/** The lines with one more part of the log at their end. */
export function withPart(log: LogLines, text: string): LogLines {
  if (text === '') return log;
  const fresh = text.split('\n');
  const torn = fresh.at(-1) !== '';
  if (!torn) fresh.pop();
  const before = log.torn ? log.lines.slice(0, -1) : log.lines;
  if (log.torn) fresh[0] = `${log.lines.at(-1)}${fresh[0] ?? ''}`;
  const lines = [...before, ...fresh];
  const tooMany = lines.length > KEPT_LINES;
  return { lines: tooMany ? lines.slice(-KEPT_LINES) : lines, torn, dropped: log.dropped || tooMany };
}

/** The numbers of the lines that hold a text, whatever its case; `plain` says how a line reads. */
export function linesWith(lines: readonly string[], text: string, plain: (line: string) => string): readonly number[] {
  const wanted = text.toLowerCase();
  if (wanted === '') return [];
  return lines.flatMap((line, i) => (plain(line).toLowerCase().includes(wanted) ? [i] : []));
}
