import { presentHolder } from '../journal/lock.ts';
import { parseStateFile } from '../journal/phase-state.ts';
import type { RunState } from '../journal/projection.ts';
import { listRuns, type RunFolder } from '../journal/runs.ts';
import type { RunId, ServiceKey } from '../model/ids.ts';
import type { ServeContext } from './context.ts';

type Place = Pick<ServeContext, 'fleet' | 'disk' | 'me' | 'known'>;

/** The folder of a run; null when there is none. What is asked for is compared with what is there, so that no path is made of it. */
export async function findRun({ fleet, disk }: Pick<Place, 'fleet' | 'disk'>, run: string): Promise<RunFolder | null> {
  const listed = await listRuns(disk, fleet.root);
  return (listed.ok ? listed.value.find((folder) => folder.run === run) : null) ?? null;
}

/** Whether a run is being executed now: it is the newest, has no end, and somebody holds the lock. */
export async function isLive({ fleet, disk, me, known }: Place, run: RunId): Promise<boolean> {
  if ((await presentHolder(disk, fleet.root, me)) === null) return false;
  const newest = await known.newest();
  return newest?.run === run && newest.outcome === 'running';
}

/** The services that a run had to do with, and all of the fleet: log files are named so that no two of them share one. */
export async function namesIn({ fleet, disk }: Pick<Place, 'fleet' | 'disk'>, state: RunState): Promise<ReadonlySet<ServiceKey>> {
  const text = await disk.read(fleet.stateFile).then(
    (bytes) => bytes.toString('utf8'),
    () => '',
  );
  const parsed = parseStateFile(text);
  const configured = parsed.ok ? parsed.value.services.map(({ service }) => service) : [];
  return new Set([...configured, ...state.services.keys()]);
}
