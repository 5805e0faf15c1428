import { createDockerEngine } from '../docker/engine.ts';
import { loadFleet } from '../fleet/load.ts';
import type { Fleet } from '../fleet/types.ts';
import type { RunState } from '../journal/projection.ts';
import { type LoadedRun, loadRuns, readPlan } from '../journal/runs.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Plan } from '../plan/types.ts';
import type { ForecastSource } from '../report/forecast-text.ts';
import { fleetFromPlans } from '../run/forecast/fleet-from-plans.ts';
import { counted } from '../util/human.ts';
import { nodeDisk } from '../util/node-disk.ts';
import { locateHistory } from './fleet-history.ts';
import type { CommonValues, ComposeValues } from './options/common.ts';
import { loadRequest } from './options/request.ts';
import type { World } from './world.ts';

/** The fleet and its history, for a command that needs no engine. */
export interface ForecastFleet {
  readonly fleet: Fleet;
  readonly source: ForecastSource;
  readonly runsOldestFirst: readonly RunState[];
  /** What the operator has to know of it. */
  readonly said: readonly Diagnostic[];
}

/** What tells that Compose gave no model, whatever the configuration says. */
const NOT_RENDERED = [
  'not-installed',
  'no-engine',
  'no-permission',
  'too-old',
  'engine-error',
  'compose-rejected',
  'missing-env-file',
];

/**
 * The fleet as Compose renders it, for which no engine has to run; where that is not to be had, as the plans of earlier runs have it.
 * Errors: a wrong configuration, or neither.
 */
export async function loadForecastFleet(
  values: CommonValues & ComposeValues,
  world: World,
): Promise<Result<ForecastFleet, readonly Diagnostic[]>> {
  const place = await locateHistory(values, world);
  if (!place.ok) return place;
  const engine = createDockerEngine(world.env);
  const [loaded, history] = await Promise.all([
    loadFleet({ ...loadRequest(values, world.cwd), sources: 'not-needed' }, (project) => engine.render(project)),
    loadRuns(nodeDisk, place.value.root, place.value.settings.phase),
  ]);
  const runsOldestFirst = history.runs.map((run) => run.state);
  const said = [...loaded.diagnostics, ...history.diagnostics];
  if (loaded.fleet) return ok({ fleet: loaded.fleet, source: 'compose', runsOldestFirst, said: said.filter(isWarning) });
  const errors = loaded.diagnostics.filter((d) => d.severity === 'error');
  if (!errors.every((d) => NOT_RENDERED.includes(d.code))) return err(loaded.diagnostics);
  const plans = await plansOf(history.runs);
  if (plans.length === 0) return err([...errors.map((d) => ({ ...d, remedy: withRuns(d.remedy) })), ...history.diagnostics]);
  const fleet = fleetFromPlans(plans, place.value);
  return ok({ fleet, source: 'plans', runsOldestFirst, said: [fromPlans(fleet, errors), ...history.diagnostics] });
}

/** Those of rebuilds that can still be read, oldest first. */
async function plansOf(runs: readonly LoadedRun[]): Promise<readonly Plan[]> {
  const rebuilds = runs.filter(({ state }) => state.meta?.command === 'rebuild');
  const read = await Promise.all(rebuilds.map((run) => readPlan(nodeDisk, run)));
  return read.flatMap((plan) => (plan.ok ? [plan.value] : []));
}

function fromPlans(fleet: Fleet, errors: readonly Diagnostic[]): Diagnostic {
  const why = errors.map(({ message }) => message).join('; ');
  return {
    code: 'forecast-from-plans',
    severity: 'warning',
    message: `The Compose model cannot be had (${why}): the forecast is of the ${counted(fleet.services.length, 'service')} that earlier runs have planned`,
  };
}

function withRuns(remedy: string | undefined): string {
  const other = 'or forecast where a rebuild is recorded (.slipway/runs): then neither Docker nor Compose is needed';
  return remedy === undefined ? other : `${remedy};\n${other}`;
}

function isWarning({ severity }: Diagnostic): boolean {
  return severity === 'warning';
}
