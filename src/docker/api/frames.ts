/**
 * Takes apart the engine's multiplexed output (Engine API, "Stream format": one byte of stream type, three of zero, four of length):
 * `push` returns the payloads that are whole, both streams in the order in which the engine sent them.
 */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #raw = false;

  /** Whether the bytes turned out to have no frames, as those of a container with a terminal. */
  get isRaw(): boolean {
    return this.#raw;
  }

  push(chunk: Buffer): Buffer[] {
    if (this.#raw) return [chunk];
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const payloads: Buffer[] = [];
    while (this.#rest.length >= 8) {
      if (!isHeader(this.#rest)) return [...payloads, this.#giveUp()];
      const end = 8 + this.#rest.readUInt32BE(4);
      if (this.#rest.length < end) break;
      payloads.push(this.#rest.subarray(8, end));
      this.#rest = this.#rest.subarray(end);
    }
    return payloads;
  }

  /** A container with a terminal writes no frames: from here on everything is passed on as it is. */
  #giveUp(): Buffer {
    this.#raw = true;
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    return rest;
  }
}

function isHeader(bytes: Buffer): boolean {
  return bytes[0]! <= 2 && bytes[1] === 0 && bytes[2] === 0 && bytes[3] === 0;
}
