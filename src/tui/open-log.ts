import type { LogPiece } from './log-sources.ts';
import { LogText } from './log-text.ts';

/** A log that is being read while it is on the screen. */
export class OpenLog {
  /** Which log it is: another one is another text. */
  readonly id: string;
  readonly text = new LogText();
  readonly #stop = new AbortController();

  constructor(id: string) {
    this.id = id;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  close(): void {
    this.#stop.abort();
  }

  /** Reads until it is closed or over; tells of every piece, and how many lines were dropped for it at the beginning. */
  async read(pieces: AsyncIterable<LogPiece>, onPiece: (dropped: number) => void): Promise<void> {
    for await (const piece of pieces) {
      if (this.signal.aborted) return;
      onPiece(this.#take(piece));
    }
    this.text.end();
    onPiece(0);
  }

  #take(piece: LogPiece): number {
    if (piece.kind === 'text') return this.text.push(piece.text);
    if (piece.kind === 'cut') this.text.isCut = true;
    else this.text.remark = piece.text;
    return 0;
  }
}
