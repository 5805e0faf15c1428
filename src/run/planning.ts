import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type LoadedFleet, loadFleet } from '../fleet/load.ts';
import type { Fleet } from '../fleet/types.ts';
import { type LoadedRun, loadRuns } from '../journal/runs.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { comparePlans } from '../plan/diff.ts';
import { planFromJson } from '../plan/document.ts';
import type { ResumeFacts } from '../plan/input.ts';
import { planRebuild } from '../plan/plan.ts';
import type { Plan, PlanOptions } from '../plan/types.ts';
import type { RebuildDeps, RebuildRequest } from './rebuild-types.ts';
import { engineDiagnostic, type Stock, takeStock } from './stock.ts';

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
  readonly engineFacts: { readonly docker: string; readonly compose: string; readonly buildx: string };
}

/** Plans without writing anything, neither to Docker nor to disk. */
export async function planOnly(
  request: RebuildRequest,
  { engine }: Pick<RebuildDeps, 'engine'>,
): Promise<Result<Planned, readonly Diagnostic[]>> {
  const loaded = await loadAll(request, { engine });
  if (!loaded.ok) return loaded;
  const { fleet, diagnostics, runs } = loaded.value;
  const stock = await takeStock(
    engine,
    fleet,
    runs.map((r) => r.state),
  );
  if (!stock.ok) return err([stock.error]);
  const plan = makePlan({ fleet, diagnostics, stock: stock.value, options: request.options });
  return plan.ok ? ok({ fleet, plan: plan.value }) : plan;
}

/** Loads the fleet and asks the engine what it can; every problem of both. */
export async function loadAll(
  request: RebuildRequest,
  { engine }: Pick<RebuildDeps, 'engine'>,
): Promise<Result<World, readonly Diagnostic[]>> {
  const [facts, loaded] = await Promise.all([engine.facts(), loadFleet(request.load, (project) => engine.render(project))]);
  if (!facts.ok) return err([engineDiagnostic(facts.error), ...withoutEngineNoise(loaded)]);
  if (!loaded.fleet) return err(loaded.diagnostics);
  const { runs, diagnostics } = await loadRuns(loaded.fleet.root, loaded.fleet.settings.phase);
  return ok({ fleet: loaded.fleet, diagnostics: [...loaded.diagnostics, ...diagnostics], runs, engineFacts: facts.value });
}

/** Without an engine Compose renders nothing: what it says then is the same problem again. */
function withoutEngineNoise(loaded: LoadedFleet): readonly Diagnostic[] {
  return loaded.diagnostics.filter((d) => d.severity === 'error' && d.file !== undefined && d.code !== 'compose-rejected');
}

/** A plan from one moment's facts. */
export function makePlan(from: {
  readonly fleet: Fleet;
  readonly diagnostics: readonly Diagnostic[];
  readonly stock: Stock;
  readonly options: PlanOptions;
  readonly resume?: ResumeFacts;
}): Result<Plan, readonly Diagnostic[]> {
  const { fleet, diagnostics, stock, options, resume } = from;
  return planRebuild({ fleet, options, diagnostics, ...stock, ...(resume ? { resume } : {}) });
}

/** Checks that the fleet is as it was when the plan file was written (`rebuild --plan FILE`). */
export async function checkPlanFile(file: string, cwd: string, now: Plan): Promise<readonly Diagnostic[]> {
  const path = resolve(cwd, file);
  try {
    const old = planFromJson(await readFile(path, 'utf8'));
    return old.ok ? comparePlans(old.value, now) : [{ ...old.error, file: path }];
  } catch (error) {
    const message = `the plan file cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return [
      {
        code: 'plan-file-unreadable',
        severity: 'error',
        message,
        file: path,
        remedy: 'write one with `slipway plan --out FILE`',
      },
    ];
  }
}

/** The options that a plan file was made with: the same plan can only come from the same options. */
export async function planFileOptions(file: string, cwd: string): Promise<PlanOptions | null> {
  const text = await readFile(resolve(cwd, file), 'utf8').catch(() => null);
  const plan = text === null ? null : planFromJson(text);
  return plan?.ok ? plan.value.options : null;
}
