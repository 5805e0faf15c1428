import { createDockerArchive } from '../docker/archive.ts';
import { createDockerEngine } from '../docker/engine.ts';
import { fileSource } from '../fleet/fleet-source.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { BackupDeps } from '../run/backup/types.ts';
import type { StopController } from '../run/executor/stop.ts';
import { readHostIdentity } from '../util/host-identity.ts';
import { nodeDisk } from '../util/node-disk.ts';
import { askOrRefuse } from './ask.ts';
import { configHome } from './invocation.ts';
import { complain } from './look.ts';
import type { CommonValues } from './options/common.ts';
import type { BackupProgress } from './output/backup-progress.ts';
import { VERSION } from './version.ts';
import type { World } from './world.ts';

/** The world that a backup is taken in, of this process. */
export async function backupDeps(
  { values, world }: { readonly values: CommonValues; readonly world: World },
  stop: StopController,
  progress: BackupProgress,
): Promise<BackupDeps> {
  return {
    engine: createDockerEngine(world.env),
    archive: createDockerArchive(world.env),
    clock: world.clock,
    disk: nodeDisk,
    source: fileSource,
    me: await readHostIdentity(world.pid),
    version: VERSION,
    stop,
    env: world.env,
    configHome: configHome(world.env),
    say: (diagnostic: Diagnostic) => complain(world, [diagnostic], values),
    report: progress.report,
    confirm: async ({ plan }) => {
      const names = [...new Set(plan.groups.flatMap((g) => g.users.map((u) => u.name)))];
      if (names.length === 0) return null;
      return askOrRefuse(`Stop ${names.join(', ')} while the volumes are saved?`, { world, values, command: 'backup' });
    },
  };
}
