import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { errorCode } from '../util/fs-error.ts';
import { createApp } from './app.ts';
import type { ServeContext, ServeOptions } from './context.ts';
import { Feeds } from './feeds.ts';
import { History } from './history.ts';
import { KnownRuns } from './known-runs.ts';
import { addressOf, type Listening } from './listening.ts';
import { Sampler } from './sampler.ts';
import { Streams } from './streams.ts';

/** Limits of what strangers can make us hold. */
const MAX_CONNECTIONS = 256;
const MAX_STREAMS = 64;
const MAX_HEADER_BYTES = 16 << 10;
/** How long a client may take to send a request, milliseconds. */
const REQUEST_LIMIT_MS = 10_000;
const KEEP_ALIVE_MS = 5000;
/** A connection over which nothing goes for so long is ended, milliseconds: a rollback takes a minute to begin, a stream shows itself oftener. */
const IDLE_LIMIT_MS = 120_000;

/** A server that listens. */
export interface RunningServer {
  readonly listening: Listening;
  /** To open in a browser. */
  readonly address: string;
  /** Ends all connections; resolves when the port is free. */
  close(): Promise<void>;
}

/** Starts to serve; errors `port-in-use`, `no-permission`, `no-such-address`, `cannot-listen`. */
export async function startServer(
  options: ServeOptions,
  { idleLimitMs }: { readonly idleLimitMs: number } = { idleLimitMs: IDLE_LIMIT_MS },
): Promise<Result<RunningServer, Diagnostic>> {
  const closing = new AbortController();
  const { fleet, clock, host } = options;
  const listening = { host, port: options.port };
  const known = new KnownRuns(fleet.root, fleet.phase);
  const context: ServeContext = {
    ...options,
    listening,
    feeds: new Feeds({ root: fleet.root, phase: fleet.phase }, clock),
    sampler: new Sampler(options.watch, { clock, everyMs: options.refreshMs }),
    history: new History({ ...options, known }),
    known,
    streams: new Streams(MAX_STREAMS),
    closing: closing.signal,
  };
  const server = makeServer(context);
  // Also for clients that take nothing of what they asked for: they would keep everybody else out for ever.
  server.timeout = idleLimitMs;
  const failed = await listen(server, options);
  if (failed) return err(failed);
  listening.port = (server.address() as AddressInfo).port;
  const close = async () => {
    closing.abort();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return ok({ listening, address: addressOf(listening), close });
}

function makeServer(context: ServeContext): Server {
  const server = createAdaptorServer({
    fetch: createApp(context).fetch,
    overrideGlobalObjects: false,
    serverOptions: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: REQUEST_LIMIT_MS,
      requestTimeout: REQUEST_LIMIT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: KEEP_ALIVE_MS,
    },
  }) as Server;
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

async function listen(server: Server, { host, port }: Pick<ServeOptions, 'host' | 'port'>): Promise<Diagnostic | null> {
  return new Promise((resolve) => {
    server.once('error', (error) => resolve(listenProblem(error, { host, port })));
    server.listen({ host, port, exclusive: true }, () => resolve(null));
  });
}

function listenProblem(error: Error, { host, port }: Listening): Diagnostic {
  const where = `${host}, port ${port}`;
  const severity = 'error';
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return {
        code: 'port-in-use',
        severity,
        message: `Something listens on ${where} already`,
        remedy: 'Give another with --port, or 0 for any that is free',
      };
    case 'EACCES':
      return { code: 'no-permission', severity, message: `${where} may not be used`, remedy: 'Ports below 1024 are for root' };
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return { code: 'no-such-address', severity, message: `This machine has no address ${host}`, remedy: 'See: ip addr' };
    default:
      return { code: 'cannot-listen', severity, message: `Cannot listen on ${where}: ${error.message}` };
  }
}
