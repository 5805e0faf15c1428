import { type FileHandle, open } from 'node:fs/promises';
import { isMissing } from '../util/fs-error.ts';
import type { World } from './world.ts';

/** How often a growing file is looked at, milliseconds. */
const POLL_MS = 200;

/** How much of a file is looked through at once. */
const PART_BYTES = 64 * 1024;

/** What of a file is printed. */
interface PrintedFile {
  readonly path: string;
  /** Null = all of it. */
  readonly tailLines: number | null;
}

/** Prints a file; with `isOver` also what is added to it, until that says so or the operator interrupts. */
export async function printFile(
  { path, tailLines }: PrintedFile,
  world: World,
  isOver: (() => Promise<boolean>) | null,
): Promise<void> {
  let offset = tailLines === null ? 0 : await startOfTail(path, tailLines);
  while (isOver) {
    // Asked before the last look, so that nothing written in between is missed.
    const over = await isOver();
    if (over) break;
    offset = await printFrom(path, { offset, upTo: 'last whole line' }, world);
    await world.clock.sleep(POLL_MS);
  }
  await printFrom(path, { offset, upTo: 'end' }, world);
}

/** Prints from a byte on and says up to where; a file that is not there yet is empty. */
async function printFrom(
  path: string,
  { offset, upTo }: { readonly offset: number; readonly upTo: 'last whole line' | 'end' },
  { out }: World,
): Promise<number> {
  return withFile(path, offset, async (file) => {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.max(0, size - offset));
    await file.read(buffer, 0, buffer.length, offset);
    // Of a file that grows only whole lines, so that no character is torn; the rest comes with the next look.
    const end = upTo === 'end' ? buffer.length : buffer.lastIndexOf(10) + 1;
    out.write(buffer.subarray(0, end).toString('utf8'));
    return offset + end;
  });
}

/** Where the last lines of a file begin, bytes from its start. */
async function startOfTail(path: string, lines: number): Promise<number> {
  return withFile(path, 0, async (file) => {
    const { size } = await file.stat();
    const part = Buffer.alloc(PART_BYTES);
    let left = lines;
    for (let end = size; end > 0; end -= PART_BYTES) {
      const from = Math.max(0, end - PART_BYTES);
      const { bytesRead } = await file.read(part, 0, end - from, from);
      for (let i = bytesRead - 1; i >= 0; i -= 1) {
        // The end of the last line begins no other one.
        if (part[i] !== 10 || from + i === size - 1) continue;
        left -= 1;
        if (left === 0) return from + i + 1;
      }
    }
    return 0;
  });
}

async function withFile(path: string, unlessThere: number, work: (file: FileHandle) => Promise<number>): Promise<number> {
  const file = await open(path, 'r').catch((error) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (file === null) return unlessThere;
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}
