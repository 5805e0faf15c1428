import { createHash } from 'node:crypto';
import { type BigIntStats, createReadStream, readFileSync } from 'node:fs';
import { finished } from 'node:stream/promises';

/** Up to here a file is read in one go: a promise for it would cost more than the read. */
const SMALL_BYTES = 256 * 1024;

/** Large files that are read at once. */
const LARGE_AT_ONCE = 4;

/** Content digests of files, each read once as long as size, times and inode stay the same. */
export class FileHashes {
  readonly #known = new Map<string, { readonly stamp: string; readonly digest: string | Promise<string> }>();
  #large: Promise<unknown>[] = [];

  /** SHA-256 (hex) of the file's content; `stat` must be of the file now. Rejects when it cannot be read. */
  digest(path: string, stat: BigIntStats): string | Promise<string> {
    const stamp = `${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}:${stat.ino}:${stat.dev}`;
    const known = this.#known.get(path);
    if (known?.stamp === stamp) return known.digest;
    const digest = stat.size <= SMALL_BYTES ? sha256(readFileSync(path)) : this.#stream(path);
    this.#known.set(path, { stamp, digest });
    return digest;
  }

  async #stream(path: string): Promise<string> {
    while (this.#large.length >= LARGE_AT_ONCE) await Promise.race(this.#large);
    const hash = createHash('sha256');
    const read = finished(createReadStream(path).on('data', (chunk) => hash.update(chunk)));
    const settled = read
      .catch(() => undefined)
      .then(() => {
        this.#large = this.#large.filter((other) => other !== settled);
      });
    this.#large.push(settled);
    await read;
    return hash.digest('hex');
  }
}

/** SHA-256 as hex. */
export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
