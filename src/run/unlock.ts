import type { Engine } from '../docker/port.ts';
import { type Holder, holderFromRecord, holderText, judgeHolder } from '../journal/holder.ts';
import { removeLockFile, viewLockFile } from '../journal/lock.ts';
import { err, ok, type Result } from '../model/result.ts';
import { fsTrouble } from '../util/fs-error.ts';
import type { HostIdentity } from '../util/host-identity.ts';
import type { LockRefusal } from './lock.ts';

export interface UnlockRequest {
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
      const refusal = part.holder && (await refusalFor(part.holder, request.me));
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
  remove(): Promise<LockRefusal | null>;
}

async function findParts({ root, engine, projects }: UnlockRequest): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (const project of engine ? projects : []) {
    const marker = await engine?.lockHolder(project);
    if (marker)
      parts.push({ what: `the marker of project ${project}`, holder: holderFromRecord(marker.holder), remove: removeMarker });
    async function removeMarker(): Promise<LockRefusal | null> {
      const removed = await engine?.unlock(project);
      return removed && !removed.ok ? { holder: null, message: removed.error.message, remedy: removed.error.remedy } : null;
    }
  }
  const file = await viewLockFile(root);
  if (file.kind !== 'free')
    parts.push({ what: 'the lock file', holder: file.kind === 'held' ? file.holder : null, remove: () => removeFile(root) });
  return parts;
}

async function removeFile(root: string): Promise<LockRefusal | null> {
  try {
    await removeLockFile(root);
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
