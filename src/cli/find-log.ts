import { existsSync } from 'node:fs';
import { type LogKind, serviceLogPath } from '../journal/logs.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { readHostIdentity } from '../util/host-identity.ts';
import { nearest } from '../util/nearest.ts';
import type { Call } from './command.ts';
import { type HistoryPlace, logFolder } from './fleet-history.ts';
import type { LOGS_FLAGS } from './options/views.ts';
import { loadPhaseHistory, type PhaseHistory } from './phase-history.ts';

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
  const service = args[0]!;
  const me = await readHostIdentity(world.pid);
  const history = await loadPhaseHistory(place, me);
  const kind: LogKind = values.test ? 'test' : 'build';
  const problem = whyNot(service, values.run, history);
  if (problem) return err([problem]);
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

function whyNot(service: string, run: string | null, { phase, runsOldestFirst }: PhaseHistory): Diagnostic | null {
  const runs = runsOldestFirst.map((r) => r.run);
  if (runs.length === 0) {
    return {
      code: 'no-run',
      severity: 'error',
      message: `phase ${phase.phase} has no run yet`,
      remedy: 'Start one: slipway rebuild',
    };
  }
  if (run !== null && !runs.includes(run)) return unknown('run', run, runs.toReversed());
  const services = [
    ...new Set([...phase.services.map((s) => s.service), ...runsOldestFirst.flatMap((r) => [...r.services.keys()])]),
  ];
  return services.includes(service) ? null : unknown('service', service, services);
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
