import type { EventText } from './kept-events.ts';

/** How far a client has come: it has all events of the run up to this one. */
export interface Position {
  readonly run: string;
  readonly seq: number;
}

/** One server-sent event (WHATWG HTML, 9.2) with a JSON value, which has no line ends. */
export function frame(event: string, value: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(value)}\n\n`;
}

/** Journal events as one frame, whose id says up to where a client that got it has come. */
export function eventsFrame(run: string, events: readonly EventText[]): string {
  return `event: events\nid: ${run}:${events.at(-1)!.seq}\ndata: [${events.map((e) => e.text).join(',')}]\n\n`;
}

/** What a client passes over: it only shows that we are there. */
export const HEARTBEAT = ': here\n\n';

/** Reads a Last-Event-ID header; null when there is none or it is not one of ours. */
export function readPosition(id: string | undefined): Position | null {
  const match = /^(\d{8}_\d{6}(?:_\d+)?):(\d{1,15})$/.exec(id ?? '');
  return match ? { run: match[1]!, seq: Number(match[2]) } : null;
}
