import { journalPath } from '../journal/file-journal.ts';
import type { RunState } from '../journal/projection.ts';
import { listRuns, openRun, type RunFolder } from '../journal/runs.ts';
import { runDocument } from '../report/runs-table.ts';
import type { ServeOptions } from './context.ts';

type Place = Pick<ServeOptions, 'fleet' | 'disk' | 'me'>;

interface Remembered {
  readonly bytes: number;
  /** Null = of another phase, or nothing that can be read. */
  readonly row: object | null;
}

/** The runs of a phase as rows. A journal is read again only when it has grown or its run came to stand elsewhere; only the row is kept of it. */
export class History {
  readonly #place: Place;
  readonly #known = new Map<string, Remembered>();

  constructor(place: Place) {
    this.#place = place;
  }

  /** Newest first. */
  async rows(): Promise<readonly object[]> {
    const { fleet, disk } = this.#place;
    const listed = await listRuns(disk, fleet.root);
    const folders = listed.ok ? listed.value : [];
    for (const run of this.#known.keys()) if (!folders.some((folder) => folder.run === run)) this.#known.delete(run);
    const rows: object[] = [];
    for (const folder of folders) {
      const row = await this.#row(folder);
      if (row) rows.push(row);
    }
    return rows.toReversed();
  }

  async #row(folder: RunFolder): Promise<object | null> {
    const { disk, fleet } = this.#place;
    const { bytes } = await disk.stat(journalPath(folder.dir)).catch(() => ({ bytes: -1 }));
    const known = this.#known.get(folder.run);
    if (known && known.bytes === bytes) return known.row;
    const loaded = await openRun(disk, fleet.root, folder.run);
    const state = loaded.ok && loaded.value.state.meta?.phase === fleet.phase ? loaded.value.state : null;
    const row = state && (await this.#rowOf(state));
    this.#known.set(folder.run, { bytes, row });
    return row;
  }

  async #rowOf(state: RunState): Promise<object> {
    return runDocument({ state, outcome: state.outcome });
  }
}
