import type { Clock } from '../../util/clock.ts';
import { type Deliver, type Destination, joined, type Letter, type Sent } from './letter.ts';
import { waitAfter } from './retry.ts';

/** The trace of ten thousand services is 120 letters; more than this wait only when a receiver is away: then the oldest are given up. */
const MAX_WAITING = 1000;
/** A command that fails is more likely wrong than unlucky. */
const MAX_COMMAND_TRIES = 3;

export interface LaneInit {
  readonly destination: Destination;
  readonly deliver: Deliver;
  readonly clock: Clock;
  /** How long a letter is tried, from when it came. */
  readonly giveUpAfterMs: number;
}

/** What a lane did so far. `why`: what went wrong last, empty when nothing did. */
export interface LaneReport {
  readonly destination: Destination;
  readonly lost: number;
  readonly waiting: readonly Letter[];
  readonly why: string;
  readonly remark: string | null;
}

/** The letters to one destination: one after the other, each tried until it is delivered, refused or too old. */
export class Lane {
  readonly #init: LaneInit;
  readonly #stop = new AbortController();
  readonly #waiting: { letter: Letter; readonly sinceMs: number; tries: number }[] = [];
  #working: Promise<void> | null = null;
  #lost = 0;
  #why = '';
  #remark: string | null = null;

  constructor(init: LaneInit) {
    this.#init = init;
  }

  /** Takes a letter; never waits and never fails. */
  add(letter: Letter): void {
    if (!this.#join(letter)) this.#waiting.push({ letter, sinceMs: this.#init.clock.now(), tries: 0 });
    // The first may be under way.
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.splice(1, 1);
      this.#lost += 1;
    }
    this.#working ??= this.#work();
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#working;
  }

  /** Ends the try under way; what is not delivered stays in the report. */
  async stop(): Promise<LaneReport> {
    this.#stop.abort();
    await this.#working;
    return this.report();
  }

  report(): LaneReport {
    const waiting = this.#waiting.map(({ letter }) => letter);
    return { destination: this.#init.destination, lost: this.#lost, waiting, why: this.#why, remark: this.#remark };
  }

  #join(letter: Letter): boolean {
    const last = this.#waiting.at(-1);
    // What was tried may have arrived: it must not change any more.
    const whole = last && last.tries === 0 ? joined(last.letter, letter) : null;
    if (last && whole) last.letter = whole;
    return whole !== null;
  }

  async #work(): Promise<void> {
    // What is added in the same moment may be joined.
    await Promise.resolve();
    for (let next = this.#waiting[0]; next && !this.#stop.signal.aborted; next = this.#waiting[0]) {
      next.tries += 1;
      const { destination, deliver } = this.#init;
      // A bug in here is not to end the run: it is told like any other reason.
      const sent = await deliver(destination, next.letter, this.#stop.signal).catch(internal);
      await this.#settle(next, sent);
    }
    this.#working = null;
  }

  async #settle({ sinceMs, tries }: { readonly sinceMs: number; readonly tries: number }, sent: Sent): Promise<void> {
    const { clock, giveUpAfterMs, destination } = this.#init;
    if (sent.kind === 'delivered') {
      this.#waiting.shift();
      this.#remark = sent.remark ?? this.#remark;
      return;
    }
    if (sent.kind === 'failed' && this.#stop.signal.aborted) {
      this.#why ||= 'no answer yet';
      return;
    }
    this.#why = sent.why;
    const waitMs = sent.kind === 'failed' ? waitAfter(tries, sent.retryAfterMs) : 0;
    const isTooOld = clock.now() + waitMs - sinceMs > giveUpAfterMs;
    if (sent.kind === 'refused' || isTooOld || (destination.kind === 'command' && tries >= MAX_COMMAND_TRIES)) {
      this.#waiting.shift();
      this.#lost += 1;
      return;
    }
    await clock.sleep(waitMs, this.#stop.signal);
  }
}

function internal(error: unknown): Sent {
  return { kind: 'refused', why: `an internal error (${error instanceof Error ? error.name : typeof error})` };
}
