import type { ContainerId } from '../../model/ids.ts';
import type { ContainerEvent } from '../port.ts';
import type { Life } from './life.ts';

/** As many as the real engine remembers for a new watcher, and more than any watcher looks back. */
const KEPT = 5000;

interface Channel {
  /** What was dropped at the front. */
  dropped: number;
  kept: ContainerEvent[];
  /** Told that there is something new to read. */
  readonly watchers: Set<() => void>;
  readonly losers: Set<() => void>;
}

/** A watcher's question. */
export interface Watch {
  readonly project: string;
  readonly sinceMs: number;
  readonly signal: AbortSignal;
  /** The process that watches: with it the watching ends. */
  readonly life: Life;
  /** Told when the engine goes away. */
  readonly onLost?: (() => void) | undefined;
}

/** The engine's events by Compose project, on the engine's clock. Each watcher reads at its own pace; nothing is copied for it. */
export class EventLog {
  readonly #channels = new Map<string, Channel>();

  add(project: string, atMs: number, event: Omit<ContainerEvent, 'at'> & { readonly container: ContainerId }): void {
    const channel = this.#channel(project);
    channel.kept.push({ at: new Date(atMs).toISOString(), ...event });
    if (channel.kept.length > 2 * KEPT) {
      channel.dropped += channel.kept.length - KEPT;
      channel.kept = channel.kept.slice(-KEPT);
    }
    for (const news of channel.watchers) news();
  }

  /** The engine goes away: every connection breaks. */
  lose(): void {
    for (const { losers } of this.#channels.values()) for (const lost of [...losers]) lost();
  }

  /** Events of a project from an instant on, until the signal. */
  async *watch({ project, sinceMs, signal, life, onLost = () => {} }: Watch): AsyncGenerator<ContainerEvent> {
    const channel = this.#channel(project);
    let next = channel.dropped + firstSince(channel.kept, new Date(sinceMs).toISOString());
    let wake = () => {};
    const news = () => wake();
    // A function of its own: two watchers may be told by the same one.
    const lost = () => onLost();
    const leave = () => {
      channel.watchers.delete(news);
      channel.losers.delete(lost);
    };
    const forget = life.whenOver(leave);
    channel.watchers.add(news);
    channel.losers.add(lost);
    signal.addEventListener('abort', news);
    const wait = (resolve: () => void) => {
      wake = resolve;
    };
    try {
      while (!signal.aborted) {
        next = Math.max(next, channel.dropped);
        const event = channel.kept[next - channel.dropped];
        if (event !== undefined) {
          next += 1;
          yield event;
        } else await new Promise<void>(wait);
      }
    } finally {
      signal.removeEventListener('abort', news);
      leave();
      forget();
    }
  }

  #channel(project: string): Channel {
    const known = this.#channels.get(project);
    if (known) return known;
    const channel: Channel = { dropped: 0, kept: [], watchers: new Set(), losers: new Set() };
    this.#channels.set(project, channel);
    return channel;
  }
}

/** Instants of one form are in order as text. */
function firstSince(events: readonly ContainerEvent[], since: string): number {
  let from = 0;
  let to = events.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (events[middle]!.at < since) from = middle + 1;
    else to = middle;
  }
  return from;
}
