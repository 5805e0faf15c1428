import { readFile, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../../util/fs-error.ts';
import type { FreeSpace } from '../host-port.ts';

/** The space where a folder is, or where it would be made; null = the system does not tell. */
export async function freeSpace(folder: string): Promise<FreeSpace | null> {
  try {
    const [{ bavail, bsize, blocks }, { dev }] = await Promise.all([statfs(folder), stat(folder)]);
    // Some file systems in user space tell nothing.
    if (blocks === 0) return null;
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, fileSystem: String(dev) };
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && dirname(folder) !== folder) return freeSpace(dirname(folder));
    return null;
  }
}

/** `MemAvailable` (proc_meminfo(5)): what programs could still have without swapping. */
export async function availableMemory(): Promise<number | null> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
