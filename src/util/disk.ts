/**
 * The files that a run keeps (journal, plan, state, releases, lock), behind one seam: the machine's own disk, or one in memory that a test
 * can cut, fill up and lose power on. Paths are absolute. Everything rejects with the system's error codes (`ENOENT`, `EEXIST`, `ENOSPC`, …).
 */
export interface Disk {
  /** A file's whole content. */
  read(path: string): Promise<Buffer>;
  /** A file's content from its beginning, in pieces, for files of any size. */
  chunks(path: string): AsyncIterable<Buffer>;
  /** The names in a folder, in no particular order. */
  list(path: string): Promise<readonly string[]>;
  /** What a file or folder is, links followed. */
  stat(path: string): Promise<FileStat>;
  /** Replaces a file so that a reader sees the old or the new content and nothing between. */
  replace(path: string, data: string | Uint8Array, options: WriteOptions): Promise<void>;
  /** Writes a file that must not exist yet (`EEXIST`); it appears with its whole content, or not at all. */
  create(path: string, data: string | Uint8Array, options: WriteOptions): Promise<void>;
  /** Opens a file to write at its end, made when it is missing. */
  append(path: string, mode: number): Promise<AppendFile>;
  /** Removes a file; a missing one is fine. */
  remove(path: string): Promise<void>;
  /** Removes what a killed `replace` or `create` of this path left beside it; only for the one process that writes it. */
  sweep(path: string): Promise<void>;
  /** Makes a private folder (0700) with its missing parents, so that all of them survive a power loss. */
  makeFolder(path: string): Promise<void>;
  /** Makes one private folder that must not exist yet (`EEXIST`). */
  makeNewFolder(path: string): Promise<void>;
  /** Removes an empty folder. */
  removeFolder(path: string): Promise<void>;
  /** Removes a folder and all that is in it; a missing one is fine. */
  removeTree(path: string): Promise<void>;
  /** Makes the entries of a folder survive a power loss. */
  syncFolder(path: string): Promise<void>;
}

/** How a file is written. `synced` survives a power loss; `relaxed` is for files that can be made again. */
export interface WriteOptions {
  readonly mode: number;
  readonly durability: 'synced' | 'relaxed';
}

/** What there is to know of a file without reading it. `mode`: its permission bits. */
export interface FileStat {
  readonly kind: 'file' | 'folder' | 'other';
  readonly bytes: number;
  readonly mode: number;
}

/** A file that is open for writing at its end. */
export interface AppendFile {
  /** When it rejects, a part may have been written. */
  append(text: string): Promise<void>;
  /** What was appended survives a power loss once this resolves. */
  sync(): Promise<void>;
  /** Cuts the file to so many bytes. */
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}
