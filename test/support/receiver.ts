import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { within } from './rig/within.ts';

/** A request as it was received. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** How a request is answered: with a status, by a function, or never. */
export type Answering = number | 'never' | ((response: ServerResponse, received: Received) => void);

/** An HTTP server on loopback that keeps what it gets, and answers as the test says. */
export class Receiver {
  readonly received: Received[] = [];
  /** Answers of the next requests, one each; after them `answer` counts. */
  readonly next: Answering[] = [];
  answer: Answering = 200;
  readonly #server: Server;
  readonly #scheme: string;
  #wake: () => void = () => {};

  /** A receiver that is gone when the test ends. */
  static async open(tls?: { readonly key: string; readonly cert: string }): Promise<Receiver> {
    const receiver = new Receiver(tls);
    onTestFinished(() => receiver.close());
    await new Promise<void>((listening) => receiver.#server.listen(0, '127.0.0.1', listening));
    return receiver;
  }

  private constructor(tls?: { readonly key: string; readonly cert: string }) {
    const serve = (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response);
    this.#server = tls ? createTlsServer(tls, serve) : createServer(serve);
    this.#scheme = tls ? 'https' : 'http';
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  url(path = '/'): URL {
    return new URL(path, `${this.#scheme}://127.0.0.1:${this.port}`);
  }

  /** All requests once there are so many. */
  async requests(count: number): Promise<readonly Received[]> {
    const enough = async () => {
      while (this.received.length < count)
        await new Promise<void>((wake) => {
          this.#wake = wake;
        });
      return this.received;
    };
    return within(enough(), () => `${this.received.length} of ${count} requests have come`);
  }

  /** The bodies as JSON. */
  bodies<T>(): T[] {
    return this.received.map(({ body }) => JSON.parse(body.toString('utf8')) as T);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url: path = '', headers } = request;
    const received = { method, path, headers, body: Buffer.concat(chunks) };
    this.received.push(received);
    const answer = this.next.shift() ?? this.answer;
    if (typeof answer === 'function') answer(response, received);
    if (typeof answer === 'number') response.writeHead(answer).end();
    this.#wake();
  }
}
