/** The HTTP side that the Node services share: handlers in, a small server out. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/** What a caller did wrong; answered with 400 and the message. */
export class BadRequest extends Error {}

/**
 * A server for handlers named "METHOD /path". A GET handler gets the URL's query, a POST handler the JSON body.
 * An object is answered as JSON, `{ type, text }` as it is.
 */
export function serverOf(name, folder, handlers) {
  const version = () => ({ service: name, version: builtVersion(folder) });
  const routes = { 'GET /version': version, ...handlers };
  return createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const handler = routes[`${request.method} ${url.pathname}`];
    try {
      if (!handler) throw Object.assign(new BadRequest(`${name} has no ${request.method} ${url.pathname}`), { status: 404 });
      send(response, 200, handler(request.method === 'GET' ? url.searchParams : await bodyOf(request)));
    } catch (problem) {
      if (!(problem instanceof BadRequest)) console.error(problem);
      const status = problem instanceof BadRequest ? (problem.status ?? 400) : 500;
      send(response, status, { error: status === 500 ? 'internal error' : problem.message });
    }
  });
}

/** Serve on PORT until TERM, then close every connection and end with code 0. */
export function run(name, folder, handlers) {
  const server = serverOf(name, folder, handlers);
  process.once('SIGTERM', () => {
    server.close();
    server.closeAllConnections();
  });
  server.listen(Number(process.env.PORT), () => console.log(`${name} ${builtVersion(folder)} listens on ${process.env.PORT}`));
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new BadRequest('the body is not JSON');
  }
}

function send(response, status, payload) {
  const json = payload.text === undefined || payload.type === undefined;
  response.writeHead(status, { 'content-type': json ? 'application/json' : payload.type });
  response.end(json ? JSON.stringify(payload) : payload.text);
}

/** What the image build wrote; sources that run outside an image have none. */
function builtVersion(folder) {
  try {
    return readFileSync(new URL('VERSION', folder), 'utf8').trim();
  } catch (problem) {
    if (problem.code !== 'ENOENT') throw problem;
    return 'unbuilt';
  }
}
