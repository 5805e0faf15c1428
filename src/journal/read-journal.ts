import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { ByteLines } from '../util/byte-lines.ts';
import type { Disk } from '../util/disk.ts';
import { isMissing } from '../util/fs-error.ts';
import { type ReadLine, readLine } from './event-schema.ts';
import type { Event } from './events.ts';
import { fileProblem } from './problems.ts';

/** No journal line is longer; a longer one in a file is garbage. Bytes: the start of a run names every service, some 50 bytes each. */
export const MAX_LINE_BYTES = 8 << 20;

/** Events of these types are passed over without being parsed, which is most of a long journal. */
export type Skip = ReadonlySet<Event['type']>;

/** What recovery and later plans never need. */
export const LIVE_ONLY: Skip = new Set(['step-progress', 'health-sample']);

/** A journal's extent. `torn`: an unfinished last line, as a crash leaves it; it is not among the events. */
export interface JournalExtent {
  readonly lastSeq: number;
  /** Where the next line belongs, bytes from the start of the file. */
  readonly endOffset: number;
  readonly torn: { readonly line: number; readonly bytes: number } | null;
  /** Lines of types that this version does not know. */
  readonly unknownEvents: number;
}

/** Reads a whole journal in one pass with bounded memory; `visit` gets each event. Garbage in the middle is an error, a torn last line is not. */
export async function scanJournal(
  disk: Disk,
  path: string,
  visit: (event: Event) => void,
  options: { readonly skip?: Skip } = {},
): Promise<Result<JournalExtent, Diagnostic>> {
  const reader = new JournalScan(path, visit, options.skip);
  try {
    for await (const chunk of disk.chunks(path)) {
      const problem = reader.push(chunk);
      if (problem) return err(problem);
    }
  } catch (error) {
    if (error instanceof Error && !('code' in error)) throw error;
    return err(missingJournal(path, error) ?? fileProblem('read the journal', path, error));
  }
  return reader.end();
}

/** All events of a journal, in order. */
export async function readJournal(
  disk: Disk,
  path: string,
  options: { readonly skip?: Skip } = {},
): Promise<Result<JournalExtent & { readonly events: readonly Event[] }, Diagnostic>> {
  const events: Event[] = [];
  const scanned = await scanJournal(disk, path, (event) => events.push(event), options);
  return scanned.ok ? ok({ ...scanned.value, events }) : scanned;
}

/** Checks line after line. A bad line is only known to be torn, not garbage, when nothing comes after it: so it is held back. */
class JournalScan {
  readonly #path: string;
  readonly #visit: (event: Event) => void;
  readonly #skip: Skip | undefined;
  readonly #lines = new ByteLines(MAX_LINE_BYTES);
  #line = 0;
  #lastSeq = 0;
  #endOffset = 0;
  #bytesRead = 0;
  #unknownEvents = 0;
  #suspect: Diagnostic | null = null;

  constructor(path: string, visit: (event: Event) => void, skip: Skip | undefined) {
    this.#path = path;
    this.#visit = visit;
    this.#skip = skip;
  }

  push(chunk: Buffer): Diagnostic | null {
    this.#bytesRead += chunk.length;
    for (const line of this.#lines.push(chunk)) {
      if (this.#suspect) return this.#suspect;
      this.#line += 1;
      const problem = line.over ? this.#suspicious('the line is too long') : this.#take(line.bytes.toString('utf8'));
      if (problem) return problem;
      if (!this.#suspect) this.#endOffset += line.bytes.length + 1;
    }
    return null;
  }

  end(): Result<JournalExtent, Diagnostic> {
    if (this.#suspect && this.#lines.pendingBytes > 0) return err(this.#suspect);
    const bytes = this.#bytesRead - this.#endOffset;
    const torn = bytes > 0 ? { line: this.#suspect ? this.#line : this.#line + 1, bytes } : null;
    return ok({ lastSeq: this.#lastSeq, endOffset: this.#endOffset, torn, unknownEvents: this.#unknownEvents });
  }

  #take(text: string): Diagnostic | null {
    const skipped = this.#skip ? peek(text) : null;
    if (skipped && this.#skip?.has(skipped.type)) return this.#sequence(skipped.seq);
    const read = readLine(text);
    if (read.kind === 'not-json') return this.#suspicious('the line is no JSON');
    const problem = lineProblem(read);
    if (problem) return damaged(this.#path, this.#line, problem);
    if (read.kind === 'unknown-type') this.#unknownEvents += 1;
    const seq = read.kind === 'event' ? read.event.seq : read.kind === 'unknown-type' ? read.seq : 0;
    const gap = this.#sequence(seq);
    if (!gap && read.kind === 'event') this.#visit(read.event);
    return gap;
  }

  #sequence(seq: number): Diagnostic | null {
    if (seq !== this.#lastSeq + 1) return damaged(this.#path, this.#line, `event ${seq} follows event ${this.#lastSeq}`);
    this.#lastSeq = seq;
    return null;
  }

  #suspicious(why: string): null {
    this.#suspect = damaged(this.#path, this.#line, why);
    return null;
  }
}

/** Seq and type from the fixed beginning that the writer gives each line; null for any other line, which is then parsed. */
function peek(line: string): { readonly seq: number; readonly type: Event['type'] } | null {
  const match = /^\{"v":1,"seq":(\d+),"at":"[^"\\]*","run":"[^"\\]*","type":"([a-z-]+)".*\}$/s.exec(line);
  return match ? { seq: Number(match[1]), type: match[2] as Event['type'] } : null;
}

function lineProblem(read: ReadLine): string | null {
  if (read.kind === 'newer') return `it is of format ${read.v}, written by a newer Slipway`;
  return read.kind === 'bad' ? read.why : null;
}

function damaged(file: string, line: number, why: string): Diagnostic {
  return {
    code: 'journal-damaged',
    severity: 'error',
    message: `The journal cannot be used: ${why}`,
    file,
    line,
    remedy: why.includes('newer Slipway')
      ? 'continue this run with the version of Slipway that wrote it'
      : 'restore the file from a backup, or move its folder away: the next rebuild then judges these services by what the engine shows',
  };
}

function missingJournal(file: string, error: unknown): Diagnostic | null {
  if (!isMissing(error)) return null;
  return { code: 'journal-missing', severity: 'error', message: 'The run has no journal', file, remedy: 'start a new run' };
}
