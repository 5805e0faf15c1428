import type { Context, MiddlewareHandler } from 'hono';
import type { ServeContext, ServeEnv } from './context.ts';
import { SAFE_HEADERS } from './headers.ts';
import { isLoopback, isOurHost, isOurOrigin } from './listening.ts';
import { type Problem, problemBody } from './problem.ts';
import { carriesToken } from './token.ts';

type Served = Pick<ServeContext, 'listening' | 'token'>;

/** Answers with a problem. */
export function refuse(c: Context<ServeEnv>, problem: Problem): Response {
  if (problem.status === 401) c.header('www-authenticate', 'Bearer realm="slipway"');
  return c.json(problemBody(problem), problem.status);
}

/** Whether a request carries the token. */
export function isAuthorised(c: Context<ServeEnv>, { token }: Pick<ServeContext, 'token'>): boolean {
  return carriesToken(c.req.header('authorization'), token);
}

/** Who may load a page at all: whoever named us by a name of ours, and no page of another origin. */
export function onlyOurs(served: Served): MiddlewareHandler<ServeEnv> {
  return async (c, next) => {
    const isApi = isProtected(c.req.path);
    for (const [name, value] of Object.entries(SAFE_HEADERS)) c.header(name, value);
    c.header('cache-control', isApi ? 'no-store' : 'no-cache');
    const problem = foreign(c, served);
    return problem ? refuse(c, problem) : next();
  };
}

/** Asks for the token: always when others than this machine can reach us, else for what changes something. */
export function onlyWithToken(served: Served): MiddlewareHandler<ServeEnv> {
  return async (c, next) => {
    const isAction = c.req.path.startsWith('/api/actions/');
    if (!isProtected(c.req.path) || isAuthorised(c, served)) return next();
    if (isLoopback(served.listening.host) && !isAction) return next();
    const message = isAction ? 'Actions need the token' : 'This address needs the token';
    const remedy = 'Open the address that slipway serve printed, or enter the token that it was given';
    return refuse(c, { status: 401, code: 'token-needed', message, remedy });
  };
}

function isProtected(path: string): boolean {
  return path === '/metrics' || path === '/api' || path.startsWith('/api/');
}

function foreign(c: Context<ServeEnv>, { listening }: Served): Problem | null {
  const host = c.req.header('host');
  if (!isOurHost(host, listening)) {
    const remedy = `Open it under the address that it listens on, ${listening.host}, or start it with --host and that name`;
    return { status: 403, code: 'foreign-host', message: 'The Host of the request is none that this server listens on', remedy };
  }
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site');
  const isCrossSite = isProtected(c.req.path) && site !== undefined && site !== 'same-origin' && site !== 'none';
  if (isCrossSite || (origin !== undefined && !isOurOrigin(origin, host!)))
    return { status: 403, code: 'foreign-origin', message: 'The request comes from a page of another origin' };
  return null;
}
