import { basename, dirname, join, resolve } from 'node:path';
import type { Settings } from '../../fleet/types.ts';
import type { Disk, FileStat } from '../../util/disk.ts';
import type { Remain } from './types.ts';

/** `.slipway` with the folders and files of two levels below it, which is all of ours. */
const DEPTH = 3;
/** Everybody but the owner. */
const OTHERS = 0o077;
/** A name under which `Disk.replace` writes before it renames. */
const HALF_WRITTEN = /^\.(.+)\.[0-9a-f]{12}\.tmp$/;

/** Our own files that others may read, change, or that a killed process left half-written. Only whoever holds the lock writes these. */
export async function ownFileRemains(disk: Disk, root: string): Promise<readonly Remain[]> {
  const top = join(root, '.slipway');
  const found: Remain[] = [];
  await walk(disk, { path: top, depth: 0 }, (path, stat) => {
    const of = HALF_WRITTEN.exec(basename(path))?.[1];
    // Whoever tries for the lock at this moment writes such a file too.
    if (of !== undefined && of !== 'lock' && stat.kind === 'file')
      found.push({ kind: 'half-written', path, of: join(dirname(path), of) });
    else if ((stat.mode & OTHERS) !== 0 && stat.kind !== 'other')
      found.push({ kind: 'open-to-others', path, mode: stat.mode & ~OTHERS });
  });
  return found;
}

/** What a kill in the middle of writing the state file left beside it. */
export async function halfWrittenState(disk: Disk, stateFile: string): Promise<readonly Remain[]> {
  const names = await disk.list(dirname(stateFile)).catch(() => []);
  return names
    .filter((name) => HALF_WRITTEN.exec(name)?.[1] === basename(stateFile))
    .map((name) => ({ kind: 'half-written', path: join(dirname(stateFile), name), of: stateFile }));
}

/** The folder of the logs, when runs have kept theirs in it and it is gone. */
export async function missingLogFolder(
  disk: Disk,
  { root, settings, runs }: { readonly root: string; readonly settings: Settings; readonly runs: number },
): Promise<readonly Remain[]> {
  const path = resolve(root, settings.monitoring.logDirectory);
  if (runs === 0 || (await statOf(disk, path)) !== null) return [];
  return [{ kind: 'log-folder', path }];
}

async function walk(
  disk: Disk,
  { path, depth }: { readonly path: string; readonly depth: number },
  visit: (path: string, stat: FileStat) => void,
): Promise<void> {
  const stat = await statOf(disk, path);
  if (stat === null) return;
  visit(path, stat);
  if (stat.kind !== 'folder' || depth >= DEPTH) return;
  const names = await disk.list(path).catch(() => []);
  for (const name of names.toSorted()) await walk(disk, { path: join(path, name), depth: depth + 1 }, visit);
}

/** Null = it is not there, or not ours to see. */
async function statOf(disk: Disk, path: string): Promise<FileStat | null> {
  return disk.stat(path).catch((error) => {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  });
}
