import { printable } from '../../util/printable.ts';
import { type LineJudge, lookedAt, withoutColours } from './line-judge.ts';
import { type Told, TRACEBACK } from './line-verdict.ts';

/** Lines of a log that say the same but for numbers: the first of them, with the lines around it. */
export interface ErrorGroup extends Told {
  readonly text: string;
  readonly count: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** What the errors of a log are. */
export interface LogErrors {
  /** How many lines were looked at. */
  readonly lines: number;
  readonly crashes: number;
  readonly errors: number;
  /** Crashes first, then the most frequent; `count` of all of them together may be less than there are: see `others`. */
  readonly groups: readonly ErrorGroup[];
  /** Errors of more kinds than are kept. */
  readonly others: number;
}

/** So many kinds of errors of one log are told apart. */
const MAX_GROUPS = 40;
const MAX_SHOWN = 300;
/** A traceback ends after so many lines at the latest. */
const MAX_TRACEBACK = 200;
/** Of a traceback, the last lines say where it was. */
const TRACE_CONTEXT = 4;

interface Growing extends Told {
  readonly text: string;
  count: number;
  readonly before: readonly string[];
  readonly after: string[];
  /** How many lines after it are still wanted. */
  wanted: number;
}

interface OpenTrace {
  lines: number;
  readonly last: string[];
  /** It follows a line that told of the same error. */
  readonly isTold: boolean;
}

/** Reads a log line by line and keeps what tells of errors: a bounded amount, whatever the log holds. `redact` sees all that is kept. */
export class LogScanner {
  readonly #judge: LineJudge;
  readonly #contextLines: number;
  readonly #redact: (text: string) => string;
  readonly #groups = new Map<string, Growing>();
  readonly #recent: string[] = [];
  #following: Growing[] = [];
  #trace: OpenTrace | null = null;
  #lastTold = false;
  #lines = 0;
  #others = 0;
  #counts = { crash: 0, error: 0 };

  constructor(judge: LineJudge, { contextLines, redact }: { contextLines: number; redact: (text: string) => string }) {
    this.#judge = judge;
    this.#contextLines = contextLines;
    this.#redact = redact;
  }

  push(line: string): void {
    this.#lines += 1;
    if (!this.#isOfTrace(line)) this.#take(line);
    this.#recent.push(line);
    if (this.#recent.length > this.#contextLines) this.#recent.shift();
  }

  /** How many were counted so far. */
  get counts(): { readonly crashes: number; readonly errors: number } {
    return { crashes: this.#counts.crash, errors: this.#counts.error };
  }

  /** What was found; a traceback that is open counts. */
  end(): LogErrors {
    if (this.#trace) this.#endTrace('Traceback (most recent call last):');
    const groups = [...this.#groups.values()].sort((a, b) => weight(b) - weight(a) || b.count - a.count);
    return {
      lines: this.#lines,
      ...this.counts,
      groups: groups.map(({ gravity, what, text, count, before, after }) => ({ gravity, what, text, count, before, after })),
      others: this.#others,
    };
  }

  #take(line: string): void {
    const text = lookedAt(line);
    const told = this.#judge.judge(text);
    const own = told && this.#groups.get(keyOf(told, line));
    this.#following = this.#following.filter((group) => {
      // Again the same: it is counted.
      if (group !== own) group.after.push(this.#shown(line));
      group.wanted -= 1;
      return group.wanted > 0;
    });
    if (told && TRACEBACK.test(text)) {
      this.#trace = { lines: 0, last: [], isTold: this.#lastTold };
      return;
    }
    this.#lastTold = told !== null;
    if (told) this.#count(told, line, this.#recent);
  }

  /** Indented lines are the traceback's; the first that is not says what went wrong. */
  #isOfTrace(line: string): boolean {
    const trace = this.#trace;
    if (!trace) return false;
    trace.lines += 1;
    if (!/^(?:\s|$)/.test(line) || trace.lines >= MAX_TRACEBACK) this.#endTrace(line);
    else if (line !== '') trace.last.push(line);
    if (trace.last.length > TRACE_CONTEXT) trace.last.shift();
    return true;
  }

  #endTrace(summary: string): void {
    const { last, isTold } = this.#trace!;
    this.#trace = null;
    this.#lastTold = true;
    const text = lookedAt(summary);
    if (isTold || this.#judge.ignores(text)) return;
    const told = this.#judge.judge(text);
    this.#count(told?.gravity === 'crash' ? told : { gravity: 'error', what: 'traceback' }, summary, last);
  }

  #count(told: Told, line: string, before: readonly string[]): void {
    this.#counts[told.gravity] += 1;
    const key = keyOf(told, line);
    const known = this.#groups.get(key);
    if (known) {
      known.count += 1;
      return;
    }
    if (this.#groups.size >= MAX_GROUPS) {
      this.#others += 1;
      return;
    }
    const shown = before.map((one) => this.#shown(one));
    const group: Growing = { ...told, text: this.#shown(line), count: 1, before: shown, after: [], wanted: this.#contextLines };
    this.#groups.set(key, group);
    if (group.wanted > 0) this.#following.push(group);
  }

  /** Redacted before it is cut, so that no half of a secret is left. */
  #shown(line: string): string {
    const shown = printable(this.#redact(withoutColours(line))).trimEnd();
    return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN - 1)}…` : shown;
  }
}

function keyOf({ gravity }: Told, line: string): string {
  return `${gravity} ${alike(line)}`;
}

function weight({ gravity }: Told): number {
  return gravity === 'crash' ? 1 : 0;
}

/** The line without what differs from one time to the next: numbers, times, ids. */
function alike(line: string): string {
  return withoutColours(line)
    .slice(0, 500)
    .replace(/\b(?:0x)?[0-9a-f]{8,}(?:-[0-9a-f]{4,}){0,4}\b/gi, '#')
    .replace(/\d+/g, '#');
}
