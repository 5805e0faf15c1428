import { open } from 'node:fs/promises';
import { isMissing } from '../util/fs-error.ts';
import type { World } from './world.ts';

/** How often a growing file is looked at, milliseconds. */
const POLL_MS = 200;

/** Prints a file; with `isOver` also what is added to it, until that says so or the operator interrupts. */
export async function printFile(path: string, world: World, isOver: (() => Promise<boolean>) | null): Promise<void> {
  let offset = await printFrom(path, 0, world);
  while (isOver) {
    // Asked before the last look, so that nothing written in between is missed.
    const over = await isOver();
    offset = await printFrom(path, offset, world);
    if (over) return;
    await world.clock.sleep(POLL_MS);
  }
}

/** Prints from a byte on and says up to where; a file that is not there yet is empty. */
async function printFrom(path: string, from: number, { out }: World): Promise<number> {
  const handle = await open(path, 'r').catch((error) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (handle === null) return from;
  try {
    const { size } = await handle.stat();
    // Cut to a line's end, so that no character is torn; the rest comes with the next look.
    const buffer = Buffer.alloc(Math.max(0, size - from));
    await handle.read(buffer, 0, buffer.length, from);
    const end = buffer.lastIndexOf(10) + 1 || buffer.length;
    out.write(buffer.subarray(0, end).toString('utf8'));
    return from + end;
  } finally {
    await handle.close();
  }
}
