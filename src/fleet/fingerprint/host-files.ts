import { stat } from 'node:fs/promises';
import { mapBounded } from '../../util/bounded.ts';
import { isMissing } from '../../util/fs-error.ts';
import { FileHashes } from './file-hashes.ts';

const FILES_AT_ONCE = 16;

/**
 * SHA-256 (hex) of the regular files among these absolute paths; null for one that is not there or cannot be read. Folders, sockets and
 * devices are left out.
 */
export async function hashFiles(paths: Iterable<string>): Promise<ReadonlyMap<string, string | null>> {
  const hashes = new FileHashes();
  const digests = await mapBounded([...new Set(paths)], FILES_AT_ONCE, async (path) => {
    try {
      const info = await stat(path, { bigint: true });
      return info.isFile() ? ([path, await hashes.digest(path, info)] as const) : null;
    } catch (error) {
      if (!isMissing(error) && !(error instanceof Error && 'code' in error)) throw error;
      return [path, null] as const;
    }
  });
  return new Map(digests.filter((entry) => entry !== null));
}
