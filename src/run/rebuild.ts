import type { Fleet } from '../fleet/types.ts';
import { loadRuns } from '../journal/runs.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { err, type Result } from '../model/result.ts';
import { acquireFleetLock, type FleetLock } from './lock.ts';
import { loadAll } from './planning.ts';
import type { RebuildDeps, RebuildRequest, RebuildResult } from './rebuild-types.ts';
import { continueRun, refused, startRun } from './run-flow.ts';

/** The main job: load, lock, plan, run. Expected failures are in the result; only bugs are thrown. */
export async function rebuild(request: RebuildRequest, deps: RebuildDeps): Promise<RebuildResult> {
  const loaded = await loadAll(request, deps);
  if (!loaded.ok) return refused(loaded.error);
  const world = loaded.value;
  const locked = await lockFleet(world.fleet, request, deps);
  if (!locked.ok) return refused(locked.error);
  try {
    for (const message of locked.value.takenOver) deps.say({ code: 'lock-taken-over', severity: 'warning', message });
    // The runs are read again under the lock: another operator may have finished one in between.
    const { runs, diagnostics } = await loadRuns(world.fleet.root, world.fleet.settings.phase);
    const current = { ...world, runs, diagnostics: [...world.diagnostics, ...diagnostics] };
    if (hasErrors(diagnostics)) return refused(diagnostics);
    return request.continue ? await continueRun(current, request, deps) : await startRun(current, request, deps);
  } finally {
    await locked.value.release();
  }
}

async function lockFleet(
  fleet: Fleet,
  request: RebuildRequest,
  deps: RebuildDeps,
): Promise<Result<FleetLock, readonly Diagnostic[]>> {
  const lock = await acquireFleetLock({
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
    },
  ]);
}
