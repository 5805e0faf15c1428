import { lstat, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, relative, sep } from 'node:path';
import { isMissing } from '../util/fs-error.ts';

/** Whether a relative path stays below the folder it starts from. */
export function isInside(path: string): boolean {
  if (path === '' || isAbsolute(path) || path.includes('\0')) return false;
  const parts = normalize(path).split(sep);
  return parts[0] !== '..' && normalize(path) !== '.';
}

/** A path from the project dir, or absolute where it leads out of it. */
export function fromRoot(root: string, path: string): string {
  const near = relative(root, path);
  return near === '' ? '.' : isInside(near) ? near : path;
}

/**
 * Why a file must not be written there; null = it may. Folders on the way may be symbolic links as long as they end below the root: what a
 * link leads out of it would be written behind the operator's back.
 */
export async function whyOutside(root: string, to: string): Promise<string | null> {
  if (!isInside(to)) return 'its path leads out of the project dir';
  const real = await realOrNull(root);
  // Nothing is there yet, so no link either.
  if (real === null) return null;
  let folder = dirname(join(root, to));
  for (;;) {
    const found = await realOrNull(folder);
    if (found !== null)
      return found === real || isInside(relative(real, found)) ? null : `${folder} leads out of the project dir`;
    // A link to nowhere is made to lead somewhere else by whoever can write there.
    if (await isLink(folder)) return `${folder} is a link to nowhere`;
    folder = dirname(folder);
  }
}

/** Where a path really is, every link followed; null = it is not there. */
export async function realOrNull(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
