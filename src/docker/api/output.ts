import type { IncomingMessage } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { FrameReader } from './frames.ts';

/**
 * Passes on the text that a container or an exec writes, until it ends. A connection that breaks ends it too: the exit code is asked
 * for separately, so nothing is concluded from the end alone.
 */
export function readOutput(stream: IncomingMessage, onText: (text: string) => void): Promise<void> {
  const frames = new FrameReader();
  const decoder = new StringDecoder('utf8');
  return new Promise((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      const text = frames
        .push(chunk)
        .map((payload) => decoder.write(payload))
        .join('');
      if (text) onText(text);
    });
    stream.on('error', () => resolve());
    stream.on('close', () => resolve());
  });
}

/** The last lines of a text that comes in pieces; each line is cut at `maxChars`. */
export class TailLines {
  readonly #limit: number;
  readonly #maxChars: number;
  #lines: string[] = [];
  #open = '';

  constructor(limit: number, maxChars = 2000) {
    this.#limit = limit;
    this.#maxChars = maxChars;
  }

  add(text: string): void {
    const parts = (this.#open + text).split('\n');
    this.#open = (parts.pop() ?? '').slice(0, this.#maxChars);
    const whole = parts.map((line) => line.replace(/\r$/, '').slice(0, this.#maxChars));
    this.#lines = [...this.#lines, ...whole].slice(-this.#limit);
  }

  get lines(): readonly string[] {
    return this.#open ? [...this.#lines, this.#open].slice(-this.#limit) : this.#lines;
  }
}
