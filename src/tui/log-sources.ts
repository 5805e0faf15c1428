import { open } from 'node:fs/promises';
import { fileProblem } from '../journal/problems.ts';
import type { Clock } from '../util/clock.ts';
import { errorCode, isMissing } from '../util/fs-error.ts';

/** A log as it is told to who shows it. */
export type LogPiece =
  | { readonly kind: 'text'; readonly text: string }
  /** The log begins before what was given. */
  | { readonly kind: 'cut' }
  /** Why there is nothing, or nothing more. */
  | { readonly kind: 'remark'; readonly text: string };

const POLL_MS = 200;
/** Of a log that was long before somebody looked, the end. Bytes. */
const TAIL_BYTES = 2 << 20;
const CHUNK_BYTES = 256 << 10;

/** A file from its end on, and what is added to it, until the signal; one that is not there yet is waited for. */
export async function* followLogFile(
  path: string,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<LogPiece> {
  const decoder = new TextDecoder();
  let offset: number | null = null;
  try {
    while (!signal.aborted) {
      const size = await sizeOf(path);
      if (size === null) yield { kind: 'remark', text: 'there is no such log yet' };
      const from: number = offset === null || (size ?? 0) < offset ? Math.max(0, (size ?? 0) - TAIL_BYTES) : offset;
      if (offset === null && from > 0) yield { kind: 'cut' };
      offset = size === null ? null : from;
      while (offset !== null && offset < size! && !signal.aborted) {
        const bytes = await readAt(path, offset, Math.min(CHUNK_BYTES, size! - offset));
        if (bytes.length === 0) break;
        offset += bytes.length;
        yield { kind: 'text', text: decoder.decode(bytes, { stream: true }) };
      }
      await clock.sleep(POLL_MS, signal);
    }
  } catch (error) {
    if (errorCode(error) === '') throw error;
    yield { kind: 'remark', text: fileProblem('read the log', path, error).message };
  }
}

async function sizeOf(path: string): Promise<number | null> {
  const handle = await open(path, 'r').catch(orMissing);
  if (!handle) return null;
  try {
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

async function readAt(path: string, offset: number, length: number): Promise<Buffer> {
  const handle = await open(path, 'r').catch(orMissing);
  if (!handle) return Buffer.alloc(0);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function orMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}
