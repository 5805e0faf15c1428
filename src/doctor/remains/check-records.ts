import { journalPath } from '../../journal/file-journal.ts';
import { fileProblem } from '../../journal/problems.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { listReleases } from '../../release/store.ts';
import { counted } from '../../util/human.ts';
import type { DoctorCheck, FleetContext } from '../types.ts';
import { FIX } from './fix-remedy.ts';
import { isHeld } from './locks.ts';
import { partsOf } from './look.ts';
import { type OwnRuns, ownRuns } from './own-runs.ts';
import { lookAtStateFile, type StateLook } from './state-file.ts';

/** What is kept of earlier runs: journals, releases and the state file, readable and in agreement. */
export const checkRecords: DoctorCheck = {
  name: 'records',
  title: 'Journals and state file',
  rebuild: 'goes-on',
  needs: 'fleet',
  run: async (context) => {
    const { disk, fleet, root } = context;
    const runs = await ownRuns(disk, fleet);
    const releases = await listReleases(disk, root);
    const isLive = (await partsOf(context)).some(isHeld);
    const findings = [
      ...runs.diagnostics,
      ...(isLive ? [] : torn(runs)),
      ...releases.diagnostics,
      // What a live run writes is behind or ahead of what was just read.
      ...(isLive || runs.diagnostics.length > 0 ? [] : await stateFile(context, runs)),
    ];
    const counts = `${counted(runs.runs.length, 'run')}, ${counted(releases.releases.length, 'release')}`;
    return { seen: runs.ids.size === 0 ? 'no run yet' : counts, findings };
  },
};

function torn({ runs }: OwnRuns): readonly Diagnostic[] {
  return runs
    .filter((run) => run.torn)
    .map(({ run, dir }) => ({
      code: 'journal-cut-short',
      severity: 'warning',
      message: `The last record of run ${run} was cut short, as a crash leaves it`,
      file: journalPath(dir),
      remedy: 'nothing: it is left out, and what it told is found out anew',
    }));
}

async function stateFile({ disk, fleet }: FleetContext, { runs }: OwnRuns): Promise<readonly Diagnostic[]> {
  try {
    const look = await lookAtStateFile(disk, fleet, { runs, live: null });
    return look === null || look.view === 'good' ? [] : [stateFinding(look, look.view)];
  } catch (error) {
    return [fileProblem('read the state file', fleet.settings.monitoring.stateFile, error)];
  }
}

function stateFinding({ path }: StateLook, view: 'missing' | 'damaged' | 'behind'): Diagnostic {
  const common = { file: path, remedy: `${FIX} writes it anew from the journals` };
  switch (view) {
    case 'missing':
      return { code: 'state-file-missing', severity: 'warning', message: 'There are runs and no state file', ...common };
    case 'damaged':
      return { code: 'state-file-damaged', severity: 'warning', message: 'The state file is no state file any more', ...common };
    case 'behind':
      return {
        code: 'state-file-behind',
        severity: 'warning',
        message: 'The state file does not say what the journals do: a crash or a change by hand',
        ...common,
      };
  }
}
