import type { Clock } from '../util/clock.ts';
import type { Disk } from '../util/disk.ts';
import { lastSeqOf, readBacklog } from './backlog.ts';
import { Bell } from './bell.ts';
import { eventsFrame, frame, HEARTBEAT, type Position } from './frames.ts';
import type { FeedView, RunFeed } from './run-feed.ts';
import type { Sampler } from './sampler.ts';

/** How much goes into one frame, characters: what a slow client can make us hold. */
const FRAME_CHARS = 64 << 10;

/** How often a silent stream shows that it is there, milliseconds. */
const HEARTBEAT_MS = 15_000;

/** Events that come in this time go out together, milliseconds. */
const GATHER_MS = 50;

const NO_RUN = frame('run', { run: null, live: false });

/** What is sent at once: text, or its bytes in UTF-8. */
export type Frame = string | Uint8Array;

/** What a stream is made of. */
export interface StreamSource {
  readonly feed: RunFeed;
  readonly sampler: Sampler;
  /** How far the client has come; null = it begins. */
  readonly from: Position | null;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * The frames for one client until the signal. It is asked for the next one when the client has taken the last, so nothing is kept for a slow
 * one: it reads what it missed from the journal. Every event of the run comes once and in order, from `from` on.
 */
export async function* streamFrames(source: StreamSource): AsyncGenerator<Frame> {
  const bell = new Bell();
  const stops = [source.feed.listen(() => bell.ring()), source.sampler.listen(() => bell.ring())];
  const client = new Client(source);
  try {
    yield HEARTBEAT;
    while (!source.signal.aborted) {
      const { rung } = bell;
      yield* client.news();
      if (client.isStuck) return;
      if (client.isBehind) continue;
      const { clock, signal } = source;
      if (!(await bell.wait(rung, { clock, ms: HEARTBEAT_MS, signal }))) yield HEARTBEAT;
      else await clock.sleep(GATHER_MS, signal);
    }
  } finally {
    for (const stop of stops) stop();
  }
}

/** What one client has been told. */
class Client {
  readonly #source: StreamSource;
  #at: Position | null;
  #told: FeedView | null = null;
  #problem: string | null = null;
  #sample: Uint8Array | null = null;
  #saidNoRun = false;
  #stuck = false;

  constructor(source: StreamSource) {
    this.#source = source;
    this.#at = source.from;
  }

  /** What it lacks cannot be read any more: it may come again. */
  get isStuck(): boolean {
    return this.#stuck;
  }

  /** There are events that it has not got. */
  get isBehind(): boolean {
    const { feed } = this.#source;
    return this.#at !== null && feed.view?.run === this.#at.run && feed.lastSeq > this.#at.seq;
  }

  /** All that is new to it, but of many events only the next frame. */
  async *news(): AsyncGenerator<Frame> {
    const { feed, sampler } = this.#source;
    const { view } = feed;
    if (view !== null) yield* this.#runNews(view);
    else if (feed.hasNoRun) yield* this.#noRun();
    if (feed.problem?.message !== undefined && feed.problem.message !== this.#problem) {
      const { code, message } = feed.problem;
      yield frame('problem', { code, message });
    }
    this.#problem = feed.problem?.message ?? null;
    if (sampler.frame !== null && sampler.frame !== this.#sample) {
      this.#sample = sampler.frame;
      yield sampler.frame;
    }
  }

  *#noRun(): Generator<string> {
    if (this.#saidNoRun) return;
    this.#saidNoRun = true;
    yield NO_RUN;
  }

  async *#runNews(view: FeedView): AsyncGenerator<Frame> {
    const { run, live, generation } = view;
    if (this.#told?.generation !== generation) {
      const before = this.#told ?? this.#at;
      this.#at = this.#told === null ? await this.#begin(view) : { run, seq: 0 };
      // Who has events of this run that its journal does not have any more is made to forget them.
      if (before?.run === run && this.#at.seq === 0) yield NO_RUN;
      this.#told = view;
      yield frame('run', { run, live });
    }
    yield* this.#events(view);
    if (this.isBehind || this.#told.live === live) return;
    this.#told = view;
    yield frame('live', { live });
  }

  /** A client that is ahead of the journal has seen one whose end was lost with the machine's power: it begins anew. */
  async #begin({ run, dir }: FeedView): Promise<Position> {
    const at = this.#at;
    if (at?.run !== run) return { run, seq: 0 };
    const isAhead = at.seq > this.#source.feed.lastSeq && at.seq > (await lastSeqOf(this.#source.disk, dir));
    return isAhead ? { run, seq: 0 } : at;
  }

  async *#events({ run, dir, generation }: FeedView): AsyncGenerator<Frame> {
    const { feed } = this.#source;
    const at = this.#at!;
    // While the client took the last frame, another journal may have come, whose events are not those of this one.
    if (feed.view?.generation !== generation) return;
    const kept = feed.after(at.seq, FRAME_CHARS);
    if (kept !== null) {
      if (kept.length > 0) yield this.#sent(run, kept);
      return;
    }
    const until = feed.lastSeq;
    for await (const piece of readBacklog({ dir, after: at.seq, until })) yield this.#sent(run, piece);
    this.#stuck = this.#at!.seq < until;
  }

  #sent(run: string, events: Parameters<typeof eventsFrame>[1]): string {
    this.#at = { run, seq: events.at(-1)!.seq };
    return eventsFrame(run, events);
  }
}
