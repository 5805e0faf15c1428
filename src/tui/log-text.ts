import { stripVTControlCharacters } from 'node:util';
import { printable } from '../util/printable.ts';

/** Lines kept of a log; older ones are dropped. */
const LOG_LINES = 20_000;
/** Dropped at once, so that not every new line moves all others. */
const SLACK_LINES = 2_000;
const MAX_LINE_CHARS = 4_000;

/** The end of a log, in lines that cannot steer the terminal. */
export class LogText {
  readonly #lines: string[] = [];
  #rest = '';
  /** Older lines were dropped, or never read. */
  isCut = false;
  /** Nothing more will come. */
  isOver = false;
  /** Why there is nothing. */
  remark = '';

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Takes text in pieces of any size; says how many lines were dropped at the beginning. */
  push(text: string): number {
    const pieces = (this.#rest + text).split('\n');
    this.#rest = pieces.pop()!;
    // A line without an end is shown once it has become too long to wait for.
    if (this.#rest.length > MAX_LINE_CHARS) {
      pieces.push(this.#rest);
      this.#rest = '';
    }
    for (const piece of pieces) this.#lines.push(shownLine(piece));
    if (this.#lines.length <= LOG_LINES + SLACK_LINES) return 0;
    const over = this.#lines.length - LOG_LINES;
    this.#lines.splice(0, over);
    this.isCut = true;
    return over;
  }

  /** A last line without an end is a line too. */
  end(): void {
    if (this.#rest !== '') this.push('\n');
    this.isOver = true;
  }
}

/** Colours go, and of a line that was written over in place only its last form stays. */
function shownLine(raw: string): string {
  const whole = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  const last = whole.slice(whole.lastIndexOf('\r') + 1);
  const text = last.length > MAX_LINE_CHARS ? last.slice(0, MAX_LINE_CHARS) : last;
  return printable(stripVTControlCharacters(text).replaceAll('\t', '    '));
}
