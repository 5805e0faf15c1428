import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { errorCode, isMissing } from '../util/fs-error.ts';

/** A part of a log file. Offsets are bytes. */
export interface LogPart {
  readonly text: string;
  /** Where the next part begins. */
  readonly nextOffset: number;
  /** Of the whole file; 0 while there is none. */
  readonly size: number;
}

/** The longest part, bytes. */
export const MAX_PART_BYTES = 256 << 10;

/**
 * Reads a log from an offset on; a negative one counts from the end and then begins with a whole line. No character is torn, and a link is
 * not followed: nothing but a log is in that place, unless somebody put it there.
 */
export async function readLogPart(path: string, offset: number): Promise<LogPart> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error) => {
    if (isMissing(error) || errorCode(error) === 'ELOOP') return null;
    throw error;
  });
  if (handle === null) return { text: '', nextOffset: 0, size: 0 };
  try {
    const { size } = await handle.stat();
    const start = offset >= 0 ? Math.min(offset, size) : Math.max(0, size + Math.max(offset, -MAX_PART_BYTES));
    const buffer = Buffer.alloc(Math.min(MAX_PART_BYTES, size - start));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
    const bytes = buffer.subarray(0, bytesRead);
    const skipped = offset < 0 && start > 0 ? bytes.indexOf(10) + 1 : 0;
    const end = wholeCharacters(bytes);
    return { text: bytes.subarray(skipped, end).toString('utf8'), nextOffset: start + end, size };
  } finally {
    await handle.close();
  }
}

/** How many bytes hold whole characters: the last one may be cut off (UTF-8: RFC 3629). */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
