import { type FileHandle, open } from 'node:fs/promises';
import type { Diagnostic } from '../model/diagnostic.ts';
import { isMissing } from '../util/fs-error.ts';
import { readLine } from './event-schema.ts';
import type { Event } from './events.ts';
import { fileProblem } from './problems.ts';
import { MAX_LINE_BYTES } from './read-journal.ts';

/** How much of a journal is read at once; bytes. */
const BATCH_BYTES = 256 * 1024;

/** What a look at a journal brought. */
export type TailRead =
  /** The events after those of the look before, some 256 KB of them at most; none = there is no more for now. */
  | { readonly kind: 'events'; readonly events: readonly Event[] }
  /** It is another file, or was cut behind what was read before: only a tail that starts anew tells what is. */
  | { readonly kind: 'replaced' }
  /** It cannot be read beyond what was given; a later look may succeed. */
  | { readonly kind: 'problem'; readonly problem: Diagnostic };

/**
 * The events of a journal that another process writes, look after look, in order, without gap or double. Only complete lines count, and a last
 * line that cannot be read is held back: a crash leaves such a tail, and whoever goes on with the run cuts it off.
 */
export class JournalTail {
  readonly #path: string;
  #offset = 0;
  #lastSeq = 0;
  #inode: number | null = null;
  /** Where a line could not be read in the look before: the file may have been cut and gone on with under that look. */
  #suspect: number | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** Whether the look before ended at a line that cannot be read, of which only the next look can tell whether it is damaged. */
  get isInDoubt(): boolean {
    return this.#suspect === this.#offset;
  }

  /** Looks for more; a file that is not there yet has no events. Does not throw. */
  async read(batchBytes = BATCH_BYTES): Promise<TailRead> {
    try {
      for (;;) {
        const before = this.#offset;
        const bytes = await this.#bytes(batchBytes);
        if (bytes === null) return { kind: 'replaced' };
        const read = this.#take(bytes);
        // Lines of types that this version does not know are no reason to stop.
        if (read.kind !== 'events' || read.events.length > 0 || this.#offset === before) return read;
      }
    } catch (error) {
      return { kind: 'problem', problem: fileProblem('follow the journal', this.#path, error) };
    }
  }

  /** What comes after the offset, at least one line if there is a complete one; null when it is not the file that was read. */
  async #bytes(batchBytes: number): Promise<Buffer | null> {
    const handle = await openIfThere(this.#path);
    if (!handle) return this.#offset === 0 ? Buffer.alloc(0) : null;
    try {
      const { size, ino } = await handle.stat();
      this.#inode ??= ino;
      if (size < this.#offset || ino !== this.#inode) return null;
      for (let wanted = batchBytes; ; wanted *= 4) {
        const bytes = await readAt(handle, this.#offset, Math.min(wanted, size - this.#offset));
        if (bytes.includes(10) || wanted > MAX_LINE_BYTES || bytes.length < wanted) return bytes;
      }
    } finally {
      await handle.close();
    }
  }

  #take(bytes: Buffer): TailRead {
    const events: Event[] = [];
    let at = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, at)) {
      const read = readLine(bytes.toString('utf8', at, end));
      if (read.kind !== 'event' && read.kind !== 'unknown-type') break;
      const seq = read.kind === 'event' ? read.event.seq : read.seq;
      if (seq !== this.#lastSeq + 1) break;
      this.#lastSeq = seq;
      if (read.kind === 'event') events.push(read.event);
      at = end + 1;
    }
    this.#offset += at;
    const stuck = bytes.indexOf(10, at) !== -1 || bytes.length - at > MAX_LINE_BYTES;
    return events.length > 0 || !stuck ? this.#went(events) : this.#stuckAt(bytes.subarray(at));
  }

  #went(events: readonly Event[]): TailRead {
    this.#suspect = null;
    return { kind: 'events', events };
  }

  /** A line that cannot be read, or is not the next one. */
  #stuckAt(bytes: Buffer): TailRead {
    const end = bytes.indexOf(10);
    const read = end === -1 ? null : readLine(bytes.toString('utf8', 0, end));
    const isTail = read?.kind === 'not-json' && end === bytes.length - 1;
    const isNew = this.#suspect !== this.#offset;
    this.#suspect = this.#offset;
    if (isTail || isNew) return { kind: 'events', events: [] };
    const why = read?.kind === 'newer' ? 'it was written by a newer Slipway' : 'a line of it cannot be read';
    return { kind: 'problem', problem: damaged(this.#path, why) };
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, offset);
  return buffer.subarray(0, bytesRead);
}

function damaged(file: string, why: string): Diagnostic {
  const remedy = 'run `slipway status`, which names the line';
  return { code: 'journal-damaged', severity: 'error', message: `The journal cannot be followed: ${why}`, file, remedy };
}
