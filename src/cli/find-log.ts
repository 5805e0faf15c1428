import { existsSync } from 'node:fs';
import { type LogKind, serviceLogPath } from '../journal/logs.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Instant, ServiceKey } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import { readHostIdentity } from '../util/host-identity.ts';
import { nearest } from '../util/nearest.ts';
import type { Call } from './command.ts';
import { type HistoryPlace, locateHistory, logFolder } from './fleet-history.ts';
import type { LOGS_FLAGS } from './options/views.ts';
import { loadPhaseHistory, type PhaseHistory } from './phase-history.ts';
import type { World } from './world.ts';

/** The log file of a service in a run. */
interface FoundLog {
  readonly path: string;
  /** Whether its run has ended. */
  readonly isOver: () => Promise<boolean>;
}

/** The build or test log that `slipway logs` is asked for, or why there is none. */
export async function findLog(
  { args, values, world }: Call<typeof LOGS_FLAGS>,
  place: HistoryPlace,
): Promise<Result<FoundLog, readonly Diagnostic[]>> {
  const me = await readHostIdentity(world.pid);
  const history = await loadPhaseHistory(place, me);
  const kind: LogKind = values.test ? 'test' : 'build';
  const named = namedIn(args[0]!, values.run, history);
  if (!named.ok) return err([named.error]);
  const service = named.value;
  const services = history.phase.services.map((s) => s.service);
  const pathIn = (run: string) =>
    serviceLogPath({ directory: logFolder(place), phase: place.settings.phase, run }, { service, kind }, new Set(services));
  const runs = values.run === null ? history.runsOldestFirst.map((r) => r.run).toReversed() : [values.run];
  const wanted = (
    values.follow && history.live && values.run === null ? [history.live] : runs.filter((run) => existsSync(pathIn(run)))
  )[0];
  if (wanted === undefined) return err([noLog(service, kind, values.run)]);
  const isOver = async () => (await loadPhaseHistory(place, me)).live !== wanted;
  return ok({ path: pathIn(wanted), isOver });
}

/** When a run began, or why there is no such run. */
export async function startOfRun(
  run: string,
  values: Parameters<typeof locateHistory>[0],
  world: World,
): Promise<Result<Instant | null, readonly Diagnostic[]>> {
  const place = await locateHistory(values, world);
  if (!place.ok) return place;
  const { runsOldestFirst } = await loadPhaseHistory(place.value, await readHostIdentity(world.pid));
  const found = runsOldestFirst.find((state) => state.run === run);
  const runs = runsOldestFirst.map((state) => state.run).toReversed();
  return found ? ok(found.startedAt) : err([unknown('run', run, runs)]);
}

/** The service that is meant; in a fleet of several projects the bare name counts when only one of them has it. */
function namedIn(name: string, run: string | null, { phase, runsOldestFirst }: PhaseHistory): Result<ServiceKey, Diagnostic> {
  const runs = runsOldestFirst.map((r) => r.run);
  if (runs.length === 0) {
    const message = `phase ${phase.phase} has no run yet`;
    return err({ code: 'no-run', severity: 'error', message, remedy: 'Start one: slipway rebuild' });
  }
  if (run !== null && !runs.includes(run)) return err(unknown('run', run, runs.toReversed()));
  const services = [
    ...new Set([...phase.services.map((s) => s.service), ...runsOldestFirst.flatMap((r) => [...r.services.keys()])]),
  ];
  const called = services.includes(name) ? [name] : services.filter((service) => service.endsWith(`/${name}`));
  return called.length === 1 ? ok(called[0]!) : err(unknown('service', name, services));
}

function unknown(what: 'run' | 'service', name: string, known: readonly string[]): Diagnostic {
  const close = nearest(name, known);
  const remedy = close === undefined ? `Known: ${known.slice(0, 12).join(', ')}` : `Did you mean ${close}?`;
  return { code: `unknown-${what}`, severity: 'error', message: `no run has to do with a ${what} ${name}`, remedy };
}

function noLog(service: string, kind: LogKind, run: string | null): Diagnostic {
  const where = run === null ? 'any run' : `run ${run}`;
  const remedy =
    kind === 'build' ? 'A service that was left alone is not built; slipway plan says why' : 'Without --test: the build log';
  return { code: 'no-log', severity: 'error', message: `${service} has no ${kind} log in ${where}`, remedy };
}
