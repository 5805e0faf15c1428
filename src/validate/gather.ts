import { EngineUnavailable } from '../docker/port.ts';
import type { Fleet, Service } from '../fleet/types.ts';
import { holderText } from '../journal/holder.ts';
import { presentHolder } from '../journal/lock.ts';
import { createRedactor } from '../journal/redact.ts';
import { loadRuns } from '../journal/runs.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { selectServices } from '../plan/selection.ts';
import { listReleases } from '../release/store.ts';
import { engineDiagnostic } from '../run/stock.ts';
import { expectedOf } from './expected.ts';
import type { ValidateContext, ValidateDeps, ValidateRequest } from './types.ts';

/** Loads all that the checks look at, or says why nothing can be validated: every problem at once. */
export async function gather(
  request: ValidateRequest,
  deps: ValidateDeps,
): Promise<Result<ValidateContext, readonly Diagnostic[]>> {
  const { engine, source } = deps;
  const load = { ...request.load, sources: 'not-needed' } as const;
  const loaded = await source.load(load, (project) => engine.render(project));
  if (!loaded.fleet) return err(loaded.diagnostics);
  const { fleet } = loaded;
  const services = chosenServices(fleet, request);
  if (!services.ok) return services;
  const history = await readHistory(fleet, deps);
  if (!history.ok) return err([history.error]);
  try {
    const [observed, engineNow] = await Promise.all([engine.observe(fleet.services), engine.now()]);
    if (!observed.ok) return err([engineDiagnostic(observed.error)]);
    return ok({
      ...deps,
      ...history.value,
      watch: deps.watch(fleet),
      fleet,
      loadDiagnostics: loaded.diagnostics,
      services: services.value,
      scope: request.services.length + request.categories.length === 0 ? 'fleet' : 'chosen',
      expect: request.expect,
      expected: expectedOf(fleet.services, history.value),
      observed: observed.value,
      engineAheadMs: Date.parse(engineNow) - deps.clock.now(),
      redactor: createRedactor(fleet.projects.map(({ model }) => model)),
    });
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    return err([engineDiagnostic(error.problem)]);
  }
}

/** Without names and categories every service, also those in no category: they are part of what the last release records. */
function chosenServices(fleet: Fleet, { services, categories }: ValidateRequest): Result<readonly Service[], Diagnostic[]> {
  if (services.length + categories.length === 0) return ok(criticalFirst(fleet.services));
  const selected = selectServices(fleet, { services, categories });
  if (!selected.ok) return selected;
  return ok(criticalFirst(fleet.services.filter(({ key }) => selected.value.chosen.has(key))));
}

function criticalFirst(services: readonly Service[]): readonly Service[] {
  return [...services.filter(({ critical }) => critical), ...services.filter(({ critical }) => !critical)];
}

type History = Pick<ValidateContext, 'runs' | 'release' | 'historyProblems'>;

/** What was recorded. A run that is going on is no state to judge, and without a run or a release there is nothing to compare with. */
async function readHistory(fleet: Fleet, { disk, me }: ValidateDeps): Promise<Result<History, Diagnostic>> {
  const { root, settings } = fleet;
  const [loaded, { releases, diagnostics }, holder] = await Promise.all([
    loadRuns(disk, root, settings.phase),
    listReleases(disk, root),
    presentHolder(disk, root, me),
  ]);
  const runs = loaded.runs.map(({ state }) => state);
  const last = runs.at(-1);
  if (holder && last?.outcome === 'running') return err(stillRunning(last.run, holderText(holder)));
  const release = releases.find(({ phase }) => phase === settings.phase) ?? null;
  const historyProblems = [...loaded.diagnostics, ...diagnostics];
  if (!last && !release) return err(historyProblems[0] ?? nothingRecorded(settings.phase));
  return ok({ runs, release, historyProblems });
}

function stillRunning(run: string, holder: string): Diagnostic {
  return {
    code: 'run-under-way',
    severity: 'error',
    message: `Run ${run} is still going on: what it leaves can be validated when it has ended`,
    evidence: `held by ${holder}`,
    remedy: 'Follow it with `slipway monitor`, and validate then',
  };
}

function nothingRecorded(phase: string): Diagnostic {
  return {
    code: 'nothing-recorded',
    severity: 'error',
    message: `Phase ${phase} has no run and no release: there is nothing to compare the fleet with`,
    remedy: 'Start with `slipway rebuild`, or record the fleet as it runs with `slipway adopt`',
  };
}
