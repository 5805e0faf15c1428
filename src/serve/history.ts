import { journalPath } from '../journal/file-journal.ts';
import { presentHolder } from '../journal/lock.ts';
import type { RunState } from '../journal/projection.ts';
import { listRuns, type RunFolder } from '../journal/runs.ts';
import type { ImageId, RunId } from '../model/ids.ts';
import { historyRowNow, type RunHistoryRow, runHistoryRow } from '../report/facts/run-history.ts';
import type { ServeContext } from './context.ts';

type Place = Pick<ServeContext, 'fleet' | 'disk' | 'me' | 'known'>;

interface Remembered {
  readonly bytes: number;
  /** Null = of another phase, or nothing that can be read. */
  readonly row: RunHistoryRow | null;
  /** The sizes of what it built. */
  readonly images: ReadonlyMap<ImageId, number>;
}

/** The runs of a phase as rows. A journal is read again only when it has grown, and nothing but the row and sizes of images are kept of it. */
export class History {
  readonly #place: Place;
  readonly #remembered = new Map<RunId, Remembered>();

  constructor(place: Place) {
    this.#place = place;
  }

  /** Newest first. A run that calls itself running was interrupted, unless it is the newest and somebody holds the lock. */
  async rows(): Promise<readonly RunHistoryRow[]> {
    const { disk, fleet, me } = this.#place;
    const listed = await listRuns(disk, fleet.root);
    const rows: RunHistoryRow[] = [];
    // The newest last, so that it is the one that stays known.
    for (const folder of listed.ok ? listed.value : []) {
      const row = await this.#row(folder);
      if (row) rows.unshift(row);
    }
    const isHeld = (await presentHolder(disk, fleet.root, me)) !== null;
    return rows.map((row, i) => (row.outcome === 'running' && !(i === 0 && isHeld) ? historyRowNow(row, 'interrupted') : row));
  }

  /** How large an image is, bytes, as the run recorded that built it; null = none did. */
  async imageBytes(image: ImageId): Promise<number | null> {
    await this.rows();
    for (const { images } of this.#remembered.values()) if (images.has(image)) return images.get(image)!;
    return null;
  }

  async #row({ run, dir }: RunFolder): Promise<RunHistoryRow | null> {
    const { disk, fleet } = this.#place;
    const bytes = await disk.stat(journalPath(dir)).then(
      (stat) => stat.bytes,
      () => 0,
    );
    const known = this.#remembered.get(run);
    if (known?.bytes === bytes) return known.row;
    const state = await this.#place.known.state({ run, dir });
    const row = state.meta?.phase === fleet.phase ? runHistoryRow(state) : null;
    this.#remembered.set(run, { bytes, row, images: builtImages(state) });
    return row;
  }
}

function builtImages({ services }: RunState): ReadonlyMap<ImageId, number> {
  const outcomes = [...services.values()].flatMap(({ steps }) => steps.map(({ outcome }) => outcome));
  const built = outcomes.flatMap((outcome) =>
    'facts' in outcome && outcome.facts?.kind === 'build' && outcome.facts.sizeBytes !== null
      ? [[outcome.facts.image, outcome.facts.sizeBytes] as const]
      : [],
  );
  return new Map(built);
}
