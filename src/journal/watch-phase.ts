import type { Diagnostic } from '../model/diagnostic.ts';
import type { RunId } from '../model/ids.ts';
import { ok, type Result } from '../model/result.ts';
import type { Clock } from '../util/clock.ts';
import { errorCode } from '../util/fs-error.ts';
import { type Host, readHost } from '../util/host-identity.ts';
import { nodeDisk } from '../util/node-disk.ts';
import type { Event } from './events.ts';
import { journalPath } from './file-journal.ts';
import { JournalTail } from './journal-tail.ts';
import { presentHolder } from './lock.ts';
import { NewestRun } from './newest-run.ts';
import type { RunFolder } from './runs.ts';

/** What a watcher of a phase learns, in this order: a run, its events so far, whether it is live; then more events, or another run. */
export type PhaseNews =
  /** There is none yet; said once. */
  | { readonly type: 'no-run' }
  /**
   * The run to show from now on, from its first event; said again of the same run when its journal was replaced by another (a file put back from
   * a backup). `live`: somebody holds the lock; whether this run is what he does is said by the first `live` after its events.
   */
  | { readonly type: 'run'; readonly run: RunId; readonly dir: string; readonly live: boolean }
  /** The next events of that run, in order, without gap or double. */
  | { readonly type: 'events'; readonly events: readonly Event[] }
  /** Said once all that was recorded has been given, and again when it changes. */
  | { readonly type: 'live'; readonly live: boolean }
  /** Something cannot be read; said once, and the watch goes on. */
  | { readonly type: 'problem'; readonly problem: Diagnostic };

export interface WatchOptions {
  /** The project dir. */
  readonly root: string;
  readonly phase: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Only this run, whether or not a newer one starts. */
  readonly run?: RunId | null | undefined;
  /** How often to look at the journal of a live run; four times as seldom at any other. */
  readonly pollMs?: number;
  /** This machine, to judge who holds the lock. */
  readonly host?: Host;
}

const POLL_MS = 100;
const IDLE_FACTOR = 4;
/** How often to look for a newer run; while one is live there cannot be a newer one. */
const NEWER_MS = 400;
/** How often to look whether whoever executes the run is still there. */
const HOLDER_MS = 2000;

/**
 * Watches the newest run of a phase until the signal, from another process than the one that executes it: reads only, takes no lock. Waits
 * while there is no run. Looks by the clock, because the file system's own news are not to be had everywhere and cost more at many events.
 */
export async function* watchPhase(options: WatchOptions): AsyncGenerator<PhaseNews, void, undefined> {
  const { clock, signal, pollMs = POLL_MS } = options;
  const watch = new PhaseWatch(options, options.host ?? (await readHost()));
  while (!signal.aborted) {
    for await (const news of watch.look()) {
      yield news;
      if (signal.aborted) return;
    }
    await clock.sleep(watch.isLive ? pollMs : pollMs * IDLE_FACTOR, signal);
  }
}

class PhaseWatch {
  readonly #options: WatchOptions;
  readonly #host: Host;
  readonly #newest: NewestRun;
  #followed: Followed | null = null;
  #saidNoRun = false;
  #saidProblem: string | null = null;
  #nextLookMs = Number.NEGATIVE_INFINITY;

  constructor(options: WatchOptions, host: Host) {
    this.#options = options;
    this.#host = host;
    this.#newest = new NewestRun(options.root, options.phase);
  }

  get isLive(): boolean {
    return this.#followed?.saidLive === true;
  }

  async *look(): AsyncGenerator<PhaseNews> {
    const found = await this.#find();
    if (!found.ok) yield* this.#tell(found.error);
    else if (found.value && found.value.run !== this.#followed?.folder.run) {
      // What its process wrote before it made room for the next.
      if (this.#followed) yield* this.#events(this.#followed);
      yield await this.#begin(found.value);
    }
    if (this.#followed === null) {
      if (!this.#saidNoRun) yield { type: 'no-run' };
      this.#saidNoRun = true;
      return;
    }
    yield* this.#events(this.#followed);
    yield* this.#liveness(this.#followed);
  }

  async #find(): Promise<Result<RunFolder | null, Diagnostic>> {
    const nowMs = this.#options.clock.now();
    const { run } = this.#options;
    if (nowMs < this.#nextLookMs || (run && this.#followed)) return ok(this.#followed?.folder ?? null);
    this.#nextLookMs = nowMs + (this.isLive ? HOLDER_MS : NEWER_MS);
    return this.#newest.find(run ?? null);
  }

  async #begin(folder: RunFolder): Promise<PhaseNews> {
    const held = await this.#isHeld(folder);
    this.#followed = {
      folder,
      tail: new JournalTail(journalPath(folder.dir)),
      finished: false,
      held,
      saidLive: null,
      nextLookMs: 0,
    };
    return { type: 'run', run: folder.run, dir: folder.dir, live: held };
  }

  /** All that is there now. */
  async *#events(followed: Followed): AsyncGenerator<PhaseNews> {
    let isSecondLook = false;
    for (;;) {
      const read = await followed.tail.read();
      if (read.kind === 'problem') return yield* this.#tell(read.problem);
      if (read.kind === 'replaced') {
        yield await this.#begin(followed.folder);
        return yield* this.#events(this.#followed!);
      }
      if (read.events.length === 0) {
        // Whoever looks only once has to be told too.
        const looksAgain = !isSecondLook && followed.tail.isInDoubt;
        if (!looksAgain) return;
        isSecondLook = true;
        if (followed.held) await this.#options.clock.sleep(this.#options.pollMs ?? POLL_MS, this.#options.signal);
        continue;
      }
      this.#saidProblem = null;
      noteEnd(followed, read.events);
      yield { type: 'events', events: read.events };
    }
  }

  async *#liveness(followed: Followed): AsyncGenerator<PhaseNews> {
    const nowMs = this.#options.clock.now();
    if (!followed.finished && nowMs >= followed.nextLookMs) {
      followed.held = await this.#isHeld(followed.folder);
      followed.nextLookMs = nowMs + HOLDER_MS;
    }
    const live = !followed.finished && followed.held;
    if (live !== followed.saidLive) yield { type: 'live', live };
    followed.saidLive = live;
  }

  *#tell(problem: Diagnostic): Generator<PhaseNews> {
    const said = `${problem.file}: ${problem.message}`;
    if (said !== this.#saidProblem) yield { type: 'problem', problem };
    this.#saidProblem = said;
  }

  /** Whether somebody may be executing this run: only the newest can be. A lock that cannot be read tells of nobody. */
  async #isHeld({ run }: RunFolder): Promise<boolean> {
    try {
      if ((await presentHolder(nodeDisk, this.#options.root, this.#host)) === null) return false;
      if (!this.#options.run) return true;
      const newest = await this.#newest.find(null);
      return newest.ok && newest.value?.run === run;
    } catch (error) {
      if (errorCode(error) === '') throw error;
      return false;
    }
  }
}

/** The run that is being followed, and how it stands as far as it was read. */
interface Followed {
  readonly folder: RunFolder;
  readonly tail: JournalTail;
  finished: boolean;
  /** Somebody held the lock when it was last looked at. */
  held: boolean;
  saidLive: boolean | null;
  nextLookMs: number;
}

/** Its end is its last event until it is resumed; who resumes it is another holder. */
function noteEnd(followed: Followed, events: readonly Event[]): void {
  for (const { type } of events) {
    if (type === 'run-finished') followed.finished = true;
    if (type !== 'run-resumed') continue;
    followed.finished = false;
    followed.nextLookMs = 0;
  }
}
