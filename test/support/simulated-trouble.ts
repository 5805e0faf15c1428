import type { AppendFile, Disk } from '../../src/util/disk.ts';

/** At which writing call to the disk a process dies, and how much of that call is still done: 0 = nothing, 1 = all. */
export interface DyingWrite {
  readonly nth: number;
  readonly part: number;
}

/** A disk on which the process dies in the append to a journal that goes beyond so many bytes: it is torn there. */
export function dyingAfter(disk: Disk, bytes: number, die: () => void): Disk {
  let left = bytes;
  const append = async (path: string, mode: number): Promise<AppendFile> => {
    const open = await disk.append(path, mode);
    if (!path.endsWith('/journal.ndjson')) return open;
    return {
      append: async (text) => {
        const data = Buffer.from(text);
        const fits = data.subarray(0, Math.max(0, left)).toString('utf8');
        left -= data.length;
        const written = open.append(left >= 0 ? text : fits);
        if (left < 0) die();
        return written;
      },
      sync: () => open.sync(),
      truncate: (to) => open.truncate(to),
      close: () => open.close(),
    };
  };
  return { ...forwarded(disk), append };
}

/** A disk in whose n-th writing call the process dies: what it appends then is torn. */
export function dyingAt(disk: Disk, { nth, part }: DyingWrite, die: () => void): Disk {
  let count = 0;
  const dies = () => {
    count += 1;
    return count === nth;
  };
  const whole = <A extends unknown[], T>(call: (...args: A) => Promise<T>) => {
    return async (...args: A): Promise<T> => {
      if (!dies()) return call(...args);
      const answer = part >= 0.5 ? call(...args) : new Promise<T>(() => {});
      die();
      return answer;
    };
  };
  const file = (open: AppendFile): AppendFile => ({
    append: async (text) => {
      if (!dies()) return open.append(text);
      const bytes = Buffer.from(text);
      const written = open.append(bytes.subarray(0, Math.floor(bytes.length * part)).toString('latin1'));
      die();
      return written;
    },
    sync: whole(() => open.sync()),
    truncate: whole((bytes) => open.truncate(bytes)),
    close: () => open.close(),
  });
  return {
    ...forwarded(disk),
    replace: whole((path, data, options) => disk.replace(path, data, options)),
    create: whole((path, data, options) => disk.create(path, data, options)),
    append: async (path, mode) => file(await disk.append(path, mode)),
    remove: whole((path) => disk.remove(path)),
    makeFolder: whole((path) => disk.makeFolder(path)),
    makeNewFolder: whole((path) => disk.makeNewFolder(path)),
    removeFolder: whole((path) => disk.removeFolder(path)),
    removeTree: whole((path) => disk.removeTree(path)),
    syncFolder: whole((path) => disk.syncFolder(path)),
  };
}

function forwarded(disk: Disk): Disk {
  return {
    read: (path) => disk.read(path),
    chunks: (path) => disk.chunks(path),
    list: (path) => disk.list(path),
    stat: (path) => disk.stat(path),
    replace: (path, data, options) => disk.replace(path, data, options),
    create: (path, data, options) => disk.create(path, data, options),
    append: (path, mode) => disk.append(path, mode),
    remove: (path) => disk.remove(path),
    sweep: (path) => disk.sweep(path),
    makeFolder: (path) => disk.makeFolder(path),
    makeNewFolder: (path) => disk.makeNewFolder(path),
    removeFolder: (path) => disk.removeFolder(path),
    removeTree: (path) => disk.removeTree(path),
    syncFolder: (path) => disk.syncFolder(path),
  };
}
