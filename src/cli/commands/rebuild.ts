import type { ExitCode } from '../../model/status.ts';
import { EXIT } from '../../model/status.ts';
import { rebuild } from '../../run/rebuild.ts';
import { planRebuildRun } from '../../run/rebuild-planner.ts';
import type { Call } from '../command.ts';
import { executeRun } from '../execute-run.ts';
import { typedCommand } from '../invocation.ts';
import { complain } from '../look.ts';
import { contradictions } from '../options/combinations.ts';
import type { REBUILD_FLAGS } from '../options/rebuild.ts';
import { rebuildRequest } from '../options/request.ts';
import { showPlan } from './plan.ts';

type RebuildCall = Call<typeof REBUILD_FLAGS>;

/** `slipway rebuild` */
export async function runRebuild(call: RebuildCall): Promise<ExitCode> {
  const { args, values, world } = call;
  const problems = contradictions(args, values);
  if (problems.length > 0) {
    complain(world, problems, values);
    return EXIT.couldNotStart;
  }
  const request = rebuildRequest(values, { services: args, cwd: world.cwd, command: typedCommand(world) });
  if (values.dryRun) return showPlan(call, { request, makePlan: planRebuildRun });
  return executeRun(call, (deps) => rebuild(request, deps));
}
