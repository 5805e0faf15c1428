import { StringDecoder } from 'node:string_decoder';
import { FrameReader } from '../api/frames.ts';

/** How the engine writes the time before each message, and before each piece of a message that is longer than 16 KB. */
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z /;

/**
 * Takes apart a container's log that the engine gives with time stamps, over any number of answers: lines that an earlier answer had are left
 * out. Between two answers, `since` says from when on to ask.
 */
export class LogReader {
  readonly #maxChars: number;
  #frames = new FrameReader();
  #decoder = new StringDecoder('utf8');
  #open = '';
  /** The time of the last line, how many lines of that very time were given, and how many of them are still to come again. */
  #last = '';
  #given = 0;
  #repeated = 0;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  /** For the query of the next answer; the engine gives lines of that very instant too. */
  since(): { readonly since?: string } {
    const stamp = STAMP.exec(this.#last);
    if (!stamp) return {};
    return { since: `${Date.parse(`${stamp[1]}Z`) / 1000}.${(stamp[2] ?? '').padEnd(9, '0')}` };
  }

  /** The lines that are whole with this chunk. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    for (const payload of this.#frames.push(chunk)) {
      const text = this.#decoder.write(payload);
      this.#open += this.#open !== '' && !this.#frames.isRaw ? text.replace(STAMP, '') : text;
      const whole = this.#open.split('\n');
      this.#open = whole.pop()!;
      for (const line of whole) lines.push(...this.#take(line.replace(/\r$/, '')));
      if (this.#open.length > this.#maxChars) lines.push(...this.#cut());
    }
    return lines;
  }

  /** The answer has ended: what its last line has so far. */
  end(): string[] {
    const rest = this.#open === '' ? [] : this.#take(this.#open);
    this.#frames = new FrameReader();
    this.#decoder = new StringDecoder('utf8');
    this.#open = '';
    this.#repeated = this.#given;
    return rest;
  }

  #take(line: string): string[] {
    const stamp = STAMP.exec(line)?.[0];
    if (stamp === undefined) return [line];
    if (stamp === this.#last && this.#repeated > 0) {
      this.#repeated -= 1;
      return [];
    }
    this.#given = stamp === this.#last ? this.#given + 1 : 1;
    if (stamp !== this.#last) this.#repeated = 0;
    this.#last = stamp;
    return [line.slice(stamp.length)];
  }

  /** A line without an end comes in pieces, of which only the first has a time. */
  #cut(): string[] {
    const piece = this.#take(this.#open);
    this.#open = '';
    return piece;
  }
}
