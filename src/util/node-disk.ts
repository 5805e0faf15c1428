import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, link, mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { AppendFile, Disk, WriteOptions } from './disk.ts';
import { escapeRegExp } from './escape-regexp.ts';
import { errorCode } from './fs-error.ts';

/** The machine's own files. */
export const nodeDisk: Disk = {
  read: (path) => readFile(path),
  chunks: (path) => createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>,
  list: (path) => readdir(path),
  stat: async (path) => {
    const found = await stat(path);
    const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
    return { kind, bytes: found.size, mode: found.mode & 0o777 };
  },
  replace,
  create,
  append: async (path, mode) => appendFile(await open(path, 'a', mode)),
  remove: (path) => rm(path, { force: true }),
  sweep,
  makeFolder,
  makeNewFolder: (path) => mkdir(path, { mode: 0o700 }),
  removeFolder: (path) => rmdir(path),
  removeTree: (path) => rm(path, { recursive: true, force: true }),
  syncFolder,
};

function appendFile(handle: FileHandle): AppendFile {
  return {
    append: (text) => handle.appendFile(text),
    sync: () => handle.datasync(), // The size counts as data.
    truncate: (bytes) => handle.truncate(bytes),
    close: () => handle.close(),
  };
}

async function replace(path: string, data: string | Uint8Array, options: WriteOptions): Promise<void> {
  const temporary = temporaryOf(path);
  try {
    await writeNew(temporary, data, options);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  if (options.durability === 'synced') await syncFolder(dirname(path));
}

/** Written whole under another name, then linked, which fails when the name is taken. */
async function create(path: string, data: string | Uint8Array, options: WriteOptions): Promise<void> {
  const temporary = temporaryOf(path);
  try {
    await writeNew(temporary, data, options);
    await link(temporary, path).catch(async (error) => {
      // Some shared folders have no hard links; there the name is at least taken atomically.
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errorCode(error))) throw error;
      await writeNew(path, data, options);
    });
  } finally {
    await rm(temporary, { force: true });
  }
  if (options.durability === 'synced') await syncFolder(dirname(path));
}

async function writeNew(path: string, data: string | Uint8Array, { mode, durability }: WriteOptions): Promise<void> {
  const handle = await open(path, 'wx', mode);
  try {
    await handle.writeFile(data);
    if (durability === 'synced') await handle.sync();
  } finally {
    await handle.close();
  }
}

async function sweep(path: string): Promise<void> {
  const ours = new RegExp(`^\\.${escapeRegExp(basename(path))}\\.[0-9a-f]{12}\\.tmp$`);
  const names = await readdir(dirname(path)).catch(() => []);
  await Promise.all(names.filter((n) => ours.test(n)).map((n) => rm(join(dirname(path), n), { force: true })));
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Node's own recursive mkdir says ENOENT where the folder is read-only. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return requireFolder(path, error);
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    return makeFolder(path);
  }
  await syncFolder(dirname(path));
}

async function requireFolder(path: string, error: unknown): Promise<void> {
  if (!(await stat(path)).isDirectory()) throw error;
}

function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}
