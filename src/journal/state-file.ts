import { dirname } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ServiceKey } from '../model/ids.ts';
import type { Clock } from '../util/clock.ts';
import type { Disk } from '../util/disk.ts';
import { isMissing } from '../util/fs-error.ts';
import type { Event } from './events.ts';
import { type PhaseService, type PhaseState, parseStateFile, renderStateFile, toldBefore, withLastRun } from './phase-state.ts';
import { fileProblem } from './problems.ts';
import { GrowingRun, type RunState } from './projection.ts';

/** The least time between two writes that nothing forces, milliseconds: more in a fleet whose file takes long to write. */
const INTERVAL_MS = 300;
const INTERVAL_PER_SERVICE_MS = 3;
/** Up to so many services each that settles is written at once; thousands of times thousands of lines would hold the run up. */
const AT_ONCE_UP_TO = 500;

export interface StateFileInit {
  readonly disk: Disk;
  readonly path: string;
  readonly phase: string;
  readonly configured: readonly ServiceKey[];
  /** The phase's runs before this one, oldest first. */
  readonly earlier: readonly RunState[];
  /** This run as its journal has it so far. */
  readonly run: RunState;
  readonly clock: Clock;
  /** Told once when the file cannot be written; the run goes on, the journal is the truth. */
  readonly onProblem: (problem: Diagnostic) => void;
}

/** Keeps the phase's state file up to date with a run's events. */
export interface StateFile {
  /** Takes an event in; give it to `JournalWriter.subscribe`. */
  readonly listen: (event: Event) => void;
  /** Writes the last state and ends. */
  close(): Promise<void>;
}

/** Starts keeping the state file; the first write comes at once. */
export async function openStateFile(init: StateFileInit): Promise<StateFile> {
  await init.disk.makeFolder(dirname(init.path)).catch(() => {}); // The write tells.
  await init.disk.sweep(init.path);
  const keeper = new StateKeeper(init);
  keeper.request('now');
  return keeper;
}

/** How a state file stands to what it ought to say. `behind`: whole, but of an earlier moment, or changed by hand. */
export type StateFileView = 'good' | 'missing' | 'damaged' | 'behind';

/** Compares the state file with what it ought to say; nothing is written. Rejects when it is there and cannot be read. */
export async function viewStateFile(disk: Disk, path: string, state: PhaseState): Promise<StateFileView> {
  const wanted = renderStateFile(state);
  const present = await readIfThere(disk, path);
  if (present === null) return 'missing';
  if (present === wanted) return 'good';
  const parsed = parseStateFile(present);
  if (!parsed.ok) return 'damaged';
  return renderStateFile({ ...parsed.value, updated: state.updated }) === wanted ? 'good' : 'behind';
}

/** What the state file ought to say, written if the file says something else (deleted, cut short, edited); whether it was. */
export async function mendStateFile(disk: Disk, path: string, state: PhaseState): Promise<'good' | 'mended'> {
  if ((await viewStateFile(disk, path, state).catch(() => 'damaged')) === 'good') return 'good';
  await disk.makeFolder(dirname(path));
  await disk.replace(path, renderStateFile(state), { mode: 0o644, durability: 'relaxed' });
  return 'mended';
}

async function readIfThere(disk: Disk, path: string): Promise<string | null> {
  try {
    return (await disk.read(path)).toString('utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

class StateKeeper implements StateFile {
  readonly #init: StateFileInit;
  readonly #run: GrowingRun;
  readonly #before: ReadonlyMap<ServiceKey, PhaseService>;
  #wanted: 'no' | 'soon' | 'now' = 'no';
  #hurry = new AbortController();
  #writing: Promise<void> | null = null;
  #reported = false;

  constructor(init: StateFileInit) {
    this.#init = init;
    this.#run = new GrowingRun(init.run);
    this.#before = toldBefore(init.earlier);
  }

  readonly listen = (event: Event): void => {
    if (event.type === 'step-progress' || event.type === 'health-sample') return;
    this.#run.apply(event);
    const settled = event.type === 'service-settled' && this.#init.configured.length <= AT_ONCE_UP_TO;
    this.request(settled || event.type.startsWith('run-') ? 'now' : 'soon');
  };

  request(when: 'soon' | 'now'): void {
    if (this.#wanted !== 'now') this.#wanted = when;
    if (when === 'now') this.#hurry.abort();
    this.#writing ??= this.#write();
  }

  async close(): Promise<void> {
    this.request('now');
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#wanted !== 'no') {
      if (this.#wanted === 'soon') await this.#pause();
      this.#wanted = 'no';
      await this.#put();
    }
    this.#writing = null;
  }

  async #pause(): Promise<void> {
    this.#hurry = new AbortController();
    const { clock, configured } = this.#init;
    await clock.sleep(Math.max(INTERVAL_MS, configured.length * INTERVAL_PER_SERVICE_MS), this.#hurry.signal);
  }

  async #put(): Promise<void> {
    const { disk, path, phase, configured, onProblem } = this.#init;
    const run = this.#run.state();
    const state = withLastRun({ phase, configured, before: this.#before, last: run, live: run.run });
    try {
      await disk.replace(path, renderStateFile(state), { mode: 0o644, durability: 'relaxed' });
    } catch (error) {
      if (!this.#reported) onProblem({ ...fileProblem('write the state file', path, error), severity: 'warning' });
      this.#reported = true;
    }
  }
}
