import { EngineUnavailable } from '../docker/port.ts';
import { loadRuns } from '../journal/runs.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { releaseKey } from '../release/key.ts';
import { underLock } from './lock/hold.ts';
import type { Planner } from './planner.ts';
import { loadAll, type World } from './planning.ts';
import type { RebuildDeps, RebuildResult, RunRequest } from './rebuild-types.ts';
import { keyPlace } from './releases/stored-before.ts';
import { continueRun, refused, startRun, stoppedBefore } from './run-flow.ts';
import { engineDiagnostic } from './stock.ts';

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
  const { command, lockWaitMs: waitMs } = request;
  // A run that goes on has its volumes already: only a restore that is begun anew can mend one that is half restored.
  const mends = planner.command === 'restore' && !request.continue;
  const asked = { command, waitMs, ...(mends && { halfRestored: 'go-on' as const }) };
  try {
    const done = await underLock(world.fleet, asked, deps, () => carryOutLocked({ world, planner, request }, deps));
    if (done.ok) return done.value;
    return deps.stop.draining.aborted ? stoppedBefore(deps.stop) : refused(done.error);
  } catch (error) {
    // While something was put in order or looked up before the first step: the steps themselves answer for an engine that goes away.
    if (error instanceof EngineUnavailable) return refused([engineDiagnostic(error.problem)]);
    throw error;
  }
}

async function carryOutLocked(
  { world, planner, request }: { readonly world: World; readonly planner: Planner; readonly request: RunRequest },
  deps: RebuildDeps,
): Promise<RebuildResult> {
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
}
