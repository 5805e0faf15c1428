import type { ContainerId } from '../../model/ids.ts';
import type { ContainerEvent } from '../port.ts';
import type { Life } from './life.ts';

/** As many as the real engine remembers for a new watcher, and more than any watcher looks back. */
const KEPT = 5000;

interface Channel {
  /** What was dropped at the front. */
  dropped: number;
  kept: ContainerEvent[];
  readonly wakers: Set<() => void>;
}

/** A watcher's question. */
export interface Watch {
  readonly project: string;
  readonly sinceMs: number;
  readonly signal: AbortSignal;
  /** The process that watches: with it the watching ends. */
  readonly life: Life;
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
    const wakers = [...channel.wakers];
    channel.wakers.clear();
    for (const wake of wakers) wake();
  }

  /** Events of a project from an instant on, until the signal. */
  async *watch({ project, sinceMs, signal, life }: Watch): AsyncGenerator<ContainerEvent> {
    const channel = this.#channel(project);
    const since = new Date(sinceMs).toISOString();
    let next = channel.dropped + firstSince(channel.kept, since);
    while (!signal.aborted) {
      next = Math.max(next, channel.dropped);
      const event = channel.kept[next - channel.dropped];
      if (event === undefined) await news(channel, signal, life);
      else {
        next += 1;
        yield event;
      }
    }
  }

  #channel(project: string): Channel {
    const known = this.#channels.get(project);
    if (known) return known;
    const channel: Channel = { dropped: 0, kept: [], wakers: new Set() };
    this.#channels.set(project, channel);
    return channel;
  }
}

function news(channel: Channel, signal: AbortSignal, life: Life): Promise<void> {
  return new Promise((resolve) => {
    const forget = life.whenOver(() => channel.wakers.delete(wake));
    const wake = () => {
      forget();
      channel.wakers.delete(wake);
      signal.removeEventListener('abort', wake);
      if (!life.over) resolve();
    };
    channel.wakers.add(wake);
    signal.addEventListener('abort', wake, { once: true });
  });
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
