import type { Diagnostic } from '../model/diagnostic.ts';
import type { RunId } from '../model/ids.ts';
import { ok, type Result } from '../model/result.ts';
import { nodeDisk } from '../util/node-disk.ts';
import { journalPath } from './file-journal.ts';
import { JournalTail } from './journal-tail.ts';
import { listRuns, type RunFolder } from './runs.ts';

/** Enough for the start of a run of a small fleet; more is read as needed. Bytes. */
const START_BYTES = 16 * 1024;

/** Finds the newest run of a phase again and again; of each run the first event is read once, and nothing more. */
export class NewestRun {
  readonly #root: string;
  readonly #phase: string;
  readonly #phases = new Map<RunId, string>();

  constructor(root: string, phase: string) {
    this.#root = root;
    this.#phase = phase;
  }

  /** The newest run of the phase, or the named run if there is such a one; a run that has not recorded its start is none yet. */
  async find(run: RunId | null): Promise<Result<RunFolder | null, Diagnostic>> {
    const listed = await listRuns(nodeDisk, this.#root);
    if (!listed.ok) return listed;
    if (run !== null) return ok(listed.value.find((folder) => folder.run === run) ?? null);
    for (const folder of listed.value.toReversed()) if ((await this.#phaseOf(folder)) === this.#phase) return ok(folder);
    return ok(null);
  }

  async #phaseOf({ run, dir }: RunFolder): Promise<string | null> {
    const known = this.#phases.get(run);
    if (known !== undefined) return known;
    const read = await new JournalTail(journalPath(dir)).read(START_BYTES);
    const start = read.kind === 'events' ? read.events.find((event) => event.type === 'run-started') : undefined;
    if (start) this.#phases.set(run, start.phase);
    return start?.phase ?? null;
  }
}
