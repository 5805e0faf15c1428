import type { Line } from './line.ts';
import { paintLine } from './line.ts';
import type { Look } from './look.ts';
import type { Size, Terminal } from './terminal-port.ts';

const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[H\u001b[2J';
/** Wrapping, cursor and colours as they were; the screen from before comes back. */
const LEAVE = '\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l';
const CLEAR = '\u001b[0m\u001b[H\u001b[2J';
/** Terminals that know it show all in between at once (synchronized output, DEC private mode 2026); others ignore it. */
const AT_ONCE = { begin: '\u001b[?2026h', end: '\u001b[?2026l' };
/** Written before the text: after a text that fills its row the cursor stands on the last cell, which this would take away. */
const ERASE_TO_LINE_END = '\u001b[K';

/**
 * The whole screen of a terminal, on its alternate page, which leaves what was there untouched. Only lines that differ from those drawn
 * last are written.
 */
export class Screen {
  readonly #terminal: Pick<Terminal, 'write' | 'size'>;
  readonly #look: Look;
  #drawn: string[] = [];
  #size: Size | null = null;
  #isEntered = false;

  constructor(terminal: Pick<Terminal, 'write' | 'size'>, look: Look) {
    this.#terminal = terminal;
    this.#look = look;
  }

  enter(): void {
    if (this.#isEntered) return;
    this.#isEntered = true;
    this.#size = null;
    this.#terminal.write(ENTER);
  }

  /** Puts the terminal back; to be called as often as one likes. */
  leave(): void {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    this.#terminal.write(LEAVE);
  }

  /** The next frame is written whole. */
  invalidate(): void {
    this.#size = null;
  }

  /** Shows a frame made for that size; lines past the last row are left out. */
  draw(frame: readonly Line[], size: Size): void {
    if (!this.#isEntered) return;
    const isNew = this.#size === null || this.#size.columns !== size.columns || this.#size.rows !== size.rows;
    if (isNew) this.#drawn = [];
    let out = isNew ? CLEAR : '';
    for (let row = 0; row < size.rows; row += 1) {
      const text = paintLine(frame[row] ?? [], this.#look);
      if (text === (this.#drawn[row] ?? '')) continue;
      this.#drawn[row] = text;
      out += `\u001b[${row + 1};1H${ERASE_TO_LINE_END}${text}`;
    }
    this.#size = size;
    if (out !== '') this.#terminal.write(`${AT_ONCE.begin}${out}${AT_ONCE.end}`);
  }
}
