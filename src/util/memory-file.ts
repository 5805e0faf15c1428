/** A file of a disk in memory: its content now, and what of it a power loss cannot take. */
export class MemoryFile {
  readonly mode: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  /** So many bytes from the start are safe. */
  #safeBytes = 0;
  /** The safe content of before a cut that is not synced yet. */
  #before: Buffer | null = null;

  constructor(mode: number) {
    this.mode = mode;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The whole content as it is now. */
  content(): Buffer {
    if (this.#parts.length > 1) this.#parts = [Buffer.concat(this.#parts)];
    return this.#parts[0] ?? Buffer.alloc(0);
  }

  append(data: Buffer): void {
    if (data.length === 0) return;
    this.#parts.push(data);
    this.#bytes += data.length;
  }

  truncate(bytes: number): void {
    if (bytes < this.#safeBytes) this.#before ??= this.content().subarray(0, this.#safeBytes);
    this.#become(this.content().subarray(0, bytes));
    this.#safeBytes = Math.min(this.#safeBytes, bytes);
  }

  sync(): void {
    this.#safeBytes = this.#bytes;
    this.#before = null;
  }

  /** `pick` (0 to 1) says how much of what was not synced survives. */
  losePower(pick: () => number): void {
    if (this.#before !== null && pick() < 0.5) this.#become(this.#before);
    else if (this.#bytes > this.#safeBytes) {
      const survive = Math.floor(pick() * (this.#bytes - this.#safeBytes + 1));
      this.#become(this.content().subarray(0, this.#safeBytes + survive));
    }
    this.sync();
  }

  #become(content: Buffer): void {
    this.#parts = content.length === 0 ? [] : [content];
    this.#bytes = content.length;
  }
}
