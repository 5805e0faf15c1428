import { resolve } from 'node:path';
import type { EngineFacts } from '../docker/port.ts';
import type { LoadedFleet } from '../fleet/load.ts';
import type { Fleet } from '../fleet/types.ts';
import { type LoadedRun, loadRuns } from '../journal/runs.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { planFromJson } from '../plan/document.ts';
import type { Plan } from '../plan/types.ts';
import type { Disk } from '../util/disk.ts';
import { fsTrouble } from '../util/fs-error.ts';
import type { MakePlan } from './planner.ts';
import type { RebuildDeps, RebuildRequest } from './rebuild-types.ts';
import { engineDiagnostic, takeStock } from './stock.ts';

/** What `plan` and `--dry-run` show. */
export interface Planned {
  readonly fleet: Fleet;
  readonly plan: Plan;
}

/** The fleet with its history, loaded and free of errors. */
export interface World {
  readonly fleet: Fleet;
  readonly diagnostics: readonly Diagnostic[];
  readonly runs: readonly LoadedRun[];
  readonly engineFacts: EngineFacts;
}

/** What the present state of things is read from. */
export type Sources = Pick<RebuildDeps, 'engine' | 'disk' | 'source' | 'clock' | 'configHome'>;

/** Plans a new run without writing anything, neither to Docker nor to disk. */
export async function planOnly(
  request: Pick<RebuildRequest, 'load' | 'options'>,
  sources: Sources,
  makePlan: MakePlan,
): Promise<Result<Planned, readonly Diagnostic[]>> {
  const loaded = await loadAll(request, sources);
  if (!loaded.ok) return loaded;
  const world = loaded.value;
  const runs = world.runs.map((r) => r.state);
  const stock = await takeStock(sources, world.fleet, runs);
  if (!stock.ok) return err([stock.error]);
  const made = await makePlan({ world, runs, stock: stock.value, options: request.options, sources, resumed: null });
  return made.ok ? ok({ fleet: world.fleet, plan: made.value.plan }) : made;
}

/** Loads the fleet and asks the engine what it can; every problem of both. */
export async function loadAll(
  request: Pick<RebuildRequest, 'load'>,
  { engine, disk, source }: Omit<Sources, 'clock' | 'configHome'>,
): Promise<Result<World, readonly Diagnostic[]>> {
  const [facts, loaded] = await Promise.all([engine.facts(), source.load(request.load, (project) => engine.render(project))]);
  if (!facts.ok) return err([engineDiagnostic(facts.error), ...withoutEngineNoise(loaded)]);
  if (!loaded.fleet) return err(loaded.diagnostics);
  const { runs, diagnostics } = await loadRuns(disk, loaded.fleet.root, loaded.fleet.settings.phase);
  return ok({ fleet: loaded.fleet, diagnostics: [...loaded.diagnostics, ...diagnostics], runs, engineFacts: facts.value });
}

/** Without an engine Compose renders nothing: what it says then is the same problem again. */
function withoutEngineNoise(loaded: LoadedFleet): readonly Diagnostic[] {
  return loaded.diagnostics.filter((d) => d.severity === 'error' && d.file !== undefined && d.code !== 'compose-rejected');
}

/** The plan of a file that `plan --out` wrote (`rebuild --plan FILE`). */
export async function readPlanFile(disk: Disk, file: string, cwd: string): Promise<Result<Plan, Diagnostic>> {
  const path = resolve(cwd, file);
  try {
    const plan = planFromJson((await disk.read(path)).toString('utf8'));
    return plan.ok ? plan : err({ ...plan.error, file: path });
  } catch (error) {
    return err({
      code: 'plan-file-unreadable',
      severity: 'error',
      message: `The plan file cannot be read: ${fsTrouble(error).reason}`,
      file: path,
      remedy: 'check the path; relative ones start at the present folder. `slipway plan --out FILE` writes a plan',
    });
  }
}
