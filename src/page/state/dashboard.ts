import type { RunState } from '../../journal/projection.ts';
import type { RunId } from '../../model/ids.ts';
import type { Plan } from '../../plan/types.ts';
import { ServiceRows } from '../../report/facts/service-row.ts';
import { epochMsOf } from '../../util/instant.ts';
import { Api } from './api.ts';
import type { StreamMessage } from './messages.ts';
import { createPump } from './pump.ts';
import { RunFeed } from './run-feed.ts';
import { EMPTY, type Snapshot } from './snapshot.ts';
import { type Connection, followStream } from './stream.ts';
import { keepToken, takeToken } from './token.ts';
import { UsageHistory, usageByService } from './usage-history.ts';

/** How long a tab may be out of sight before it gives its connection back: a browser has six for a server. */
const ASLEEP_AFTER_MS = 60_000;

const PLAN_TRIES = 5;
const PLAN_AGAIN_MS = 1000;

/** What the page knows: follows the server's stream, and tells its listeners at most ten times a second what there is now. */
export class Dashboard {
  readonly api = new Api(takeToken());
  #snapshot: Snapshot = EMPTY;
  readonly #listeners = new Set<() => void>();
  readonly #pump = createPump(() => this.#show(), {
    nowMs: () => performance.now(),
    onFrame: (run) => requestAnimationFrame(run),
    later: (run, ms) => setTimeout(run, ms),
  });
  #selected: RunId | null = null;
  #feed = new RunFeed();
  #usage = new UsageHistory();
  #stream: { readonly stop: () => void } | null = null;
  #connection: Connection = 'connecting';
  #plan: Plan | null = null;
  #rows = new ServiceRows(null);
  #changes: Partial<Snapshot> = {};

  /** Begins to follow the run (null = the newest), and to keep the clocks going. */
  start(run: RunId | null): void {
    this.#selected = run;
    this.#open();
    void this.#greet();
    setInterval(() => this.#pump.changed(), 1000);
    document.addEventListener('visibilitychange', () => this.#onVisibility());
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** Tells of every new snapshot; returns what ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Follows another run; null = the newest. */
  select(run: RunId | null): void {
    if (run === this.#selected) return;
    this.#selected = run;
    this.#forget();
    this.#open();
  }

  /** Uses another token from now on, and asks again what it allows. */
  async authorise(token: string): Promise<void> {
    this.api.token = token;
    keepToken(token);
    await this.#greet();
    if (this.#connection === 'refused') this.#open();
  }

  async #greet(): Promise<void> {
    const session = await this.api.session();
    if (session.ok) this.#change({ session: session.value });
  }

  #open(): void {
    this.#stream?.stop();
    const query = new URLSearchParams({ run: this.#selected ?? 'latest' });
    this.#stream = followStream({
      url: `/api/stream?${query}`,
      headers: () => {
        const last = this.#feed.lastEventId();
        return { ...this.api.headers(), ...(last !== null && { 'last-event-id': last }) };
      },
      onMessage: (message) => this.#take(message),
      onConnection: (connection) => this.#connected(connection),
    });
  }

  #connected(connection: Connection): void {
    // A server that came back may be another version, or want another token.
    if (connection === 'live' && this.#connection === 'waiting') void this.#greet();
    this.#connection = connection;
    this.#change({ connection });
  }

  #take(message: StreamMessage): 'ok' | 'ask-again' {
    if (message.type === 'sample') {
      const uses = usageByService(message.sample);
      this.#usage.add(message.sample, uses);
      this.#change({ sample: message.sample, uses });
      return 'ok';
    }
    if (message.type === 'problem') {
      this.#change({ problem: message.message });
      return 'ok';
    }
    const before = this.#feed.run;
    const taken = this.#feed.take(message);
    if (this.#feed.run !== before) {
      this.#setPlan(null);
      void this.#loadPlan(this.#feed.run);
    }
    // Whether somebody executes the run is told beside a problem of its journal, and does not end it.
    if (message.type !== 'live') this.#change({ problem: null });
    return taken;
  }

  /** A run that has just begun may be seen before its plan is there. */
  async #loadPlan(run: RunId | null, tries = PLAN_TRIES): Promise<void> {
    if (run === null) return;
    const answer = await this.api.run(run);
    if (this.#feed.run !== run) return;
    if (answer.ok && answer.value.plan !== null) this.#setPlan(answer.value.plan);
    else if (tries > 1) setTimeout(() => void this.#loadPlan(run, tries - 1), PLAN_AGAIN_MS);
  }

  #setPlan(plan: Plan | null): void {
    this.#plan = plan;
    this.#rows = new ServiceRows(plan);
    this.#change({ plan });
  }

  #forget(): void {
    this.#feed = new RunFeed();
    this.#setPlan(null);
  }

  #onVisibility(): void {
    if (!document.hidden) {
      if (this.#stream === null) this.#open();
      this.#pump.changed();
      return;
    }
    setTimeout(() => {
      if (!document.hidden || this.#stream === null) return;
      this.#stream.stop();
      this.#stream = null;
      this.#connected('asleep');
    }, ASLEEP_AFTER_MS);
  }

  #change(changes: Partial<Snapshot>): void {
    this.#changes = { ...this.#changes, ...changes };
    this.#pump.changed();
  }

  /** Makes the next snapshot of all that has come since the last one. */
  #show(): void {
    const feed = this.#feed;
    const state = feed.state();
    const nowMs = feed.live ? Date.now() - this.api.skewMs : lastMsOf(state);
    const { details } = feed;
    this.#snapshot = {
      ...this.#snapshot,
      ...this.#changes,
      known: feed.known,
      run: feed.run,
      live: feed.live,
      state: state?.lastSeq === this.#snapshot.state?.lastSeq && feed.run === this.#snapshot.run ? this.#snapshot.state : state,
      plan: this.#plan,
      rows: state === null ? [] : this.#rows.at(state, { live: feed.live, nowMs }),
      nowMs,
      detailOf: (service) => details.of(service),
      usageOf: (service) => this.#usage.seriesOf(service),
    };
    this.#changes = {};
    for (const listener of this.#listeners) listener();
  }
}

/** A run that nobody executes stands still at its last event. */
function lastMsOf(state: RunState | null): number {
  const last = state?.finishedAt ?? state?.lastAt ?? null;
  return last === null ? 0 : epochMsOf(last);
}
