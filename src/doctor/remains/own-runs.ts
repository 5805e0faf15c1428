import type { Fleet } from '../../fleet/types.ts';
import { type LoadedRun, listRuns, loadRuns } from '../../journal/runs.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { RunId } from '../../model/ids.ts';
import type { Disk } from '../../util/disk.ts';

/** The runs of a project dir. */
export interface OwnRuns {
  /** Of every phase. */
  readonly ids: ReadonlySet<RunId>;
  /** Of the configured phase, oldest first; those that cannot be read are missing. */
  readonly runs: readonly LoadedRun[];
  /** What cannot be read. */
  readonly diagnostics: readonly Diagnostic[];
  /** The last run, when it can be continued; its candidates are what a continuation goes on with. */
  readonly open: LoadedRun | null;
}

/** Reads the runs; nothing is written. */
export async function ownRuns(disk: Disk, { root, settings }: Pick<Fleet, 'root' | 'settings'>): Promise<OwnRuns> {
  const listed = await listRuns(disk, root);
  const { runs, diagnostics } = await loadRuns(disk, root, settings.phase);
  const last = runs.at(-1) ?? null;
  const open = last && last.state.outcome !== 'done' && last.state.outcome !== 'abandoned' ? last : null;
  return { ids: new Set(listed.ok ? listed.value.map(({ run }) => run) : []), runs, diagnostics, open };
}
