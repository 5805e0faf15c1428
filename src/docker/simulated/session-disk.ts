import type { AppendFile, Disk } from '../../util/disk.ts';
import type { Life } from './life.ts';

/** A disk as one process sees it: once the process has ended, nothing that it still asks for is done or answered. */
export function diskOf(life: Life, disk: Disk): Disk {
  const by = <A extends unknown[], T>(call: (...args: A) => Promise<T>) => {
    return (...args: A): Promise<T> => (life.over ? new Promise<T>(() => {}) : life.bind(call(...args)));
  };
  const file = (open: AppendFile): AppendFile => ({
    append: by((text) => open.append(text)),
    sync: by(() => open.sync()),
    truncate: by((bytes) => open.truncate(bytes)),
    close: by(() => open.close()),
  });
  return {
    read: by((path) => disk.read(path)),
    async *chunks(path) {
      // The whole at once: what is read in between would be another process's.
      yield await by(() => disk.read(path))();
    },
    list: by((path) => disk.list(path)),
    stat: by((path) => disk.stat(path)),
    replace: by((path, data, options) => disk.replace(path, data, options)),
    create: by((path, data, options) => disk.create(path, data, options)),
    append: by(async (path, mode) => file(await disk.append(path, mode))),
    remove: by((path) => disk.remove(path)),
    sweep: by((path) => disk.sweep(path)),
    makeFolder: by((path) => disk.makeFolder(path)),
    makeNewFolder: by((path) => disk.makeNewFolder(path)),
    removeFolder: by((path) => disk.removeFolder(path)),
    removeTree: by((path) => disk.removeTree(path)),
    syncFolder: by((path) => disk.syncFolder(path)),
  };
}
