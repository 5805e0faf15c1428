import { listReleases } from '../../release/store.ts';
import type { ReleaseId } from '../../release/types.ts';
import type { Clock } from '../../util/clock.ts';
import type { Disk } from '../../util/disk.ts';
import { instantAt } from '../../util/instant.ts';

/** An id for a release that no run leaves: `adopted_<YYYYMMDD_HHMMSS>` (UTC), made unique. */
export async function freeReleaseId(disk: Disk, root: string, clock: Clock): Promise<ReleaseId> {
  const { releases } = await listReleases(disk, root);
  const taken = new Set(releases.map(({ release }) => release));
  const stamp = instantAt(clock.now()).slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_');
  let id = `adopted_${stamp}`;
  for (let n = 2; taken.has(id); n += 1) id = `adopted_${stamp}_${n}`;
  return id;
}
