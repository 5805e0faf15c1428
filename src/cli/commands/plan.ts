import { resolve } from 'node:path';
import pc from 'picocolors';
import { createDockerEngine } from '../../docker/engine.ts';
import { fileSource } from '../../fleet/fleet-source.ts';
import { fileProblem } from '../../journal/problems.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import { planToJson } from '../../plan/document.ts';
import { planToText } from '../../plan/text.ts';
import type { Plan } from '../../plan/types.ts';
import type { MakePlan } from '../../run/planner.ts';
import { planOnly, type Sources } from '../../run/planning.ts';
import { planRebuildRun } from '../../run/rebuild-planner.ts';
import type { RebuildRequest } from '../../run/rebuild-types.ts';
import { nodeDisk } from '../../util/node-disk.ts';
import type { Call } from '../command.ts';
import { configHome, typedCommand } from '../invocation.ts';
import { complain, outputMode, wantsColour } from '../look.ts';
import type { CommonValues } from '../options/common.ts';
import type { PLAN_FLAGS } from '../options/rebuild.ts';
import { planRequest } from '../options/request.ts';
import type { Sink, World } from '../world.ts';

/** `slipway plan` */
export async function runPlan({ args, values, world }: Call<typeof PLAN_FLAGS>): Promise<ExitCode> {
  const request = planRequest(values, { services: args, cwd: world.cwd, command: typedCommand(world) });
  const shown = { values: { ...values, output: values.json ? 'json' : values.output }, world } as const;
  return showPlan(shown, { request, makePlan: planRebuildRun, outFile: values.out });
}

/** What plan to show, and where else to put it. */
export interface ShownPlan {
  readonly request: Pick<RebuildRequest, 'load' | 'options'>;
  readonly makePlan: MakePlan;
  readonly outFile?: string | null;
}

/** What a plan is made from. */
export function planSources(world: World): Sources {
  const { env, clock } = world;
  return { engine: createDockerEngine(env), disk: nodeDisk, source: fileSource, clock, configHome: configHome(env) };
}

/** Prints the plan of a request: as JSON with `--output json`, else as text; also into the file when one is given. */
export async function showPlan(
  { values, world }: { readonly values: CommonValues; readonly world: World },
  { request, makePlan, outFile = null }: ShownPlan,
): Promise<ExitCode> {
  const planned = await planOnly(request, planSources(world), makePlan);
  if (!planned.ok) {
    complain(world, planned.error, values);
    return EXIT.couldNotStart;
  }
  const { plan } = planned.value;
  complain(world, plan.diagnostics, values);
  if (outFile !== null && !(await writePlanFile(plan, outFile, { values, world }))) return EXIT.couldNotStart;
  const mode = outputMode(values, world);
  if (mode === 'json') world.out.write(planToJson(plan));
  else if (mode !== 'quiet') world.out.write(planText(plan, { world, sink: world.out, values }));
  return EXIT.done;
}

/** The plan as it is read on a sink. */
export function planText(
  plan: Plan,
  { world, sink, values }: { readonly world: World; readonly sink: Sink; readonly values: CommonValues },
): string {
  const columns = Math.min(120, sink.size().columns || 100);
  const colour = pc.createColors(wantsColour(sink, world.env, values));
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
