import type { Instant } from '../../model/ids.ts';
import type { ContainerEvent } from '../port.ts';
import type { EngineApi } from './client.ts';
import { followEvents } from './event-stream.ts';

/** Enough for every start and stop of a fleet in one run; older ones are of no use to a new watcher. */
const KEPT_EVENTS = 5000;

/** A connection begins so much before the instant that its first watcher asks for, so that others who ask for earlier ones can share it. */
const EARLIER_MS = 10 * 60_000;

interface Watcher {
  readonly event: (event: ContainerEvent) => void;
  readonly lost: () => void;
}

interface Channel {
  readonly sinceMs: number;
  readonly kept: ContainerEvent[];
  readonly watchers: Set<Watcher>;
  readonly close: AbortController;
}

/**
 * Engine events for many watchers over one connection a project. A later watcher gets from memory what came since the instant that it
 * asks for; one that asks for an earlier instant than the connection has gets a connection of its own. The last to leave closes it.
 */
export class EventHub {
  readonly #api: EngineApi;
  readonly #channels = new Map<string, Channel>();

  constructor(api: EngineApi) {
    this.#api = api;
  }

  /** Events of the project's containers from `since` on, until the signal; `onLost` as the port says. */
  async *watch(
    project: string,
    {
      since,
      signal,
      onLost,
    }: { readonly since: Instant; readonly signal: AbortSignal; readonly onLost?: (() => void) | undefined },
  ): AsyncGenerator<ContainerEvent> {
    if (signal.aborted) return;
    const sinceMs = Date.parse(since);
    const channel = this.#join(project, sinceMs);
    const queue = channel.kept.filter((event) => Date.parse(event.at) >= sinceMs);
    let wake: () => void = () => {};
    const onEvent = (event: ContainerEvent) => {
      if (Date.parse(event.at) < sinceMs) return;
      queue.push(event);
      wake();
    };
    const onAbort = () => wake();
    const watcher: Watcher = { event: onEvent, lost: () => onLost?.() };
    channel.watchers.add(watcher);
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted) {
        const event = queue.shift();
        if (event) yield event;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#leave(project, channel, watcher);
    }
  }

  #join(project: string, sinceMs: number): Channel {
    const shared = this.#channels.get(project);
    if (shared && shared.sinceMs <= sinceMs) return shared;
    const fromMs = sinceMs - EARLIER_MS;
    const channel: Channel = { sinceMs: fromMs, kept: [], watchers: new Set(), close: new AbortController() };
    if (!shared) this.#channels.set(project, channel);
    void followEvents({
      api: this.#api,
      project,
      since: new Date(fromMs).toISOString(),
      signal: channel.close.signal,
      onEvent: (event) => {
        channel.kept.push(event);
        if (channel.kept.length > KEPT_EVENTS) channel.kept.shift();
        for (const watcher of channel.watchers) watcher.event(event);
      },
      onLost: () => {
        for (const watcher of channel.watchers) watcher.lost();
      },
    });
    return channel;
  }

  #leave(project: string, channel: Channel, watcher: Watcher): void {
    channel.watchers.delete(watcher);
    if (channel.watchers.size > 0) return;
    channel.close.abort();
    if (this.#channels.get(project) === channel) this.#channels.delete(project);
  }
}
