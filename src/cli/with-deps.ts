import { StopController } from '../run/executor/stop.ts';
import type { RebuildDeps } from '../run/rebuild-types.ts';
import { complain } from './look.ts';
import { processDeps } from './process-deps.ts';
import { catchSignals } from './signals.ts';
import type { World } from './world.ts';

/** What a short piece of work under the lock needs; no run is shown. */
type WorkDeps = Pick<RebuildDeps, 'engine' | 'disk' | 'source' | 'clock' | 'me' | 'stop' | 'say' | 'configHome'>;

/** Does a command's work with the real world, until it ends or a signal ends it. */
export async function withDeps<T>(
  { values, world }: { readonly values: { readonly noColor: boolean }; readonly world: World },
  work: (deps: WorkDeps) => Promise<T>,
): Promise<T> {
  const stop = new StopController();
  const release = catchSignals(stop, () => {});
  try {
    const say: WorkDeps['say'] = (diagnostic) => complain(world, [diagnostic], values);
    return await work({ ...(await processDeps(world, stop)), say });
  } finally {
    release();
  }
}
