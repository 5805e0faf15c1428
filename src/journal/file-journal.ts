import { dirname, join } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { RunId } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Clock } from '../util/clock.ts';
import type { AppendFile, Disk } from '../util/disk.ts';
import { instantAt } from '../util/instant.ts';
import type { Event, EventBody } from './events.ts';
import { fileProblem, JournalError } from './problems.ts';
import { type JournalExtent, MAX_LINE_BYTES, scanJournal } from './read-journal.ts';
import { redactEvent } from './redact-event.ts';

/** Events that recovery or a later plan rests on: they are on the disk before the append resolves. */
const COMMIT_POINTS: Readonly<Record<EventBody['type'], boolean>> = {
  'run-started': true,
  'run-resumed': true,
  'run-finished': true,
  'step-intent': true,
  'step-outcome': true,
  'service-settled': true,
  'leftover-repaired': true,
  'service-healthy': false,
  'step-progress': false,
  'retry-scheduled': false,
  'health-sample': false,
  'hook-finished': false,
  'signal-received': false,
  'control-received': false,
  notice: false,
};

export interface JournalOptions {
  /** Takes secrets out of the events' free texts. */
  readonly redact?: (text: string) => string;
  /** Called after an event is written and before its append resolves: where a test ends the process. */
  readonly afterAppend?: (event: Event) => void | Promise<void>;
}

/** The only way into a run's journal. Appends are written in the order of the calls. */
export interface JournalWriter {
  readonly run: RunId;
  readonly path: string;
  /** What was in the file when it was opened; `torn` is what was cut off. */
  readonly found: JournalExtent;
  /** Aborts, with a JournalError as reason, when the journal cannot be written any more. */
  readonly broken: AbortSignal;
  /**
   * Resolves when the event is written, and on the disk if it is a commit point (`sync` overrides). Rejects with a JournalError
   * when it could not be written; then every later append rejects too, and no effect may follow. A caller that does not wait is
   * not told.
   */
  append(body: EventBody, options?: { readonly sync?: boolean }): Promise<Event>;
  /** Calls the listener with each event once it is written, until the returned function is called. */
  subscribe(listener: (event: Event) => void): () => void;
  /** Writes and syncs what is pending, then closes the file. */
  close(): Promise<void>;
}

/** Opens the journal of a run folder, new or to go on with; an unfinished last line is cut off first. */
export async function openJournal(
  disk: Disk,
  { dir, run }: { readonly dir: string; readonly run: RunId },
  clock: Clock,
  options: JournalOptions = {},
): Promise<Result<JournalWriter, Diagnostic>> {
  const path = journalPath(dir);
  try {
    await disk.makeFolder(dir);
    const file = await disk.append(path, 0o600);
    const found = await scanJournal(disk, path, () => {});
    if (!found.ok) {
      await file.close();
      return found;
    }
    if (found.value.torn) await file.truncate(found.value.endOffset);
    await file.sync();
    await disk.syncFolder(dir);
    await disk.syncFolder(dirname(dir));
    return ok(new FileJournal({ run, path, found: found.value, file, clock, options }));
  } catch (error) {
    return err(fileProblem('open the journal', path, error));
  }
}

/** The journal file of a run folder. */
export function journalPath(dir: string): string {
  return join(dir, 'journal.ndjson');
}

interface Pending {
  readonly event: Event;
  readonly line: string;
  readonly sync: boolean;
  readonly resolve: (event: Event) => void;
  readonly reject: (error: JournalError) => void;
}

/** One writer loop: what is appended during a write or fsync goes out together in the next one (group commit). */
class FileJournal implements JournalWriter {
  readonly run: RunId;
  readonly path: string;
  readonly found: JournalExtent;
  readonly #file: AppendFile;
  readonly #clock: Clock;
  readonly #options: JournalOptions;
  readonly #listeners = new Set<(event: Event) => void>();
  readonly #broken = new AbortController();
  #pending: Pending[] = [];
  #writing: Promise<void> | null = null;
  #closed = false;
  #seq: number;

  constructor(init: {
    run: RunId;
    path: string;
    found: JournalExtent;
    file: AppendFile;
    clock: Clock;
    options: JournalOptions;
  }) {
    this.run = init.run;
    this.path = init.path;
    this.found = init.found;
    this.#file = init.file;
    this.#clock = init.clock;
    this.#options = init.options;
    this.#seq = init.found.lastSeq;
  }

  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  append(body: EventBody, options: { readonly sync?: boolean } = {}): Promise<Event> {
    if (this.#closed) throw new Error(`append of ${body.type} to a closed journal`);
    const appended = this.broken.aborted
      ? Promise.reject(this.broken.reason)
      : this.#enqueue(body, options.sync ?? COMMIT_POINTS[body.type]);
    appended.catch(() => {}); // A caller that does not wait must not bring the process down: `broken` tells.
    return appended;
  }

  subscribe(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing;
    if (!this.broken.aborted) await this.#file.sync().catch((error) => this.#break(error, []));
    await this.#file.close();
  }

  #enqueue(body: EventBody, sync: boolean): Promise<Event> {
    const at = instantAt(this.#clock.now());
    const safe = redactEvent(body, this.#options.redact ?? ((text) => text));
    const event: Event = { v: 1, seq: this.#seq + 1, at, run: this.run, ...safe };
    const line = `${JSON.stringify(event)}\n`;
    if (line.length > MAX_LINE_BYTES / 4) throw new Error(`${body.type} is too large for the journal: ${line.length} characters`);
    this.#seq += 1;
    return new Promise((resolve, reject) => {
      this.#pending.push({ event, line, sync, resolve, reject });
      this.#writing ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      try {
        await this.#file.append(batch.map((p) => p.line).join(''));
        if (batch.some((p) => p.sync)) await this.#file.sync();
      } catch (error) {
        this.#break(error, batch);
        break;
      }
      for (const pending of batch) await this.#written(pending);
    }
    this.#writing = null;
  }

  async #written({ event, resolve }: Pending): Promise<void> {
    await this.#options.afterAppend?.(event);
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        // A bug of a watcher: it must surface as one, and not as a failure of the append.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
    resolve(event);
  }

  #break(cause: unknown, batch: readonly Pending[]): void {
    const problem = new JournalError(fileProblem('write the journal', this.path, cause), cause);
    this.#broken.abort(problem);
    for (const { reject } of [...batch, ...this.#pending]) reject(problem);
    this.#pending = [];
  }
}
