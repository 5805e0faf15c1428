import { printable } from '../../util/printable.ts';
import { type LineJudge, plainLine } from './line-judge.ts';
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
  readonly counted: boolean;
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
    const text = plainLine(line);
    if (!this.#isOfTrace(text)) this.#take(text);
    this.#recent.push(text);
    if (this.#recent.length > this.#contextLines) this.#recent.shift();
  }

  /** What was found so far; a traceback that is open counts. */
  get found(): LogErrors {
    if (this.#trace) this.#endTrace('Traceback (most recent call last):');
    const groups = [...this.#groups.values()].sort((a, b) => weight(b) - weight(a) || b.count - a.count);
    return {
      lines: this.#lines,
      crashes: this.#counts.crash,
      errors: this.#counts.error,
      groups: groups.map(({ gravity, what, text, count, before, after }) => ({ gravity, what, text, count, before, after })),
      others: this.#others,
    };
  }

  #take(text: string): void {
    this.#following = this.#following.filter((group) => {
      group.after.push(this.#shown(text));
      group.wanted -= 1;
      return group.wanted > 0;
    });
    const told = this.#judge(text);
    if (told && TRACEBACK.test(text)) {
      this.#trace = { lines: 0, last: [], counted: this.#lastTold };
      return;
    }
    this.#lastTold = told !== null;
    if (told) this.#count(told, text, this.#recent.slice(-this.#contextLines || this.#recent.length));
  }

  /** Indented lines are the traceback's; the first that is not says what went wrong. */
  #isOfTrace(text: string): boolean {
    if (!this.#trace) return false;
    this.#trace.lines += 1;
    if (/^(?:\s|$)/.test(text) && this.#trace.lines < MAX_TRACEBACK) {
      if (text !== '') this.#trace.last.push(text);
      if (this.#trace.last.length > TRACE_CONTEXT) this.#trace.last.shift();
    } else this.#endTrace(text);
    return true;
  }

  #endTrace(summary: string): void {
    const { last, counted } = this.#trace!;
    this.#trace = null;
    this.#lastTold = true;
    // What its last line says may be no error by the configuration.
    const told = this.#judge(summary) ?? null;
    const ignored = told === null && /^\w[\w.]*(?:Error|Exception)\b/.test(summary);
    if (counted || ignored) return;
    this.#count(told?.gravity === 'crash' ? told : { gravity: 'error', what: 'traceback' }, summary, last);
  }

  #count(told: Told, text: string, before: readonly string[]): void {
    this.#counts[told.gravity] += 1;
    const key = `${told.gravity} ${alike(text)}`;
    const known = this.#groups.get(key);
    if (known) {
      known.count += 1;
      return;
    }
    if (this.#groups.size >= MAX_GROUPS) {
      this.#others += 1;
      return;
    }
    const shown = before.map((line) => this.#shown(line));
    const group: Growing = { ...told, text: this.#shown(text), count: 1, before: shown, after: [], wanted: this.#contextLines };
    this.#groups.set(key, group);
    if (group.wanted > 0) this.#following.push(group);
  }

  /** Redacted before it is cut, so that no half of a secret is left. */
  #shown(text: string): string {
    const shown = printable(this.#redact(text)).trimEnd();
    return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN - 1)}…` : shown;
  }
}

function weight({ gravity }: Told): number {
  return gravity === 'crash' ? 1 : 0;
}

/** The line without what differs from one time to the next: numbers, times, ids. */
function alike(text: string): string {
  return text
    .slice(0, 500)
    .replace(/\b(?:0x)?[0-9a-f]{8,}(?:-[0-9a-f]{4,}){0,4}\b/gi, '#')
    .replace(/\d+/g, '#');
}
