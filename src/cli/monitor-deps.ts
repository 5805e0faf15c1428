import { watchFleet } from '../docker/watch/watch-fleet.ts';
import type { FleetWatch } from '../docker/watch-port.ts';
import { serviceLogPath } from '../journal/logs.ts';
import { listRuns, readPlan } from '../journal/runs.ts';
import { watchPhase } from '../journal/watch-phase.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { RunId } from '../model/ids.ts';
import type { MonitorDeps } from '../tui/app.ts';
import { followLogFile, type LogPiece } from '../tui/log-sources.ts';
import { nodeDisk } from '../util/node-disk.ts';
import { type HistoryPlace, logFolder } from './fleet-history.ts';
import type { World } from './world.ts';

/** As good as all that the screen keeps of a log. */
const CONTAINER_TAIL_LINES = 5000;

/** What the monitor watches: a run's journal, its logs, and the fleet's containers. */
export interface MonitorSource {
  readonly place: HistoryPlace;
  readonly fleet: FleetWatch;
  /** Null = the newest run, and the next one when it starts. */
  readonly run: RunId | null;
  readonly everyMs: number;
}

type Sources = Omit<MonitorDeps, 'terminal' | 'look'>;

/** The sources of a monitor; all of them only read. */
export function monitorSources({ place, fleet, run, everyMs }: MonitorSource, { clock }: Pick<World, 'clock'>): Sources {
  const { phase } = place.settings;
  return {
    clock,
    news: (signal) => watchPhase({ root: place.root, phase, clock, signal, run }),
    plan: async (dir) => {
      const plan = await readPlan(nodeDisk, { run: '', dir });
      return plan.ok ? plan.value : null;
    },
    samples: (signal) => watchFleet(fleet, { clock, everyMs, signal }),
    serviceLog: ({ run: of, service, kind, services }, signal) =>
      followLogFile(serviceLogPath({ directory: logFolder(place), phase, run: of }, { service, kind }, services), {
        clock,
        signal,
      }),
    containerLog: (container, signal) => linesOf(fleet.followLog(container, { tailLines: CONTAINER_TAIL_LINES, signal })),
  };
}

/** Why the named run cannot be watched; null = it can, or none was named. */
export async function missingRun(root: string, run: RunId | null): Promise<Diagnostic | null> {
  const listed = await listRuns(nodeDisk, root);
  if (!listed.ok) return listed.error;
  if (run === null || listed.value.some((folder) => folder.run === run)) return null;
  return { code: 'unknown-run', severity: 'error', message: `There is no run ${run}`, remedy: 'see `slipway runs`' };
}

async function* linesOf(lines: AsyncIterable<string>): AsyncGenerator<LogPiece> {
  for await (const line of lines) yield { kind: 'text', text: `${line}\n` };
}
