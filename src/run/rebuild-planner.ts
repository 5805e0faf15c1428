import { backupDemand, backupMissing } from '../backup/required.ts';
import type { Engine } from '../docker/port.ts';
import type { Fleet } from '../fleet/types.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ServiceKey } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import { comparePlans } from '../plan/diff.ts';
import type { ResumeFacts } from '../plan/input.ts';
import { planRebuild } from '../plan/plan.ts';
import { selectServices } from '../plan/selection.ts';
import type { MakePlan, Planner, Resumed, Wanted } from './planner.ts';
import { readPlanFile, type World } from './planning.ts';
import type { RebuildDeps, RebuildRequest } from './rebuild-types.ts';
import { narrowedOptions, resumeFacts, withoutSelected } from './recovery/resume.ts';
import { StoredForms } from './rollback/stored-forms.ts';
import { engineDiagnostic } from './stock.ts';

/** A rebuild as a run. */
export function rebuildPlanner(request: RebuildRequest): Planner {
  return { command: 'rebuild', check: (world, deps) => whatIsWanted(world, request, deps), plan: planRebuildRun };
}

/** Plans a rebuild, or what is left of one. */
export const planRebuildRun: MakePlan = async ({ world, stock, options, sources, resumed }) => {
  const achieved = resumed && withoutSelected(resumeFacts(resumed.state, resumed.replaced), world.fleet, options);
  const resume = achieved && (await stillThere(sources.engine, achieved));
  const { fleet, diagnostics } = world;
  const plan = planRebuild({
    fleet,
    diagnostics,
    ...stock,
    options: narrowed(options, resumed),
    ...(resume ? { resume } : {}),
  });
  return plan.ok ? ok({ plan: plan.value, forms: new StoredForms(fleet) }) : plan;
};

/** The options of a new run, the plan that it has to be equal to, and the backup that it needs. */
async function whatIsWanted(
  { fleet }: World,
  { planFile, options, load }: RebuildRequest,
  { disk, engine, clock }: RebuildDeps,
): Promise<Result<Wanted, readonly Diagnostic[]>> {
  const file = planFile === null ? null : await readPlanFile(disk, planFile, load.cwd);
  if (file && !file.ok) return err([file.error]);
  const agreed = file?.value ?? null;
  if (agreed?.options.rollback) return err([planOfRollback()]);
  const wanted = agreed ? agreed.options : options;
  const selected = selectServices(fleet, wanted);
  if (!selected.ok) return selected;
  const missing = await withoutBackup(fleet, [...selected.value.chosen], { engine, clock });
  if (missing) return err([missing]);
  return ok({ options: wanted, moved: (plan) => (agreed === null ? [] : comparePlans(agreed, plan)) });
}

/** Why the rebuild must wait for a backup; what has no container yet cannot be in one. */
async function withoutBackup(
  { root, settings, services }: Fleet,
  chosen: readonly ServiceKey[],
  { engine, clock }: Pick<RebuildDeps, 'engine' | 'clock'>,
): Promise<Diagnostic | null> {
  const demand = await backupDemand(root, settings, clock.now());
  if (demand === null) return null;
  const observed = await engine.observe(services.filter(({ key }) => chosen.includes(key)));
  if (!observed.ok) return engineDiagnostic(observed.error);
  const running = chosen.filter((key) => (observed.value.services[key]?.containers.length ?? 0) > 0);
  return backupMissing(demand, running);
}

function planOfRollback(): Diagnostic {
  const remedy = 'run slipway rollback with the same names and --to';
  return { code: 'plan-of-rollback', severity: 'error', message: 'The plan is of a rollback, which no file carries out', remedy };
}

function narrowed(options: RebuildRequest['options'], resumed: Resumed | null): RebuildRequest['options'] {
  return resumed ? narrowedOptions(options, resumed.changes) : options;
}

/** A recorded build is only worth something while its image is on the engine. */
async function stillThere(engine: Engine, facts: ResumeFacts): Promise<ResumeFacts> {
  const images = await Promise.all(
    [...facts.built].map(async ([key, { image }]) => [key, (await engine.image(image)) !== null] as const),
  );
  const gone = new Set(images.filter(([, there]) => !there).map(([key]) => key));
  const without = <T>(map: ReadonlyMap<ServiceKey, T>) => new Map([...map].filter(([key]) => !gone.has(key)));
  return { ...facts, built: without(facts.built), tested: without(facts.tested) };
}
