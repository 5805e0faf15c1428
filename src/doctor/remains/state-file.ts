import { resolve } from 'node:path';
import type { Fleet } from '../../fleet/types.ts';
import { type PhaseState, parseStateFile, projectPhase } from '../../journal/phase-state.ts';
import { type StateFileView, viewStateFile } from '../../journal/state-file.ts';
import type { RunId } from '../../model/ids.ts';
import type { Disk } from '../../util/disk.ts';
import type { OwnRuns } from './own-runs.ts';

/** The state file against the journals, and what it ought to say. */
export interface StateLook {
  readonly path: string;
  readonly view: StateFileView;
  readonly state: PhaseState;
}

/**
 * Compares the state file with the journals; null = there is nothing to compare it with. `live`: the run that is being executed now. A whole
 * file is compared by the services that it names: the configuration may have changed since the run that wrote it.
 */
export async function lookAtStateFile(
  disk: Disk,
  fleet: Fleet,
  { runs, live }: Pick<OwnRuns, 'runs'> & { readonly live: RunId | null },
): Promise<StateLook | null> {
  if (runs.length === 0) return null;
  const path = resolve(fleet.root, fleet.settings.monitoring.stateFile);
  const configured = fleet.services.filter(({ category }) => category !== null).map(({ key }) => key);
  const parsed = parseStateFile(await disk.read(path).then(String, () => ''));
  const state = projectPhase({
    phase: fleet.settings.phase,
    configured: parsed.ok ? parsed.value.services.map(({ service }) => service) : configured,
    runsOldestFirst: runs.map((run) => run.state),
    live,
  });
  return { path, view: await viewStateFile(disk, path, state), state };
}
