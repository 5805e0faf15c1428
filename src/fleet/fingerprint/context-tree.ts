import { type BigIntStats, lstatSync, readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { type FileHashes, sha256 } from './file-hashes.ts';
import { hasWildcard, matchName } from './glob.ts';
import type { Ignore } from './ignore-file.ts';

/** What a context is read with; `isOwn` tells Slipway's own files, which change with every run and are no input. */
export interface TreeOptions {
  readonly root: string;
  readonly ignore: Ignore;
  readonly hashes: FileHashes;
  readonly isOwn: (path: string) => boolean;
}

/** What stands for a source that is not there: the builder will complain, and once it is there the digest differs. */
const ABSENT = 'absent';

/**
 * A build context as the builder sees it, each file and folder digested once however many services use it. A digest covers names,
 * content, permission bits and link targets, as BuildKit's own does; times and owners do not count.
 */
export class ContextTree {
  readonly #options: TreeOptions;
  readonly #nodes = new Map<string, Promise<string>>();
  readonly #names = new Map<string, Promise<readonly string[]>>();

  constructor(options: TreeOptions) {
    this.#options = options;
  }

  /** The digest of a COPY source, which may be a pattern; whatever leads through a link stands for the whole context. */
  async source(pattern: string): Promise<string> {
    const parts = posix
      .normalize(`/${pattern}`)
      .split('/')
      .filter((part) => part !== '');
    const paths = await this.#resolve('', parts);
    if (paths === 'everything') return this.all();
    const entries = await Promise.all(paths.map(async (path) => ({ path, digest: await this.#node(path) })));
    const present = entries.filter(({ digest }) => digest !== '').map(({ path, digest }) => `${path}\0${digest}`);
    return present.length > 0 ? sha256(present.join('\n')) : ABSENT;
  }

  /** The digest of all that is not ignored. */
  all(): Promise<string> {
    return this.#folder('');
  }

  /** The paths that a pattern means, following it component by component. */
  async #resolve(folder: string, [part, ...rest]: readonly string[]): Promise<string[] | 'everything'> {
    if (part === undefined) return [folder];
    const matches = hasWildcard(part) ? matchName(part) : null;
    if (hasWildcard(part) && matches === null) return [folder];
    const names = matches ? (await this.#list(folder)).filter(matches) : [part];
    const found: string[] = [];
    for (const name of names) {
      const path = posix.join(folder, name);
      const stat = this.#stat(path);
      if (stat?.isSymbolicLink()) return 'everything';
      const below: string[] | 'everything' = stat?.isDirectory() || rest.length === 0 ? await this.#resolve(path, rest) : [path];
      if (below === 'everything') return below;
      found.push(...below);
    }
    return found;
  }

  /** The digest of one entry; empty when it does not reach the builder. */
  #node(path: string): Promise<string> {
    const known = this.#nodes.get(path);
    if (known) return known;
    const digest = this.#digest(path);
    this.#nodes.set(path, digest);
    return digest;
  }

  async #digest(path: string): Promise<string> {
    if (path === '') return this.#folder('');
    const stat = this.#stat(path);
    if (!stat || this.#options.isOwn(this.#absolute(path))) return '';
    const ignored = this.#options.ignore.ignores(path);
    const mode = (stat.mode & 0o7777n).toString(8);
    if (stat.isDirectory()) {
      if (ignored && this.#options.ignore.prunes(path)) return '';
      const content = await this.#folder(path);
      return ignored && content === EMPTY ? '' : `d${mode} ${content}`;
    }
    if (ignored) return '';
    if (stat.isSymbolicLink()) return `l ${readlinkSync(this.#absolute(path))}`;
    if (!stat.isFile()) return `o${mode}`;
    return `f${mode} ${await this.#options.hashes.digest(this.#absolute(path), stat)}`;
  }

  async #folder(path: string): Promise<string> {
    const names = await this.#list(path);
    const digests = await Promise.all(names.map((name) => this.#node(posix.join(path, name))));
    return sha256(names.flatMap((name, index) => (digests[index] === '' ? [] : [`${name}\0${digests[index]}`])).join('\n'));
  }

  #list(path: string): Promise<readonly string[]> {
    const known = this.#names.get(path);
    if (known) return known;
    const names = readdir(this.#absolute(path)).then((list) => list.sort());
    this.#names.set(path, names);
    return names;
  }

  #stat(path: string): BigIntStats | undefined {
    return lstatSync(this.#absolute(path), { bigint: true, throwIfNoEntry: false });
  }

  #absolute(path: string): string {
    return join(this.#options.root, path);
  }
}

/** The digest of a folder in which nothing is left. */
const EMPTY = sha256('');
