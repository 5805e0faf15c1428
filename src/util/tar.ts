import type { Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract, type Header, pack } from 'tar-stream';

/** An entry of a tar; its content comes with it and has to be read or skipped. */
export interface TarEntry {
  readonly name: string;
  readonly type: Header['type'];
  readonly sizeBytes: number;
  /** What a link points to. */
  readonly target: string | null;
  readonly content: AsyncIterable<Buffer>;
}

/**
 * Reads a tar to its end, one entry after the other; memory stays bounded. `look` reads the entry's content, or calls `skip`. Rejects with
 * what `look` throws, with the source's error, or when the tar is damaged or cut short.
 */
export async function readTar(
  source: Readable,
  look: (entry: TarEntry, skip: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const reader = extract();
  const fed = pipeline(source, reader as unknown as Writable);
  // Whoever looks may give up first: the feeding then fails too, and nobody waits for it.
  fed.catch(() => {});
  for await (const entry of reader) await look(seen(entry as Entry), () => skip(entry as Entry));
  await fed;
}

/** The tar of one empty file. */
export function emptyFileTar(name: string): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name, type: 'file' }, '');
  tar.finalize();
  return buffer(tar as AsyncIterable<Buffer>);
}

type Entry = AsyncIterable<Buffer> & { readonly header: Header };

function seen(entry: Entry): TarEntry {
  const { name, type, size, linkname } = entry.header;
  return { name, type, sizeBytes: size, target: linkname || null, content: entry };
}

async function skip(entry: Entry): Promise<void> {
  for await (const _ of entry) {
    // Read away: the next entry comes after it.
  }
}
