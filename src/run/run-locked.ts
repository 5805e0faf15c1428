import type { Fleet } from '../fleet/types.ts';
import { loadRuns } from '../journal/runs.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { err, type Result } from '../model/result.ts';
import { releaseKey } from '../release/key.ts';
import { acquireFleetLock, type FleetLock } from './lock/lock.ts';
import type { Planner } from './planner.ts';
import { loadAll } from './planning.ts';
import type { RebuildDeps, RebuildResult, RunRequest } from './rebuild-types.ts';
import { keyPlace } from './release-run.ts';
import { continueRun, refused, startRun, stoppedBefore } from './run-flow.ts';

/**
 * Carries out a run of any kind: load, lock, put in order what a crash left, plan, run; or goes on with the last run, whatever kind that was.
 * Expected failures are in the result; only bugs are thrown.
 */
export async function carryOut(planner: Planner, request: RunRequest, deps: RebuildDeps): Promise<RebuildResult> {
  // Looking changes nothing: who stops us while we look (an engine may be slow to answer) need not wait for the end of it.
  const loaded = await Promise.race([loadAll(request, deps), deps.stop.whenDraining]);
  if (!loaded) return stoppedBefore(deps.stop);
  if (!loaded.ok) return refused(loaded.error);
  const world = loaded.value;
  const locked = await lockFleet(world.fleet, request, deps);
  if (!locked.ok) return deps.stop.draining.aborted ? stoppedBefore(deps.stop) : refused(locked.error);
  try {
    for (const message of locked.value.takenOver) deps.say({ code: 'lock-taken-over', severity: 'warning', message });
    await endOrphans(world.fleet, deps);
    // The runs are read again under the lock: another operator may have finished one in between.
    const { runs, diagnostics } = await loadRuns(deps.disk, world.fleet.root, world.fleet.settings.phase);
    const current = { ...world, runs, diagnostics: [...world.diagnostics, ...diagnostics] };
    if (hasErrors(diagnostics)) return refused(diagnostics);
    if (deps.stop.draining.aborted) return stoppedBefore(deps.stop);
    const key = await releaseKey(deps.disk, keyPlace(world.fleet, deps.configHome));
    if (!key.ok) return refused([key.error]);
    return request.continue
      ? await continueRun(current, request, deps)
      : await startRun({ world: current, planner, request }, deps);
  } finally {
    const trouble = await locked.value.release();
    if (trouble) deps.say(notReleased(trouble));
  }
}

/** A Slipway that was killed leaves its Compose and buildx calls behind: none may go on beside this run. */
async function endOrphans({ projects }: Fleet, { engine, say }: RebuildDeps): Promise<void> {
  for (const program of await engine.endOrphans(projects.map((p) => p.name))) {
    say({ code: 'orphan-ended', severity: 'warning', message: `Ended a ${program} that an ended Slipway had left running` });
  }
}

async function lockFleet(
  fleet: Fleet,
  request: RunRequest,
  deps: RebuildDeps,
): Promise<Result<FleetLock, readonly Diagnostic[]>> {
  const lock = await acquireFleetLock({
    disk: deps.disk,
    root: fleet.root,
    engine: deps.engine,
    projects: fleet.projects.map((p) => p.name),
    me: deps.me,
    clock: deps.clock,
    command: request.command,
    waitMs: request.lockWaitMs,
    signal: deps.stop.draining,
  });
  if (lock.ok) return lock;
  return err([
    {
      code: lock.error.holder ? 'locked' : 'lock-failed',
      severity: 'error',
      message: lock.error.message,
      remedy: lock.error.remedy,
      ...(lock.error.file === undefined ? {} : { file: lock.error.file }),
    },
  ]);
}

function notReleased(why: string): Diagnostic {
  const remedy = 'The next rebuild takes it over';
  return { code: 'lock-not-released', severity: 'warning', message: `The lock could not be given back: ${why}`, remedy };
}
