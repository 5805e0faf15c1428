import { rebuildPlanner } from './rebuild-planner.ts';
import type { RebuildDeps, RebuildRequest, RebuildResult } from './rebuild-types.ts';
import { carryOut } from './run-locked.ts';

/** The main job: build, test, replace, judge. Expected failures are in the result; only bugs are thrown. */
export function rebuild(request: RebuildRequest, deps: RebuildDeps): Promise<RebuildResult> {
  return carryOut(rebuildPlanner(request), request, deps);
}
