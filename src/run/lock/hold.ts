import { HALF_RESTORED, startWhatWasStopped } from '../../backup/stopped.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { RebuildDeps } from '../rebuild-types.ts';
import { acquireFleetLock, type LockRefusal } from './lock.ts';

/** What holding the lock needs of the world. */
export type HoldDeps = Pick<RebuildDeps, 'engine' | 'disk' | 'clock' | 'me' | 'stop' | 'say'>;

/**
 * Works under the fleet's lock and gives it back, however the work ends. What a killed Slipway left running or stopped is ended or started
 * first, and said. The error is why the lock is not ours, or that a restore was cut off inside a volume, which only a restore may mend.
 */
export async function underLock<T>(
  fleet: { readonly root: string; readonly projects: readonly { readonly name: string }[] },
  asked: { readonly command: string; readonly waitMs: number; readonly halfRestored?: 'go-on' },
  deps: HoldDeps,
  work: () => Promise<T>,
): Promise<Result<T, readonly Diagnostic[]>> {
  const { disk, engine, clock, me, say } = deps;
  const { command, waitMs, halfRestored } = asked;
  const projects = fleet.projects.map((p) => p.name);
  const signal = deps.stop.draining;
  const lock = await acquireFleetLock({ root: fleet.root, disk, engine, projects, me, clock, signal, command, waitMs });
  if (!lock.ok) return err([notLocked(lock.error)]);
  try {
    for (const message of lock.value.takenOver) say({ code: 'lock-taken-over', severity: 'warning', message });
    for (const program of await engine.endOrphans(projects)) {
      say({ code: 'orphan-ended', severity: 'warning', message: `Ended a ${program} that an ended Slipway had left running` });
    }
    const started = await startWhatWasStopped({ root: fleet.root, disk, engine });
    if (halfRestored !== 'go-on' && started.some((d) => d.code === HALF_RESTORED)) return err(started);
    for (const diagnostic of started) if (diagnostic.code !== HALF_RESTORED) say(diagnostic);
    return ok(await work());
  } finally {
    const trouble = await lock.value.release();
    if (trouble) say(notReleased(trouble));
  }
}

function notLocked({ holder, message, remedy, file }: LockRefusal): Diagnostic {
  const code = holder ? 'locked' : 'lock-failed';
  return { code, severity: 'error', message, remedy, ...(file === undefined ? {} : { file }) };
}

function notReleased(why: string): Diagnostic {
  const remedy = 'The next run takes it over';
  return { code: 'lock-not-released', severity: 'warning', message: `The lock could not be given back: ${why}`, remedy };
}
