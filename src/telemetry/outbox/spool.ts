import { join } from 'node:path';
import type { Disk } from '../../util/disk.ts';
import type { Destination, Letter } from './letter.ts';

/** What is left to deliver when a process ends, for the one that goes on. Holds no secret that the configuration does not. */
export interface Spool {
  readonly version: 1;
  /** The project dir. */
  readonly root: string;
  readonly lanes: readonly { readonly destination: Destination; readonly letters: readonly Letter[] }[];
}

/** Nobody delivers a spool that old any more: its deliverer never came to it. */
const STALE_MS = 10 * 60_000;

/** Writes a spool into a file of its own, for this user alone, and removes what earlier processes left lying. Rejects as the disk does. */
export async function writeSpool(
  disk: Disk,
  spool: Spool,
  about: { readonly nowMs: number; readonly pid: number },
): Promise<string> {
  const folder = outboxFolder(spool.root);
  await disk.makeFolder(folder);
  const names = await disk.list(folder);
  for (const name of names) if (about.nowMs - bornAt(name) > STALE_MS) await disk.remove(join(folder, name));
  const path = join(folder, `${about.nowMs}-${about.pid}.json`);
  await disk.create(path, JSON.stringify(spool), { mode: 0o600, durability: 'relaxed' });
  return path;
}

/** Reads a spool and removes its file first thing, so that whatever happens to its reader leaves nothing behind. Null: there is none. */
export async function takeSpool(disk: Disk, path: string): Promise<Spool | null> {
  let text: string;
  try {
    text = (await disk.read(path)).toString('utf8');
  } catch {
    return null;
  }
  await removeSpool(disk, path);
  const spool = JSON.parse(text) as Partial<Spool> | null;
  return spool?.version === 1 ? (spool as Spool) : null;
}

/** Removes a spool, and the folder when it is the last one. */
export async function removeSpool(disk: Disk, path: string): Promise<void> {
  await disk.remove(path);
  await disk.removeFolder(join(path, '..')).catch(() => {});
}

function outboxFolder(root: string): string {
  return join(root, '.slipway', 'outbox');
}

/** Instant of a spool by its name; what has another name is not ours, and never old. */
function bornAt(name: string): number {
  const match = /^(\d{13})-\d+\.json$/.exec(name);
  return match ? Number(match[1]) : Number.POSITIVE_INFINITY;
}
