import { createDockerArchive } from '../docker/archive.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { BackupDeps } from '../run/backup/types.ts';
import type { StopController } from '../run/executor/stop.ts';
import { askOrRefuse } from './ask.ts';
import { complain } from './look.ts';
import type { CommonValues } from './options/common.ts';
import type { BackupProgress } from './output/backup-progress.ts';
import { processDeps } from './process-deps.ts';
import type { World } from './world.ts';

/** The world that a backup is taken in, of this process. */
export async function backupDeps(
  { values, world }: { readonly values: CommonValues; readonly world: World },
  stop: StopController,
  progress: BackupProgress,
): Promise<BackupDeps> {
  return {
    ...(await processDeps(world, stop)),
    archive: createDockerArchive(world.env),
    say: (diagnostic: Diagnostic) => complain(world, [diagnostic], values),
    report: progress.report,
    confirm: async ({ plan }) => {
      const names = [...new Set(plan.groups.flatMap((g) => g.users.map((u) => u.name)))];
      if (names.length === 0) return null;
      return askOrRefuse(`Stop ${names.join(', ')} while the volumes are saved?`, { world, values, command: 'backup' });
    },
  };
}
