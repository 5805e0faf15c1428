import { journalPath } from '../journal/file-journal.ts';
import { JournalTail } from '../journal/journal-tail.ts';
import { NewestRun } from '../journal/newest-run.ts';
import { emptyRun, GrowingRun, type RunState } from '../journal/projection.ts';
import type { RunFolder } from '../journal/runs.ts';
import type { RunId } from '../model/ids.ts';

/** How many runs are kept: the newest, and one that somebody looks at besides. */
const KEPT_RUNS = 2;

/** The states of the runs that were asked for last. Asking again costs what was recorded since. */
export class KnownRuns {
  readonly #newest: NewestRun;
  readonly #runs = new Map<RunId, KnownRun>();

  constructor(root: string, phase: string) {
    this.#newest = new NewestRun(root, phase);
  }

  /** The newest run of the phase as it stands; null = there is none. */
  async newest(): Promise<RunState | null> {
    const found = await this.#newest.find(null);
    return found.ok && found.value ? this.state(found.value) : null;
  }

  /** A run as far as its journal can be read. */
  state(folder: RunFolder): Promise<RunState> {
    const known = this.#runs.get(folder.run) ?? new KnownRun(folder);
    this.#runs.delete(folder.run);
    this.#runs.set(folder.run, known);
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > KEPT_RUNS) this.#runs.delete(oldest!);
    return known.state();
  }
}

class KnownRun {
  readonly #folder: RunFolder;
  #tail: JournalTail;
  #growing: GrowingRun;
  #reading: Promise<void> | null = null;

  constructor(folder: RunFolder) {
    this.#folder = folder;
    this.#tail = new JournalTail(journalPath(folder.dir));
    this.#growing = new GrowingRun(emptyRun(folder.run));
  }

  /** Those who ask at once wait for one reading. */
  async state(): Promise<RunState> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    await this.#reading;
    return this.#growing.state();
  }

  async #read(): Promise<void> {
    for (;;) {
      const read = await this.#tail.read();
      if (read.kind === 'problem' || (read.kind === 'events' && read.events.length === 0)) return;
      if (read.kind === 'events') for (const event of read.events) this.#growing.apply(event);
      else this.#forget();
    }
  }

  #forget(): void {
    this.#tail = new JournalTail(journalPath(this.#folder.dir));
    this.#growing = new GrowingRun(emptyRun(this.#folder.run));
  }
}
