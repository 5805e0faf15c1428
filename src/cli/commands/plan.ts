import { resolve } from 'node:path';
import pc from 'picocolors';
import { createDockerEngine } from '../../docker/engine.ts';
import { fileSource } from '../../fleet/fleet-source.ts';
import { fileProblem } from '../../journal/problems.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import { planToJson } from '../../plan/document.ts';
import { planToText } from '../../plan/text.ts';
import type { Plan } from '../../plan/types.ts';
import { planOnly } from '../../run/planning.ts';
import type { RebuildRequest } from '../../run/rebuild-types.ts';
import { nodeDisk } from '../../util/node-disk.ts';
import type { Call } from '../command.ts';
import { typedCommand } from '../invocation.ts';
import { complain, outputMode, wantsColour } from '../look.ts';
import type { CommonValues } from '../options/common.ts';
import type { PLAN_FLAGS } from '../options/rebuild.ts';
import { planRequest } from '../options/request.ts';
import type { World } from '../world.ts';

/** `slipway plan` */
export async function runPlan({ args, values, world }: Call<typeof PLAN_FLAGS>): Promise<ExitCode> {
  const request = planRequest(values, { services: args, cwd: world.cwd, command: typedCommand(world) });
  return showPlan({ values: { ...values, output: values.json ? 'json' : values.output }, world }, request, values.out);
}

/** Prints the plan of a request: as JSON with `--output json`, else as text; also into the file when one is given. */
export async function showPlan(
  { values, world }: { readonly values: CommonValues; readonly world: World },
  request: RebuildRequest,
  outFile: string | null = null,
): Promise<ExitCode> {
  const planned = await planOnly(request, { engine: createDockerEngine(world.env), disk: nodeDisk, source: fileSource });
  if (!planned.ok) {
    complain(world, planned.error, values);
    return EXIT.couldNotStart;
  }
  const { plan } = planned.value;
  complain(world, plan.diagnostics, values);
  if (outFile !== null && !(await writePlanFile(plan, outFile, { values, world }))) return EXIT.couldNotStart;
  const mode = outputMode(values, world);
  if (mode === 'json') world.out.write(planToJson(plan));
  else if (mode !== 'quiet') world.out.write(planText(plan, world, values));
  return EXIT.done;
}

function planText(plan: Plan, world: World, values: CommonValues): string {
  const columns = Math.min(120, world.out.size().columns || 100);
  const colour = pc.createColors(wantsColour(world.out, world.env, values));
  return planToText(plan, { columns, nowMs: world.clock.now(), colour });
}

/** Puts the plan beside the terminal's folder, over an older one. */
async function writePlanFile(
  plan: Plan,
  file: string,
  { values, world }: { values: CommonValues; world: World },
): Promise<boolean> {
  const path = resolve(world.cwd, file);
  try {
    await nodeDisk.replace(path, planToJson(plan), { mode: 0o600, durability: 'relaxed' });
    return true;
  } catch (error) {
    complain(world, [fileProblem('write the plan', path, error)], values);
    return false;
  }
}
