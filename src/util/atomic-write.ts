import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { escapeRegExp } from './escape-regexp.ts';
import { errorCode } from './fs-error.ts';

/** How a file is put in place. `synced` survives a power loss; `relaxed` is for files that can be made again. */
export interface AtomicWriteOptions {
  readonly mode: number;
  readonly durability: 'synced' | 'relaxed';
}

/** Replaces a file so that a reader sees the old or the new content and nothing between. Rejects with the system's error. */
export async function writeFileAtomic(path: string, data: string | Uint8Array, options: AtomicWriteOptions): Promise<void> {
  const temporary = join(dirname(path), temporaryName(path));
  try {
    await writeNew(temporary, data, options);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  if (options.durability === 'synced') await syncDirectory(dirname(path));
}

/** Writes a file that must not exist yet. */
export async function writeNew(path: string, data: string | Uint8Array, options: AtomicWriteOptions): Promise<void> {
  const handle = await open(path, 'wx', options.mode);
  try {
    await handle.writeFile(data);
    if (options.durability === 'synced') await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what a killed `writeFileAtomic` of this path left behind; only for the one process that writes it. */
export async function sweepTemporaries(path: string): Promise<void> {
  const ours = new RegExp(`^\\.${escapeRegExp(basename(path))}\\.[0-9a-f]{12}\\.tmp$`);
  const names = await readdir(dirname(path)).catch(() => []);
  await Promise.all(names.filter((n) => ours.test(n)).map((n) => rm(join(dirname(path), n), { force: true })));
}

/** Makes the entries of a folder survive a power loss. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a private folder (0700) with its missing parents, so that all of them survive a power loss. (Node's own recursive mkdir says
 * ENOENT where the folder is read-only.)
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return requireDirectory(path, error);
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeDirectory(dirname(path));
    return makeDirectory(path);
  }
  await syncDirectory(dirname(path));
}

async function requireDirectory(path: string, error: unknown): Promise<void> {
  if (!(await stat(path)).isDirectory()) throw error;
}

function temporaryName(path: string): string {
  return `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`;
}
