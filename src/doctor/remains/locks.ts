import type { Engine } from '../../docker/port.ts';
import { type Holder, holderFromRecord, judgeHolder, type Presence } from '../../journal/holder.ts';
import { lockPath, viewLockFile } from '../../journal/lock.ts';
import type { Disk } from '../../util/disk.ts';
import type { HostIdentity } from '../../util/host-identity.ts';

/** One part of the fleet's lock that somebody has. `nameless`: it does not say who; of a marker that may be a later version's. */
export interface LockPart {
  /** The lock file, or the marker container of this Compose project. */
  readonly where: { readonly file: string } | { readonly project: string };
  readonly holder: Holder | null;
  readonly presence: Presence | 'nameless';
}

/** Where the lock is looked for; engine null = only the file can be looked at. */
export interface LockPlace {
  readonly root: string;
  readonly disk: Disk;
  readonly engine: Pick<Engine, 'lockHolder'> | null;
  readonly projects: readonly string[];
  readonly me: HostIdentity;
}

/** Who has which part of the fleet's lock; nothing is touched. Throws EngineUnavailable. */
export async function lockParts({ root, disk, engine, projects, me }: LockPlace): Promise<readonly LockPart[]> {
  const parts: LockPart[] = [];
  const file = await viewLockFile(disk, root);
  const where = { file: lockPath(root) };
  if (file.kind === 'held') parts.push({ where, holder: file.holder, presence: await judgeHolder(file.holder, me) });
  if (file.kind === 'unreadable') parts.push({ where, holder: null, presence: 'nameless' });
  for (const project of projects) {
    const marker = (await engine?.lockHolder(project)) ?? null;
    if (marker === null) continue;
    const holder = holderFromRecord(marker.holder);
    parts.push({ where: { project }, holder, presence: holder ? await judgeHolder(holder, me) : 'nameless' });
  }
  return parts;
}

/** Whether this part keeps others out: somebody who is there, or who may be. A lock file that names nobody was cut short by a power loss. */
export function isHeld({ where, presence }: LockPart): boolean {
  return presence === 'alive' || presence === 'unknown' || (presence === 'nameless' && 'project' in where);
}
