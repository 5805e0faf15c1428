import type { NotifyOn } from '../fleet/telemetry-types.ts';
import type { Event } from '../journal/events.ts';
import { journalPath } from '../journal/file-journal.ts';
import { LIVE_ONLY, readJournal } from '../journal/read-journal.ts';
import { runFolder } from '../journal/runs.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { LiveRun } from '../run/rebuild-types.ts';
import type { Clock } from '../util/clock.ts';
import type { Disk } from '../util/disk.ts';
import { instantAt } from '../util/instant.ts';
import { NotificationFeed } from './notify/feed.ts';
import { type Notification, wants } from './notify/notification.ts';
import { otlpDestination, resourceOf } from './otlp/destination.ts';
import { otlpBodies } from './otlp/otlp-json.ts';
import { spansToSend } from './otlp/trace.ts';
import { readAddress } from './outbox/address.ts';
import { makeDeliver } from './outbox/deliver.ts';
import type { LaneReport } from './outbox/lane.ts';
import type { Destination } from './outbox/letter.ts';
import { Outbox } from './outbox/outbox.ts';
import { removeSpool, writeSpool } from './outbox/spool.ts';
import { reportsToTell, unusableDestination } from './tell.ts';

/** How long a letter is tried, by the process of the run or by the one that goes on after it. */
export const GIVE_UP_AFTER_MS = 5 * 60_000;
/** How long the end of a run takes for it; making the trace of 1,000 services is 0.4 s of that. */
const WAIT_AT_END_MS = 1000;

export interface TelemetryDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly version: string;
  /** Tells the operator at once. */
  readonly say: (diagnostic: Diagnostic) => void;
  /** Starts a process that goes on with a spool after this one has ended; false = it could not be started. */
  readonly startDeliverer: (spool: string) => Promise<boolean>;
}

interface Reader {
  /** Null: gets the trace. */
  readonly on: readonly NotifyOn[] | null;
  readonly destination: Destination;
}

/**
 * Tells others of a run while it goes on: notifications as they come about, the trace at its end. A pure consumer of events: nothing of the
 * run waits for it, and nothing that goes wrong here is more than a line for the operator.
 */
export class RunTelemetry {
  readonly #live: LiveRun;
  readonly #deps: TelemetryDeps;
  readonly #readers: readonly Reader[];
  readonly #outbox: Outbox;
  readonly #feed: NotificationFeed;
  readonly #firstSeq: number;
  #letters = 0;

  constructor(live: LiveRun, deps: TelemetryDeps) {
    const { settings, root, projects } = live.fleet;
    const { notifications, otel } = settings.monitoring;
    this.#live = live;
    this.#deps = deps;
    this.#readers = [
      ...notifications.map(({ on, to }) => ({ on, destination: to })),
      ...(otel ? [{ on: null, destination: { kind: 'otlp' as const, settings: otel } }] : []),
    ];
    const { clock, env, version } = deps;
    const destinations = this.#readers.map(({ destination }) => destination);
    const deliver = makeDeliver({ clock, env, root, version });
    this.#outbox = new Outbox(destinations, { deliver, clock, giveUpAfterMs: GIVE_UP_AFTER_MS });
    this.#feed = new NotificationFeed(projects.map(({ name }) => name).join(', '), live.state);
    this.#firstSeq = live.state.lastSeq;
  }

  /** Says at the start of the run, when there is time to mend it, which destinations cannot be used. */
  async checkDestinations(): Promise<void> {
    const { env, say } = this.#deps;
    for (const { destination } of this.#readers) {
      const usable =
        destination.kind === 'webhook'
          ? await readAddress(destination.address, { env, root: this.#live.fleet.root })
          : destination.kind === 'otlp'
            ? otlpDestination(destination.settings, env)
            : null;
      if (usable && !usable.ok) say(unusableDestination(destination, usable.error));
    }
  }

  /** Takes in the next event of the run. */
  take(event: Event): void {
    this.#notify(this.#feed.take(event));
  }

  /** After the last event: sends the trace, waits a moment for what is under way, and leaves the rest to another process. What to tell of it. */
  async finish(): Promise<readonly Diagnostic[]> {
    const { clock } = this.#deps;
    const beganMs = clock.now();
    this.#notify(this.#feed.stopped(instantAt(clock.now())));
    const unread = await this.#sendTrace();
    const reports = await this.#outbox.close(Math.max(0, beganMs + WAIT_AT_END_MS - clock.now()));
    const isGoingOn = await this.#goOn(reports);
    return [...unread, ...reportsToTell(reports, isGoingOn ? 'in-background' : 'given-up')];
  }

  #notify(notifications: readonly Notification[]): void {
    for (const notification of notifications)
      this.#readers.forEach(({ on }, reader) => {
        if (on === null || !wants(on, notification)) return;
        this.#outbox.send(reader, { kind: 'notification', id: this.#nextId(), notification });
      });
  }

  async #sendTrace(): Promise<readonly Diagnostic[]> {
    const reader = this.#readers.findIndex(({ on }) => on === null);
    if (reader < 0) return [];
    const { disk, env, version } = this.#deps;
    const { fleet, run } = this.#live;
    const read = await readJournal(disk, journalPath(runFolder(fleet.root, run)), { skip: LIVE_ONLY });
    if (!read.ok) return [{ ...read.error, severity: 'warning' }];
    const bodies = otlpBodies(spansToSend(read.value.events), { resource: resourceOf(version, env), version });
    for (const body of bodies) this.#outbox.send(reader, { kind: 'trace', id: this.#nextId(), body });
    return [];
  }

  /** Whether somebody goes on; nothing is left behind otherwise. */
  async #goOn(reports: readonly LaneReport[]): Promise<boolean> {
    const lanes = reports
      .filter(({ waiting }) => waiting.length > 0)
      .map(({ destination, waiting }) => ({ destination, letters: waiting }));
    if (lanes.length === 0) return true;
    const { disk, clock, pid, startDeliverer } = this.#deps;
    const spool = { version: 1 as const, root: this.#live.fleet.root, lanes };
    try {
      const path = await writeSpool(disk, spool, { nowMs: clock.now(), pid });
      if (await startDeliverer(path)) return true;
      await removeSpool(disk, path);
      return false;
    } catch {
      // A full or read-only disk: the operator is told that it is given up.
      return false;
    }
  }

  /** The same letter has the same id at every try, so that a receiver can tell that it has it already. */
  #nextId(): string {
    this.#letters += 1;
    return `${this.#live.run}-${this.#firstSeq}-${this.#letters}`;
  }
}
