/** A complete line as bytes, without its newline. `over`: it was longer than allowed and its bytes were not kept. */
export interface ByteLine {
  readonly bytes: Buffer;
  readonly over: boolean;
}

/** Cuts a stream of bytes into lines at `\n`; memory stays bounded by `maxBytes` however long a line is. */
export class ByteLines {
  readonly #maxBytes: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #over = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many bytes came since the last newline. */
  get pendingBytes(): number {
    return this.#heldBytes;
  }

  /** The lines that this chunk completes. */
  *push(chunk: Buffer): Generator<ByteLine> {
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      this.#hold(chunk.subarray(from, at));
      from = at + 1;
      yield this.#take();
    }
    this.#hold(Buffer.from(chunk.subarray(from)));
  }

  #hold(part: Buffer): void {
    this.#heldBytes += part.length;
    if (this.#heldBytes > this.#maxBytes) {
      this.#over = true;
      this.#held = [];
    } else if (part.length > 0) this.#held.push(part);
  }

  #take(): ByteLine {
    const line = { bytes: this.#held.length === 1 ? this.#held[0]! : Buffer.concat(this.#held), over: this.#over };
    this.#held = [];
    this.#heldBytes = 0;
    this.#over = false;
    return line;
  }
}
