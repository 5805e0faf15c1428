import { join } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Disk } from '../util/disk.ts';
import { errorCode, isMissing } from '../util/fs-error.ts';
import type { Host, HostIdentity } from '../util/host-identity.ts';
import { attempt, type ExclusiveStore, removeOwn } from './exclusive.ts';
import { type Holder, holderFromRecord, holderToRecord, judgeHolder } from './holder.ts';
import { fileProblem } from './problems.ts';

/** The project's lock file, held. */
export interface FileLock {
  /** From whom it was taken over: `unreadable` = a file that named nobody. */
  readonly tookOver: Holder | 'unreadable' | null;
  /** Removes the lock file if it is still ours. */
  release(): Promise<void>;
}

/** Why the lock file is not ours: somebody holds it (null = it came and went), or it cannot be written. */
export type FileLockRefusal =
  | { readonly kind: 'held'; readonly holder: Holder | null }
  | { readonly kind: 'unusable'; readonly problem: Diagnostic };

/** What a lock file shows. `unreadable`: cut short by a power loss, or not ours. */
export type LockView =
  | { readonly kind: 'free' }
  | { readonly kind: 'held'; readonly holder: Holder }
  | { readonly kind: 'unreadable' };

/** Tries once to take the lock of a project dir, from a holder that is gone too. */
export async function tryLockFile(
  disk: Disk,
  root: string,
  holder: Holder,
  me: HostIdentity,
): Promise<Result<FileLock, FileLockRefusal>> {
  const options = { store: fileStore(disk, slipwayFolder(root)), content: lockText(holder), isGone: goneJudge(me) };
  try {
    const result = await inFolder(disk, slipwayFolder(root), () => attempt(LOCK, options));
    if (result.kind === 'held') return err({ kind: 'held', holder: result.by === null ? null : parseHolder(result.by) });
    const tookOver = result.tookOver === null ? null : (parseHolder(result.tookOver) ?? 'unreadable');
    const release = async () => {
      await removeOwn(options.store, LOCK, options.content);
      await removeIfEmpty(disk, slipwayFolder(root));
    };
    return ok({ tookOver, release });
  } catch (error) {
    await removeIfEmpty(disk, slipwayFolder(root));
    return err({ kind: 'unusable', problem: fileProblem('write the lock file', lockPath(root), error) });
  }
}

/** Reads the lock file without touching it. */
export async function viewLockFile(disk: Disk, root: string): Promise<LockView> {
  const text = await fileStore(disk, slipwayFolder(root)).read(LOCK);
  if (text === null) return { kind: 'free' };
  const holder = parseHolder(text);
  return holder ? { kind: 'held', holder } : { kind: 'unreadable' };
}

/** Who holds the lock and may be there; null = nobody, or a process that is gone. */
export async function presentHolder(disk: Disk, root: string, me: Host): Promise<Holder | null> {
  const view = await viewLockFile(disk, root);
  if (view.kind !== 'held') return null;
  return (await judgeHolder(view.holder, me)) === 'gone' ? null : view.holder;
}

/** Removes the lock file, whoever holds it. For `unlock`, which has asked. */
export async function removeLockFile(disk: Disk, root: string): Promise<void> {
  await disk.remove(lockPath(root));
}

/** The lock file of a project dir. */
export function lockPath(root: string): string {
  return join(slipwayFolder(root), LOCK);
}

const LOCK = 'lock';

/** A folder in which nothing was kept goes: a refused command leaves no trace. Any other cannot be removed in this way. */
async function removeIfEmpty(disk: Disk, folder: string): Promise<void> {
  await disk.removeFolder(folder).catch(() => {});
}

/** Another process may remove the folder, empty after its release, just before we write into it: then once more. */
async function inFolder<T>(disk: Disk, folder: string, work: () => Promise<T>): Promise<T> {
  await disk.makeFolder(folder);
  try {
    return await work();
  } catch (error) {
    if (!isMissing(error)) throw error;
    await disk.makeFolder(folder);
    return work();
  }
}

function slipwayFolder(root: string): string {
  return join(root, '.slipway');
}

function lockText(holder: Holder): string {
  return `${JSON.stringify({ version: 1, ...holderToRecord(holder) }, null, 2)}\n`;
}

function parseHolder(text: string): Holder | null {
  try {
    return holderFromRecord(JSON.parse(text));
  } catch {
    return null;
  }
}

/** A lock file appears with its whole content, so one that names nobody was cut short by a power loss: nobody holds it. */
function goneJudge(me: HostIdentity): (content: string) => Promise<boolean> {
  return async (content) => {
    const holder = parseHolder(content);
    return holder === null || (await judgeHolder(holder, me)) === 'gone';
  };
}

/** Files of a folder. */
function fileStore(disk: Disk, folder: string): ExclusiveStore {
  return {
    async create(name, content) {
      try {
        await disk.create(join(folder, name), content, { mode: 0o600, durability: 'synced' });
        return 'created';
      } catch (error) {
        if (errorCode(error) === 'EEXIST') return 'taken';
        throw error;
      }
    },
    async read(name) {
      try {
        return (await disk.read(join(folder, name))).toString('utf8');
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    remove: (name) => disk.remove(join(folder, name)),
  };
}
