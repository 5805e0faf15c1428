import { basename, dirname } from 'node:path';
import { assertNever } from './assert.ts';
import type { AppendFile, Disk, FileStat, WriteOptions } from './disk.ts';
import { MemoryFile } from './memory-file.ts';

/**
 * A disk in memory that behaves as badly as a real one can: a power loss drops what was not synced, it can be full in the middle of an
 * append, and a file can be cut. Nothing on it takes time.
 */
export class MemoryDisk implements Disk {
  readonly #root = new Folder();
  #bytesLeft = Number.POSITIVE_INFINITY;

  /** After so many more bytes every write fails with `ENOSPC`, torn in the middle. */
  fillUp(bytesLeft: number): void {
    this.#bytesLeft = bytesLeft;
  }

  /** There is room again. */
  makeRoom(): void {
    this.#bytesLeft = Number.POSITIVE_INFINITY;
  }

  /**
   * The power fails: of what was not synced, `pick` (0 to 1, as of a random generator) says how much survives. `() => 0`: nothing.
   * Who still has a file open must not write to it any more.
   */
  losePower(pick: () => number): void {
    this.#root.losePower(pick);
  }

  /** Cuts a file to so many bytes, whoever has it open. */
  cut(path: string, bytes: number): void {
    const file = this.#file(path);
    file.truncate(bytes);
    file.sync();
  }

  /** Every file with its content, by path: what a test compares. */
  files(): ReadonlyMap<string, Buffer> {
    return new Map(this.#root.walk(''));
  }

  async read(path: string): Promise<Buffer> {
    return this.#file(path).content();
  }

  async *chunks(path: string): AsyncIterable<Buffer> {
    const content = this.#file(path).content();
    if (content.length > 0) yield content;
  }

  async list(path: string): Promise<readonly string[]> {
    return [...this.#folder(path).live.keys()];
  }

  async stat(path: string): Promise<FileStat> {
    const node = this.#find(path);
    if (node instanceof Folder) return { kind: 'folder', bytes: 0, mode: 0o700 };
    return { kind: 'file', bytes: node.bytes, mode: node.mode };
  }

  async replace(path: string, data: string | Uint8Array, { mode, durability }: WriteOptions): Promise<void> {
    const folder = this.#folder(dirname(path));
    if (folder.live.get(basename(path)) instanceof Folder) throw trouble('EISDIR', path);
    const file = this.#written(path, data, mode);
    folder.live.set(basename(path), file);
    if (durability === 'synced') {
      file.sync();
      folder.sync();
    }
  }

  async create(path: string, data: string | Uint8Array, { mode, durability }: WriteOptions): Promise<void> {
    const folder = this.#folder(dirname(path));
    const file = this.#written(path, data, mode);
    if (folder.live.has(basename(path))) throw trouble('EEXIST', path);
    folder.live.set(basename(path), file);
    if (durability === 'synced') {
      file.sync();
      folder.sync();
    }
  }

  async append(path: string, mode: number): Promise<AppendFile> {
    const folder = this.#folder(dirname(path));
    const present = folder.live.get(basename(path)) ?? new MemoryFile(mode);
    if (present instanceof Folder) throw trouble('EISDIR', path);
    folder.live.set(basename(path), present);
    return {
      append: async (text) => this.#write(path, present, Buffer.from(text)),
      sync: async () => present.sync(),
      truncate: async (bytes) => present.truncate(bytes),
      close: async () => {},
    };
  }

  async remove(path: string): Promise<void> {
    const folder = this.#folderIfThere(dirname(path));
    if (folder?.live.get(basename(path)) instanceof Folder) throw trouble('EISDIR', path);
    folder?.live.delete(basename(path));
  }

  async sweep(): Promise<void> {}

  async makeFolder(path: string): Promise<void> {
    let folder = this.#root;
    for (const name of partsOf(path)) {
      const next = folder.live.get(name) ?? new Folder();
      if (next instanceof MemoryFile) throw trouble(path.endsWith(`/${name}`) ? 'EEXIST' : 'ENOTDIR', path);
      if (!folder.live.has(name)) {
        folder.live.set(name, next);
        folder.sync();
      }
      folder = next;
    }
  }

  async makeNewFolder(path: string): Promise<void> {
    const parent = this.#folder(dirname(path));
    if (parent.live.has(basename(path))) throw trouble('EEXIST', path);
    parent.live.set(basename(path), new Folder());
  }

  async removeFolder(path: string): Promise<void> {
    if (this.#folder(path).live.size > 0) throw trouble('ENOTEMPTY', path);
    this.#folder(dirname(path)).live.delete(basename(path));
  }

  async removeTree(path: string): Promise<void> {
    this.#folderIfThere(dirname(path))?.live.delete(basename(path));
  }

  async syncFolder(path: string): Promise<void> {
    this.#folder(path).sync();
  }

  #written(path: string, data: string | Uint8Array, mode: number): MemoryFile {
    const file = new MemoryFile(mode);
    this.#write(path, file, Buffer.from(data));
    return file;
  }

  #write(path: string, file: MemoryFile, data: Buffer): void {
    const fits = Math.min(data.length, this.#bytesLeft);
    this.#bytesLeft -= fits;
    file.append(data.subarray(0, fits));
    if (fits < data.length) throw trouble('ENOSPC', path);
  }

  #find(path: string): MemoryNode {
    let node: MemoryNode = this.#root;
    for (const name of partsOf(path)) {
      if (node instanceof MemoryFile) throw trouble('ENOTDIR', path);
      const next = node.live.get(name);
      if (!next) throw trouble('ENOENT', path);
      node = next;
    }
    return node;
  }

  #file(path: string): MemoryFile {
    const node = this.#find(path);
    if (node instanceof Folder) throw trouble('EISDIR', path);
    return node;
  }

  #folder(path: string): Folder {
    const node = this.#find(path);
    if (node instanceof MemoryFile) throw trouble('ENOTDIR', path);
    return node;
  }

  #folderIfThere(path: string): Folder | null {
    try {
      return this.#folder(path);
    } catch {
      return null;
    }
  }
}

type MemoryNode = Folder | MemoryFile;

/** Names as they are, and as the disk itself has them. */
class Folder {
  readonly live = new Map<string, MemoryNode>();
  #synced = new Map<string, MemoryNode>();

  sync(): void {
    this.#synced = new Map(this.live);
  }

  losePower(pick: () => number): void {
    for (const name of new Set([...this.live.keys(), ...this.#synced.keys()])) {
      const [now, before] = [this.live.get(name), this.#synced.get(name)];
      const left = now === before || pick() >= 0.5 ? now : before;
      if (left) this.live.set(name, left);
      else this.live.delete(name);
    }
    this.sync();
    for (const node of this.live.values()) node.losePower(pick);
  }

  *walk(path: string): Generator<[string, Buffer]> {
    for (const [name, node] of this.live) {
      if (node instanceof Folder) yield* node.walk(`${path}/${name}`);
      else yield [`${path}/${name}`, node.content()];
    }
  }
}

function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

type Code = 'EEXIST' | 'EISDIR' | 'ENOENT' | 'ENOSPC' | 'ENOTDIR' | 'ENOTEMPTY';

function trouble(code: Code, path: string): Error {
  return Object.assign(new Error(`${code}: ${textOf(code)}, '${path}'`), { code, path });
}

function textOf(code: Code): string {
  switch (code) {
    case 'EEXIST':
      return 'file already exists';
    case 'EISDIR':
      return 'illegal operation on a directory';
    case 'ENOENT':
      return 'no such file or directory';
    case 'ENOSPC':
      return 'no space left on device';
    case 'ENOTDIR':
      return 'not a directory';
    case 'ENOTEMPTY':
      return 'directory not empty';
    default:
      return assertNever(code);
  }
}
