import { chmod, mkdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { nodeDisk } from '../util/node-disk.ts';
import { isInside, realOrNull, whyOutside } from './paths.ts';
import type { SavedFile } from './types.ts';

/** A file would be written where it must not be; nothing of it was. */
export class FileRefused extends Error {
  readonly to: string;

  constructor(to: string, why: string) {
    super(`${to} is not restored: ${why}`);
    this.name = 'FileRefused';
    this.to = to;
  }
}

/** Puts a file back at its place, so that a reader sees the old or the new one; checked once more right before. */
export async function putFile(folder: string, root: string, { from, to, place, mode }: SavedFile): Promise<void> {
  const why = place === 'project' ? await whyOutside(root, to) : null;
  if (why !== null) throw new FileRefused(to, why);
  const path = place === 'project' ? await behindLink(root, join(root, to)) : resolve(to);
  await mkdir(dirname(path), { recursive: true });
  // Private until it is whole; a mode that the file mask would narrow is given afterwards.
  await nodeDisk.replace(path, await readFile(join(folder, from)), { mode: mode & 0o700, durability: 'synced' });
  await chmod(path, mode);
}

/** The file that a link within the project leads to, so that both stay what they are; a link that leads out of it is itself replaced. */
async function behindLink(root: string, path: string): Promise<string> {
  const [real, inside] = [await realOrNull(path), await realOrNull(root)];
  return real !== null && inside !== null && isInside(relative(inside, real)) ? real : path;
}
