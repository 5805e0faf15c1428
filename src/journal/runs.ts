import { join } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import { type RunId, runIdAt } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import { planSchema } from '../plan/schema.ts';
import type { Plan } from '../plan/types.ts';
import type { Clock } from '../util/clock.ts';
import type { Disk } from '../util/disk.ts';
import { errorCode, isMissing } from '../util/fs-error.ts';
import { journalPath } from './file-journal.ts';
import { fileProblem } from './problems.ts';
import { projectRun, type RunState } from './projection.ts';
import { LIVE_ONLY, readJournal } from './read-journal.ts';

const RUN_ID = /^(\d{8}_\d{6})(?:_(\d+))?$/;

/** A run's folder. */
export interface RunFolder {
  readonly run: RunId;
  readonly dir: string;
}

/** A run and what its journal tells. */
export interface LoadedRun extends RunFolder {
  readonly state: RunState;
  /** The journal's last line was cut short. */
  readonly torn: boolean;
}

/** The folder of all runs of a project dir. */
function runsFolder(root: string): string {
  return join(root, '.slipway', 'runs');
}

/** The folder of one run. */
export function runFolder(root: string, run: RunId): string {
  return join(runsFolder(root), run);
}

/** Makes the folder of a new run; its id is the present second, made unique by whoever makes the folder first. */
export async function createRun(disk: Disk, root: string, clock: Clock): Promise<Result<RunFolder, Diagnostic>> {
  const base = runIdAt(clock.now());
  try {
    await disk.makeFolder(runsFolder(root));
    for (let n = 1; ; n += 1) {
      const run = n === 1 ? base : `${base}_${n}`;
      if (!(await makeNew(disk, runFolder(root, run)))) continue;
      await disk.syncFolder(runsFolder(root));
      return ok({ run, dir: runFolder(root, run) });
    }
  } catch (error) {
    return err(fileProblem('make a folder for the run', runsFolder(root), error));
  }
}

/** The runs of a project dir, oldest first; none when there is no such folder. */
export async function listRuns(disk: Disk, root: string): Promise<Result<readonly RunFolder[], Diagnostic>> {
  try {
    const names = await disk.list(runsFolder(root));
    const runs = names.filter((n) => RUN_ID.test(n)).sort(byStart);
    return ok(runs.map((run) => ({ run, dir: runFolder(root, run) })));
  } catch (error) {
    return isMissing(error) ? ok([]) : err(fileProblem('list the runs', runsFolder(root), error));
  }
}

/** Loads one run for showing, resuming or planning (without live progress). */
export async function openRun(disk: Disk, root: string, run: RunId): Promise<Result<LoadedRun, Diagnostic>> {
  const dir = runFolder(root, run);
  if (!RUN_ID.test(run)) return err(unknownRun(run));
  const read = await readJournal(disk, journalPath(dir), { skip: LIVE_ONLY });
  if (!read.ok) return read;
  return ok({ run, dir, state: projectRun(run, read.value.events), torn: read.value.torn !== null });
}

/** Every run of a phase that can be read, oldest first, and a diagnostic for each that cannot. A folder in which nothing was begun is passed over. */
export async function loadRuns(
  disk: Disk,
  root: string,
  phase: string,
): Promise<{ readonly runs: readonly LoadedRun[]; readonly diagnostics: readonly Diagnostic[] }> {
  const listed = await listRuns(disk, root);
  if (!listed.ok) return { runs: [], diagnostics: [listed.error] };
  const runs: LoadedRun[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { run } of listed.value) {
    const loaded = await openRun(disk, root, run);
    if (!loaded.ok && loaded.error.code !== 'journal-missing') diagnostics.push(loaded.error);
    if (loaded.ok && loaded.value.state.meta === null && loaded.value.torn) diagnostics.push(nothingReadable(loaded.value));
    if (loaded.ok && loaded.value.state.meta?.phase === phase) runs.push(loaded.value);
  }
  return { runs, diagnostics };
}

/** The newest run of a phase; null when there is none. */
export async function latestRun(disk: Disk, root: string, phase: string): Promise<Result<LoadedRun | null, Diagnostic>> {
  const listed = await listRuns(disk, root);
  if (!listed.ok) return listed;
  for (const { run } of listed.value.toReversed()) {
    const loaded = await openRun(disk, root, run);
    if (!loaded.ok && loaded.error.code === 'journal-missing') continue;
    if (!loaded.ok) return loaded;
    if (loaded.value.state.meta?.phase === phase) return loaded;
  }
  return ok(null);
}

/** Records the plan that the run executes. */
export async function writePlan(disk: Disk, { dir }: RunFolder, plan: Plan): Promise<Result<null, Diagnostic>> {
  const path = join(dir, 'plan.json');
  try {
    await disk.replace(path, `${JSON.stringify(plan, null, 2)}\n`, { mode: 0o600, durability: 'synced' });
    return ok(null);
  } catch (error) {
    return err(fileProblem('write the plan', path, error));
  }
}

/** The plan that a run was started with. */
export async function readPlan(disk: Disk, { dir }: RunFolder): Promise<Result<Plan, Diagnostic>> {
  const path = join(dir, 'plan.json');
  try {
    const plan: unknown = JSON.parse((await disk.read(path)).toString('utf8'));
    if (planSchema.safeParse(plan).success) return ok(plan as Plan);
  } catch (error) {
    if (!(error instanceof SyntaxError)) return err(fileProblem('read the plan of the run', path, error));
  }
  const remedy = 'start a new run: `slipway rebuild`';
  return err({
    code: 'plan-damaged',
    severity: 'error',
    message: 'The plan of the run cannot be read: it is no plan of version 1',
    file: path,
    remedy,
  });
}

function nothingReadable({ run, dir }: RunFolder): Diagnostic {
  return {
    code: 'journal-cut-short',
    severity: 'warning',
    message: `The journal of run ${run} was cut short before its first record ended: the run is passed over`,
    file: journalPath(dir),
    remedy: 'restore the file from a backup, or remove the folder of the run; what runs on the engine counts',
  };
}

function unknownRun(run: string): Diagnostic {
  return { code: 'unknown-run', severity: 'error', message: `There is no run ${run}`, remedy: 'see `slipway runs`' };
}

async function makeNew(disk: Disk, dir: string): Promise<boolean> {
  try {
    await disk.makeNewFolder(dir);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function byStart(a: RunId, b: RunId): number {
  const [, timeA = '', nthA = '1'] = RUN_ID.exec(a) ?? [];
  const [, timeB = '', nthB = '1'] = RUN_ID.exec(b) ?? [];
  return timeA < timeB ? -1 : timeA > timeB ? 1 : Number(nthA) - Number(nthB);
}
