import { setTimeout as wait } from 'node:timers/promises';
import type { Instant } from '../../model/ids.ts';
import { COMPOSE_LABEL } from '../labels.ts';
import type { ContainerEvent } from '../port.ts';
import type { EngineApi } from './client.ts';
import { containerEvent, type RawEvent, WATCHED_ACTIONS } from './event-view.ts';

/** What one connection to the engine's events serves. */
export interface EventSource {
  readonly api: EngineApi;
  readonly project: string;
  readonly since: Instant;
  readonly signal: AbortSignal;
  readonly onEvent: (event: ContainerEvent) => void;
  /** A connection that stood has ended without our doing. */
  readonly onLost: () => void;
}

const RECONNECT_MS = [100, 300, 1000, 2000] as const;

/**
 * Follows the events of a project's containers until the signal. A broken connection is made anew from the last event on, so an
 * engine that restarts loses nothing but what it forgot itself (it keeps the last 256 events).
 */
export async function followEvents(source: EventSource): Promise<void> {
  let sinceMs = Date.parse(source.since);
  const seen = new Set<string>();
  for (let attempt = 0; !source.signal.aborted; attempt += 1) {
    let stood = false;
    try {
      const stream = await openStream(source, sinceMs);
      stood = true;
      for await (const line of jsonLines(stream)) {
        attempt = 0;
        const raw = JSON.parse(line) as RawEvent;
        const event = containerEvent(raw);
        const key = `${raw.timeNano} ${raw.Action} ${raw.Actor.ID}`;
        if (!event || seen.has(key)) continue;
        const atMs = raw.timeNano / 1e6;
        // Only events of the instant that a new connection begins with can come twice.
        if (atMs - sinceMs > 1) seen.clear();
        seen.add(key);
        sinceMs = Math.max(sinceMs, atMs);
        source.onEvent(event);
      }
    } catch {
      // The watchers also look for themselves: a lost connection makes them slower, not wrong.
    }
    if (stood && !source.signal.aborted) source.onLost();
    await wait(RECONNECT_MS[Math.min(attempt, RECONNECT_MS.length - 1)], null, { signal: source.signal, ref: false }).catch(
      () => {},
    );
  }
}

function openStream({ api, project, signal }: EventSource, sinceMs: number) {
  const filters = { type: ['container'], label: [`${COMPOSE_LABEL.project}=${project}`], event: WATCHED_ACTIONS };
  const query = { since: (sinceMs / 1000).toFixed(6), filters: JSON.stringify(filters) };
  return api.stream({ method: 'GET', path: '/events', query, signal });
}

async function* jsonLines(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let open = '';
  for await (const chunk of stream) {
    const parts = (open + chunk.toString('utf8')).split('\n');
    open = parts.pop() ?? '';
    for (const line of parts) if (line.trim()) yield line;
  }
}
