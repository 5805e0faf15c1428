import { Agent, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import Modem from 'docker-modem';
import { type EngineProblem, EngineUnavailable } from '../port.ts';
import { EngineRefusal, unreachable } from '../problem.ts';

/** Where the Engine API is: a socket file, or an address with or without client certificates (PEM texts). */
export type ApiEndpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string } | null;
    };

/**
 * One request. `body` is sent as JSON, a Buffer or a stream as a tar (a stream as fast as the engine takes it); `timeoutMs` bounds the whole
 * answer, of a stream its first byte. A list in the query gives the name once for each of its values.
 */
interface ApiRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly body?: object | Buffer | Readable;
  readonly timeoutMs?: number;
  /** Ends a stream. */
  readonly signal?: AbortSignal;
}

/** The Engine API. Every method throws EngineUnavailable (no engine, no permission, no answer in time) or EngineRefusal. */
export interface EngineApi {
  /** The JSON answer; an empty one is an empty Buffer. */
  call<T>(request: ApiRequest): Promise<T>;
  /** The answer as it comes. */
  stream(request: ApiRequest): Promise<IncomingMessage>;
}

/** An engine that says nothing for so long is as good as dead; removing a big image is the slowest of our calls. */
const DEFAULT_TIMEOUT_MS = 60_000;
const ACCEPTED = { 200: true, 201: true, 204: true, 304: true } as const;

/** A client for the endpoint; nothing is connected before the first request. */
export function createApi(endpoint: ApiEndpoint): EngineApi {
  const modem = new Modem(modemOptions(endpoint));
  const name = endpointName(endpoint);
  const dial = (request: ApiRequest, isStream: boolean) => dialOnce({ modem, name, request, isStream });
  return {
    call: async <T>(request: ApiRequest) => {
      try {
        return (await dial(request, false)) as T;
      } catch (error) {
        // The engine closes idle connections: a kept one may die just as it is used again. Only reading is safe to repeat.
        if (request.method !== 'GET' || !(error instanceof EngineUnavailable) || !isReset(error.cause)) throw error;
        return (await dial(request, false)) as T;
      }
    },
    stream: async (request) => (await dial(request, true)) as IncomingMessage,
  };
}

/** Stands in for an engine whose address cannot be used: every request fails with that problem. */
export function unusableApi(problem: EngineProblem): EngineApi {
  const fail = () => Promise.reject(new EngineUnavailable(problem));
  return { call: fail, stream: fail };
}

/** How an endpoint is named to the operator, as in DOCKER_HOST. */
function endpointName(endpoint: ApiEndpoint): string {
  return endpoint.kind === 'unix' ? `unix://${endpoint.path}` : `tcp://${endpoint.host}:${endpoint.port}`;
}

function modemOptions(endpoint: ApiEndpoint): Modem.ConstructorOptions {
  if (endpoint.kind === 'unix')
    return { socketPath: endpoint.path, protocol: 'http', agent: quiet(new Agent({ keepAlive: true })) };
  const { host, port, tls } = endpoint;
  if (!tls) return { host, port, protocol: 'http', agent: quiet(new Agent({ keepAlive: true })) };
  return { host, port, protocol: 'https', ...tls, agent: quiet(new TlsAgent({ keepAlive: true, ...tls })) };
}

/** docker-modem prints its options for debugging even when nobody reads it, all sockets of the agent included: most of a request's time. */
function quiet<T extends Agent>(agent: T): T {
  return Object.assign(agent, { [inspect.custom]: () => 'Agent' });
}

interface Dial {
  readonly modem: Modem;
  readonly name: string;
  readonly request: ApiRequest;
  readonly isStream: boolean;
}

function dialOnce({ modem, name, request, isStream }: Dial): Promise<unknown> {
  const { method, path, body, timeoutMs = DEFAULT_TIMEOUT_MS } = request;
  const query = new URLSearchParams(
    Object.entries(request.query ?? {}).flatMap(([key, value]) => [value].flat().map((one): [string, string] => [key, `${one}`])),
  );
  const isTar = Buffer.isBuffer(body) || body instanceof Readable;
  const controller = new AbortController();
  const abort = () => controller.abort();
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      controller.abort();
      reject(error);
    };
    const timer = setTimeout(() => {
      const problem = unreachable(name, new Error(`no answer to ${method} ${path} in ${timeoutMs / 1000} s`));
      fail(new EngineUnavailable(problem));
    }, timeoutMs);
    if (request.signal?.aborted) abort();
    request.signal?.addEventListener('abort', abort, { once: true });
    const options: Modem.DialOptions = {
      method,
      path: `${path}?${query}`,
      // Given both, docker-modem leaves the path and the body as they are here.
      options: { _query: {}, _body: isTar ? {} : (body ?? {}) },
      statusCodes: ACCEPTED,
      abortSignal: controller.signal,
      isStream,
      ...(isTar ? { file: body as Buffer | NodeJS.ReadableStream } : {}),
    };
    modem.dial(options, (error, answer) => {
      clearTimeout(timer);
      if (!isStream || error) request.signal?.removeEventListener('abort', abort);
      if (error) fail(translated(name, error));
      else {
        if (isStream) (answer as IncomingMessage).once('close', () => request.signal?.removeEventListener('abort', abort));
        resolve(answer);
      }
    });
  });
}

function translated(name: string, error: Error & { statusCode?: number; json?: unknown }): Error {
  if (error.statusCode === undefined) {
    const unavailable = new EngineUnavailable(unreachable(name, error));
    unavailable.cause = error;
    return unavailable;
  }
  const told = (error.json as { message?: unknown } | null)?.message;
  const text = typeof told === 'string' ? told : error.message.replace(/^\(HTTP code \d+\) .*? - /, '');
  return new EngineRefusal(error.statusCode, text.trim());
}

function isReset(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ECONNRESET' || code === 'EPIPE';
}
