import { journalPath } from '../../journal/file-journal.ts';
import { presentHolder } from '../../journal/lock.ts';
import type { RunState } from '../../journal/projection.ts';
import { listRuns, openRun, type RunFolder } from '../../journal/runs.ts';
import type { RunId } from '../../model/ids.ts';
import type { RunOutcome } from '../../model/status.ts';
import type { Disk } from '../../util/disk.ts';
import type { HostIdentity } from '../../util/host-identity.ts';
import type { RunFigures } from './run-metrics.ts';

/** Where the runs are. */
interface Place {
  readonly root: string;
  readonly phase: string;
  readonly disk: Disk;
  readonly me: HostIdentity;
}

interface Known {
  readonly bytes: number;
  /** Null = of another phase, or nothing that can be read. */
  readonly outcome: RunOutcome | null;
}

/** Reads the figures again and again: a journal only when it has grown, which those of runs that ended never do. */
export class FigureReader {
  readonly #place: Place;
  #known: ReadonlyMap<RunId, Known> = new Map();
  #newest: RunState | null = null;

  constructor(place: Place) {
    this.#place = place;
  }

  /** The runs as they stand now; runs that cannot be read are left out. */
  async read(): Promise<RunFigures> {
    const { disk, root, me } = this.#place;
    const listed = await listRuns(disk, root);
    const known = new Map<RunId, Known>();
    for (const folder of listed.ok ? listed.value : []) known.set(folder.run, await this.#look(folder));
    this.#known = known;
    const ofPhase = [...known].filter(([, { outcome }]) => outcome !== null);
    const last = ofPhase.at(-1)?.[0] ?? null;
    if (this.#newest?.run !== last) this.#newest = last === null ? null : await this.#state(last);
    const isHeld = (await presentHolder(disk, root, me).catch(() => null)) !== null;
    // One that calls itself running while nobody executes it was interrupted.
    const stands = (run: RunId, outcome: RunOutcome) =>
      outcome === 'running' && !(isHeld && run === last) ? 'interrupted' : outcome;
    const outcomes: Record<RunOutcome, number> = { running: 0, done: 0, failed: 0, interrupted: 0, abandoned: 0 };
    for (const [run, { outcome }] of ofPhase) outcomes[stands(run, outcome!)] += 1;
    const state = this.#newest;
    return { outcomes, newest: state && { state, outcome: stands(state.run, state.outcome) } };
  }

  async #look({ run, dir }: RunFolder): Promise<Known> {
    const { bytes } = await this.#place.disk.stat(journalPath(dir)).catch(() => ({ bytes: -1 }));
    const known = this.#known.get(run);
    if (known?.bytes === bytes) return known;
    const state = await this.#state(run);
    const isOurs = state?.meta?.phase === this.#place.phase;
    if (isOurs) this.#newest = state;
    return { bytes, outcome: isOurs ? state.outcome : null };
  }

  async #state(run: RunId): Promise<RunState | null> {
    const loaded = await openRun(this.#place.disk, this.#place.root, run);
    return loaded.ok ? loaded.value.state : null;
  }
}
