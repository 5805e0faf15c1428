import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A file that was written: its size and the SHA-256 of its content, hex. */
export interface Written {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes a new private file from a stream, as fast as both sides go, and hashes it on the way; it survives a power loss. Rejects with the
 * system's error or the stream's.
 */
export async function writeStream(
  path: string,
  source: NodeJS.ReadableStream | AsyncIterable<Uint8Array>,
  { onBytes, signal }: { readonly onBytes: (bytes: number) => void; readonly signal: AbortSignal },
): Promise<Written> {
  const meter = meterOf(onBytes);
  await pipeline(source, meter.stream, createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }), { signal });
  return meter.result();
}

/** A stream that passes everything on and knows what passed. */
export function meterOf(onBytes: (bytes: number) => void): { readonly stream: Transform; readonly result: () => Written } {
  const hash: Hash = createHash('sha256');
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      hash.update(chunk);
      onBytes(bytes);
      done(null, chunk);
    },
  });
  return { stream, result: () => ({ bytes, sha256: hash.digest('hex') }) };
}
