import type { RebuildDeps, RebuildResult, RollbackRequest } from './rebuild-types.ts';
import { rollbackPlanner } from './rollback/rollback-planner.ts';
import { carryOut } from './run-locked.ts';

/** Puts releases back: planned, journalled, resumable and judged like a rebuild. Expected failures are in the result; only bugs are thrown. */
export function rollback(request: RollbackRequest, deps: RebuildDeps): Promise<RebuildResult> {
  return carryOut(rollbackPlanner(request), request, deps);
}
