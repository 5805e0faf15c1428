import type { Diagnostic } from '../../model/diagnostic.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import type { Plan } from '../../plan/types.ts';
import { planOnly } from '../../run/planning.ts';
import type { RollbackRequest } from '../../run/rebuild-types.ts';
import { planRollbackRun } from '../../run/rollback/rollback-planner.ts';
import { rollback } from '../../run/rollback.ts';
import { counted } from '../../util/human.ts';
import { askYesNo, canAsk } from '../ask.ts';
import type { Call } from '../command.ts';
import { executeRun } from '../execute-run.ts';
import { typedCommand } from '../invocation.ts';
import { complain } from '../look.ts';
import { rollbackContradictions } from '../options/combinations.ts';
import { rollbackRequest } from '../options/request.ts';
import type { ROLLBACK_FLAGS } from '../options/rollback.ts';
import { planSources, planText, showPlan } from './plan.ts';

type RollbackCall = Call<typeof ROLLBACK_FLAGS>;

/** `slipway rollback` */
export async function runRollback({ args, values: given, world }: RollbackCall): Promise<ExitCode> {
  const values = { ...given, output: given.json ? ('json' as const) : given.output };
  const call = { args, values, world };
  const problems = rollbackContradictions(args, values);
  if (problems.length > 0) return refuse(call, problems);
  const request = rollbackRequest(values, { services: args, cwd: world.cwd, command: typedCommand(world) });
  if (values.dryRun) return showPlan(call, { request, makePlan: planRollbackRun });
  const agreed = values.yes || values.continue ? ok(null) : await agreement(call, request);
  if (!agreed.ok) return refuse(call, agreed.error);
  return executeRun(call, (deps) => rollback({ ...request, agreed: agreed.value }, deps));
}

/** Shows the plan and asks; null: there is nothing to ask about. */
async function agreement(
  { values, world }: RollbackCall,
  request: RollbackRequest,
): Promise<Result<Plan | null, readonly Diagnostic[]>> {
  if (!canAsk(world)) {
    const message = 'rollback asks before it puts anything back, and there is no terminal to ask on';
    return err([{ code: 'not-confirmed', severity: 'error', message, remedy: 'Look with --dry-run first, then give --yes' }]);
  }
  const planned = await planOnly(request, planSources(world), planRollbackRun);
  if (!planned.ok) return planned;
  const { plan } = planned.value;
  const back = plan.services.filter(({ steps }) => steps.some((step) => step.kind === 'rollback')).length;
  if (plan.services.length === 0) return ok(null);
  complain(world, plan.diagnostics, values);
  world.err.write(`${planText(plan, { world, sink: world.err, values })}\n`);
  if (await askYesNo(`Put ${counted(back, 'service')} back?`, world)) return ok(plan);
  return err([{ code: 'not-confirmed', severity: 'error', message: 'Nothing was put back' }]);
}

function refuse({ values, world }: RollbackCall, problems: readonly Diagnostic[]): ExitCode {
  complain(world, problems, values);
  return EXIT.couldNotStart;
}
