import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ByteLines } from '../util/byte-lines.ts';
import type { Clock } from '../util/clock.ts';
import { isMissing } from '../util/fs-error.ts';
import { readLine } from './event-schema.ts';
import type { Event } from './events.ts';
import { fileProblem, JournalError } from './problems.ts';
import { MAX_LINE_BYTES } from './read-journal.ts';

export interface FollowOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How often to look when the file system says nothing. */
  readonly pollMs?: number;
  /** Where to begin, as given by `JournalExtent.endOffset`; bytes. */
  readonly fromOffset?: number;
}

/**
 * The events of a journal that another process writes, from the offset on, until the signal; waits for the file to appear. Only
 * complete lines count, so a torn tail that its writer cuts off later is never seen. Throws a JournalError when it cannot be read.
 */
export async function* followJournal(path: string, options: FollowOptions): AsyncGenerator<Event> {
  const changes = watchChanges(path, options);
  let offset = options.fromOffset ?? 0;
  try {
    while (!options.signal.aborted) {
      for await (const found of readFrom(path, offset)) {
        offset = found.endOffset;
        if (options.signal.aborted) return;
        if (found.event) yield found.event;
      }
      await changes.next();
    }
  } finally {
    changes.close();
  }
}

interface Found {
  readonly event: Event | null;
  readonly endOffset: number;
}

/** The complete lines from an offset to the present end. */
async function* readFrom(path: string, from: number): AsyncGenerator<Found> {
  const handle = await openIfThere(path);
  if (!handle) return;
  try {
    const { size } = await handle.stat();
    if (size < from) throw new JournalError(problem(path, 'it became shorter than what was already read'));
    const lines = new ByteLines(MAX_LINE_BYTES);
    const buffer = Buffer.alloc(64 * 1024);
    let offset = from;
    for (let at = from; ; ) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      for (const line of lines.push(buffer.subarray(0, bytesRead))) {
        offset += line.bytes.length + 1;
        const event = eventOf(path, line);
        yield { event, endOffset: offset };
      }
    }
  } catch (error) {
    throw error instanceof JournalError ? error : new JournalError(fileProblem('follow the journal', path, error), error);
  } finally {
    await handle.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return null;
    throw new JournalError(fileProblem('follow the journal', path, error), error);
  }
}

function eventOf(path: string, line: { bytes: Buffer; over: boolean }): Event | null {
  const read = line.over ? ({ kind: 'not-json' } as const) : readLine(line.bytes.toString('utf8'));
  if (read.kind === 'event') return read.event;
  if (read.kind === 'unknown-type') return null;
  throw new JournalError(problem(path, 'a line of it cannot be read'));
}

function problem(file: string, why: string) {
  const remedy = 'run `slipway status`, which names the line';
  return { code: 'journal-damaged', severity: 'error', message: `The journal cannot be followed: ${why}`, file, remedy } as const;
}

/** Tells of changes of a file: at once where the file system does, else by the clock. */
function watchChanges(path: string, { clock, signal, pollMs = 250 }: FollowOptions) {
  let wake = () => {};
  let changed = false;
  const watcher = watchFolder(dirname(path), () => {
    changed = true;
    wake();
  });
  return {
    async next(): Promise<void> {
      if (!changed) {
        const waiting = new AbortController();
        wake = () => waiting.abort();
        await clock.sleep(pollMs, AbortSignal.any([signal, waiting.signal]));
      }
      changed = false;
    },
    close(): void {
      watcher?.close();
    },
  };
}

/** Null where watching is not possible (no such folder yet, no inotify watch left): the poll is enough. */
function watchFolder(folder: string, onChange: () => void): FSWatcher | null {
  try {
    const watcher = watch(folder, { persistent: false }, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
