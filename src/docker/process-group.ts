import type { ChildProcess } from 'node:child_process';
import { systemClock } from '../util/clock.ts';

/** Groups that are alive, so that none outlives us when we exit in the middle; `asked` = it has had its TERM. */
const alive = new Map<number, 'running' | 'asked'>();
let watchingExit = false;

/**
 * The process group that a detached child leads.
 *
 *   running --stop()--> TERM to all --grace--> KILL to all --> gone
 *   running --the leader exits--> (others of the group get the grace, then KILL) --> gone
 */
export class ProcessGroup {
  readonly #pid: number | undefined;
  readonly #graceMs: number;
  readonly #leaderGone: Promise<void>;
  #stopped: 'timeout' | 'aborted' | 'too-much-output' | null = null;

  constructor(leader: ChildProcess, graceMs: number) {
    this.#pid = leader.pid;
    this.#graceMs = graceMs;
    this.#leaderGone = new Promise((resolve) => {
      leader.once('exit', () => resolve());
      leader.once('error', () => resolve());
    });
    if (this.#pid === undefined) return;
    remember(this.#pid);
    // A survivor that holds the leader's pipes would keep us waiting for their end.
    void this.#leaderGone.then(() => this.#reap());
  }

  /** Why we ended it, if we did. */
  get stopped(): 'timeout' | 'aborted' | 'too-much-output' | null {
    return this.#stopped;
  }

  /** Asks the whole group to end, and makes it after the grace. Only the first reason counts. */
  stop(why: 'timeout' | 'aborted' | 'too-much-output'): void {
    if (this.#stopped || this.#pid === undefined) return;
    this.#stopped = why;
    void this.#reap();
  }

  /** Resolves once no process of the group is left. */
  async gone(): Promise<void> {
    if (this.#pid === undefined) return;
    await this.#leaderGone;
    await this.#reap();
    alive.delete(this.#pid);
  }

  #reaping: Promise<void> | null = null;

  #reap(): Promise<void> {
    this.#reaping ??= this.#end();
    return this.#reaping;
  }

  async #end(): Promise<void> {
    const pid = this.#pid!;
    alive.set(pid, 'asked');
    if (!signalGroup(pid, 'SIGTERM')) return;
    for (let waitedMs = 0; waitedMs < this.#graceMs; waitedMs += STEP_MS) {
      await systemClock.sleep(STEP_MS);
      if (!signalGroup(pid, 0)) return;
    }
    signalGroup(pid, 'SIGKILL');
  }
}

const STEP_MS = 20;

function remember(pid: number): void {
  alive.set(pid, 'running');
  if (watchingExit) return;
  watchingExit = true;
  process.on('exit', () => {
    // Nobody is left to wait out the grace of one that was asked before.
    for (const [pid, state] of alive) signalGroup(pid, state === 'asked' ? 'SIGKILL' : 'SIGTERM');
  });
}

/** Whether there is still somebody to signal. */
function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
