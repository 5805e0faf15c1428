import { relative, resolve } from 'node:path';
import { createDockerEngine } from '../../docker/engine.ts';
import type { Render } from '../../fleet/load.ts';
import { proposeFleet } from '../../init/propose-fleet.ts';
import { rewriteFleet } from '../../init/rewrite-fleet.ts';
import { proposalSummary, remarkLines, rewriteSummary, type Written } from '../../init/summary.ts';
import { findProjects } from '../../init/targets.ts';
import { fileProblem } from '../../journal/problems.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { ok, type Result } from '../../model/result.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import { commaList } from '../../plan/selection.ts';
import type { Paint } from '../../report/paint.ts';
import { nodeDisk } from '../../util/node-disk.ts';
import type { Call } from '../command.ts';
import { type InitPlace, initPlace } from '../init-place.ts';
import { complain, paintFor } from '../look.ts';
import type { INIT_FLAGS } from '../options/init.ts';
import { readTextFile } from '../read-text.ts';

type InitCall = Call<typeof INIT_FLAGS>;

/** A configuration that was made; what the older one says and it does not; what loading it finds; how to speak of it. */
interface Made {
  readonly text: string;
  readonly remarks: readonly Diagnostic[];
  readonly diagnostics: readonly Diagnostic[];
  summary(written: Written, paint: Paint): string;
}

/** `slipway init [file...]` */
export async function runInit(call: InitCall): Promise<ExitCode> {
  const { args, values, world } = call;
  const place = initPlace(values, { cwd: world.cwd, args });
  if (!place.ok) return refuse(call, place.error);
  const engine = createDockerEngine(world.env);
  const render: Render = (project) => engine.render(project);
  const made = values.from === null ? await propose(call, place.value, render) : await rewrite(call, place.value, render);
  if (!made.ok) return refuse(call, made.error);
  world.err.write(remarkLines(made.value.remarks, paintFor(world.err, world.env, values)));
  complain(world, made.value.diagnostics, values);
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

/** Prints it, or writes the file and says what is in it. */
async function put(call: InitCall, { file, isPrinted, plan }: InitPlace, made: Made): Promise<ExitCode> {
  const { values, world } = call;
  if (isPrinted) {
    world.out.write(made.text);
    return EXIT.done;
  }
  try {
    await nodeDisk[values.force ? 'replace' : 'create'](file, made.text, { mode: 0o644, durability: 'synced' });
  } catch (error) {
    return refuse(call, [fileProblem('write the configuration', file, error)]);
  }
  const near = relative(world.cwd, file);
  if (values.output !== 'quiet')
    world.out.write(made.summary({ file: near.startsWith('..') ? file : near, plan }, paintFor(world.out, world.env, values)));
  return EXIT.done;
}

function refuse({ values, world }: InitCall, problems: readonly Diagnostic[]): ExitCode {
  complain(world, problems, values);
  return EXIT.couldNotStart;
}
