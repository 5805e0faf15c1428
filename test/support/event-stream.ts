import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import { onTestFinished } from 'vitest';
import type { Event } from '../../src/journal/events.ts';

/** A message of the server's stream. */
export interface Message {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** A client of `/api/stream` that notes what it is told. */
export class EventStream {
  readonly messages: Message[] = [];
  readonly ended: Promise<void>;
  /** Null until the answer begins. */
  status: number | null = null;
  bytes = 0;
  readonly #request: ClientRequest;
  #answer: IncomingMessage | null = null;

  constructor(port: number, { query = '', lastEventId = '', cutAfterBytes = Number.POSITIVE_INFINITY } = {}) {
    const headers = lastEventId === '' ? {} : { 'last-event-id': lastEventId };
    this.#request = get({ host: '127.0.0.1', port, path: `/api/stream${query}`, headers, agent: false });
    this.ended = this.#read(cutAfterBytes);
    onTestFinished(() => this.kill());
  }

  /** All journal events so far, in the order they came. */
  get events(): Event[] {
    return this.messages.filter(({ event }) => event === 'events').flatMap(({ data }) => data as Event[]);
  }

  get seqs(): number[] {
    return this.events.map(({ seq }) => seq);
  }

  /** What a client that knows all this sends when it comes back. */
  get lastId(): string {
    return this.messages.findLast(({ id }) => id !== undefined)?.id ?? '';
  }

  named(event: string): Record<string, unknown>[] {
    return this.messages.filter((message) => message.event === event).map(({ data }) => data as Record<string, unknown>);
  }

  /** Breaks the connection as a network does. */
  kill(): void {
    this.#request.destroy();
  }

  /** From now on it takes nothing from the network. */
  stopReading(): void {
    this.#answer!.pause();
  }

  goOnReading(): void {
    this.#answer!.resume();
  }

  #read(cutAfterBytes: number): Promise<void> {
    const parser = createParser({
      onEvent: ({ event = '', id, data }) => void this.messages.push({ event, id, data: JSON.parse(data) }),
    });
    return new Promise((resolve) => {
      this.#request.on('error', () => resolve());
      this.#request.on('response', (answer) => {
        this.status = answer.statusCode!;
        this.#answer = answer;
        answer.on('error', () => resolve());
        answer.on('close', () => resolve());
        const decoder = new TextDecoder();
        answer.on('data', (piece: Buffer) => {
          const taken = piece.subarray(0, Math.max(0, cutAfterBytes - this.bytes));
          this.bytes += taken.length;
          parser.feed(decoder.decode(taken, { stream: true }));
          if (this.bytes >= cutAfterBytes) this.kill();
        });
      });
    });
  }
}
