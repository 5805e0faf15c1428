import { resolve } from 'node:path';
import { createDockerEngine } from '../../docker/engine.ts';
import type { Render } from '../../fleet/load.ts';
import { proposeFleet } from '../../init/propose-fleet.ts';
import { rewriteFleet } from '../../init/rewrite-fleet.ts';
import { proposalSummary, rewriteSummary } from '../../init/summary.ts';
import { findProjects } from '../../init/targets.ts';
import { fileProblem } from '../../journal/problems.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { ok, type Result } from '../../model/result.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import { commaList } from '../../plan/selection.ts';
import { nodeDisk } from '../../util/node-disk.ts';
import type { Call } from '../command.ts';
import { type Made, tellMade } from '../init-output.ts';
import { type InitPlace, initPlace } from '../init-place.ts';
import { complain } from '../look.ts';
import type { INIT_FLAGS } from '../options/init.ts';
import { readTextFile } from '../read-text.ts';

type InitCall = Call<typeof INIT_FLAGS>;

/** `slipway init [file...]` */
export async function runInit(call: InitCall): Promise<ExitCode> {
  const { args, values, world } = call;
  const place = initPlace(values, { cwd: world.cwd, args });
  if (!place.ok) return refuse(call, place.error);
  const engine = createDockerEngine(world.env);
  const render: Render = (project) => engine.render(project);
  const made = values.from === null ? await propose(call, place.value, render) : await rewrite(call, place.value, render);
  if (!made.ok) return refuse(call, made.error);
  return put(call, place.value, made.value);
}

async function propose(
  { args, values, world }: InitCall,
  place: InitPlace,
  render: Render,
): Promise<Result<Made, readonly Diagnostic[]>> {
  const projects = findProjects(place.root, { given: args, cwd: world.cwd });
  if (!projects.ok) return projects;
  const request = { ...place, projects: projects.value, ...composeInputs(values) };
  const proposed = await proposeFleet(request, render);
  if (!proposed.ok) return proposed;
  const { proposal, text, diagnostics } = proposed.value;
  return ok({ text, remarks: [], diagnostics, summary: (written, paint) => proposalSummary(proposal, written, paint) });
}

async function rewrite(
  { values, world }: InitCall,
  place: InitPlace,
  render: Render,
): Promise<Result<Made, readonly Diagnostic[]>> {
  const from = resolve(world.cwd, values.from!);
  const older = await readTextFile(from, 'read the older configuration');
  if (!older.ok) return older;
  const rewritten = await rewriteFleet({ ...place, from, older: older.value, ...composeInputs(values) }, render);
  if (!rewritten.ok) return rewritten;
  const { text, carried, remarks, diagnostics } = rewritten.value;
  const told = { carried, left: remarks.length, from: values.from! };
  return ok({ text, remarks, diagnostics, summary: (written, paint) => rewriteSummary(told, written, paint) });
}

function composeInputs({ envFile, profile }: InitCall['values']) {
  return { envFiles: envFile, profiles: commaList(profile) };
}

/** Writes the file unless it is only printed, and says what is in it. */
async function put(call: InitCall, place: InitPlace, made: Made): Promise<ExitCode> {
  const write = call.values.force ? nodeDisk.replace : nodeDisk.create;
  try {
    if (!place.isPrinted) await write(place.file, made.text, { mode: 0o644, durability: 'synced' });
  } catch (error) {
    return refuse(call, [fileProblem('write the configuration', place.file, error)]);
  }
  tellMade(call, place, made);
  return EXIT.done;
}

function refuse({ values, world }: InitCall, problems: readonly Diagnostic[]): ExitCode {
  complain(world, problems, values);
  return EXIT.couldNotStart;
}
