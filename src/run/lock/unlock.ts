import type { Engine } from '../../docker/port.ts';
import { type Holder, holderFromRecord, holderText, judgeHolder } from '../../journal/holder.ts';
import { removeLockFile, viewLockFile } from '../../journal/lock.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Disk } from '../../util/disk.ts';
import { fsTrouble } from '../../util/fs-error.ts';
import type { HostIdentity } from '../../util/host-identity.ts';
import { heldBy, type LockRefusal } from './lock.ts';

export interface UnlockRequest {
  readonly disk: Disk;
  readonly root: string;
  /** Null = no engine answers: only the file is looked at. */
  readonly engine: Engine | null;
  readonly projects: readonly string[];
  readonly me: HostIdentity;
  /** `gone`: only what a holder that is gone has left. `any`: also from one that lives or cannot be seen. */
  readonly from: 'gone' | 'any';
}

/** Removes what a dead process left of the fleet's lock; one sentence for each thing removed. Nothing is removed when one part is refused. */
export async function unlockFleet(request: UnlockRequest): Promise<Result<readonly string[], LockRefusal>> {
  const parts = await findParts(request);
  if (request.from === 'gone') {
    for (const part of parts) {
      const refusal = part.holder ? await refusalFor(part.holder, request.me) : part.unnamed;
      if (refusal) return err(refusal);
    }
  }
  const removed: string[] = [];
  for (const part of parts) {
    const failed = await part.remove();
    if (failed) return err(failed);
    removed.push(`Removed ${part.what}${part.holder ? ` of ${holderText(part.holder)}` : ', which named nobody'}`);
  }
  return ok(removed);
}

interface Part {
  readonly what: string;
  /** Null = it names nobody. */
  readonly holder: Holder | null;
  /** Why it is not removed when it names nobody; null = it is. */
  readonly unnamed: LockRefusal | null;
  remove(): Promise<LockRefusal | null>;
}

async function findParts({ disk, root, engine, projects }: UnlockRequest): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (const project of engine ? projects : []) {
    const marker = await engine?.lockHolder(project);
    if (!marker || !engine) continue;
    const holder = holderFromRecord(marker.holder);
    const unnamed = heldBy(null, `The project ${project}`);
    parts.push({ what: `the marker of project ${project}`, holder, unnamed, remove: () => removeMarker(engine, project) });
  }
  const file = await viewLockFile(disk, root);
  if (file.kind === 'free') return parts;
  // A file that names nobody was cut short by a power loss; a marker that names nobody may be a later version's.
  const holder = file.kind === 'held' ? file.holder : null;
  return [...parts, { what: 'the lock file', holder, unnamed: null, remove: () => removeFile(disk, root) }];
}

async function removeMarker(engine: Engine, project: string): Promise<LockRefusal | null> {
  const removed = await engine.unlock(project);
  return removed.ok ? null : { holder: null, message: removed.error.message, remedy: removed.error.remedy };
}

async function removeFile(disk: Disk, root: string): Promise<LockRefusal | null> {
  try {
    await removeLockFile(disk, root);
    return null;
  } catch (error) {
    const { reason, remedy } = fsTrouble(error);
    return { holder: null, message: `Cannot remove the lock file: ${reason}`, remedy };
  }
}

async function refusalFor(holder: Holder, me: HostIdentity): Promise<LockRefusal | null> {
  const presence = await judgeHolder(holder, me);
  if (presence === 'gone') return null;
  const alive = presence === 'alive';
  return {
    holder,
    message: `The lock is held by ${holderText(holder)}, which ${alive ? 'is running' : 'cannot be seen from here'}`,
    remedy: alive
      ? 'stop that process first, or wait for it to end'
      : 'make sure that it is gone, then run `slipway unlock --force`',
  };
}
