import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createApi } from '../../../../src/docker/api/client.ts';
import { probeOnce } from '../../../../src/docker/api/probe.ts';
import { apiVerbs, openApiSession } from '../../../../src/docker/api/verbs.ts';

let folder: string;
let server: Server | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sw-client-'));
});
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  server = null;
  await rm(folder, { recursive: true, force: true });
});

const socket = () => join(folder, 'docker.sock');

/** An engine that answers as the test says; on a socket, or on a port of its own. */
async function serve(listener: RequestListener, where: 'socket' | 'port' = 'socket'): Promise<number> {
  const created = createServer(listener);
  server = created;
  await new Promise<void>((resolve) =>
    where === 'socket' ? created.listen(socket(), resolve) : created.listen(0, '127.0.0.1', resolve),
  );
  return where === 'socket' ? 0 : (created.address() as AddressInfo).port;
}

const atSocket = () => createApi({ kind: 'unix', path: socket() });

describe('an engine that cannot be used', () => {
  test('is no engine when there is no socket', async () => {
    const result = await apiVerbs(openApiSession(atSocket())).observe([]);
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'no-engine', message: `no Docker engine answers at unix://${socket()}` },
    });
  });

  test('is a problem, not a hang, when it accepts and says nothing', async () => {
    await serve(() => {});
    const asking = atSocket().call({ method: 'GET', path: '/info', timeoutMs: 50 });
    await expect(asking).rejects.toMatchObject({ name: 'EngineUnavailable', problem: { code: 'no-engine' } });
  });

  test('is a problem, not a hang, when it stops in the middle of an answer', async () => {
    await serve((_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{"a":'));
    const asking = atSocket().call({ method: 'GET', path: '/info', timeoutMs: 50 });
    await expect(asking).rejects.toMatchObject({
      problem: { message: expect.stringContaining('no answer to GET /info in 0.05 s') },
    });
  });
});

describe('a request', () => {
  test('carries its query and its JSON body, over a socket or a port', async () => {
    const port = await serve((request, response) => {
      request.setEncoding('utf8');
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => response.end(JSON.stringify({ url: request.url, body, type: request.headers['content-type'] })));
    }, 'port');
    const api = createApi({ kind: 'tcp', host: '127.0.0.1', port, tls: null });
    const query = { name: 'a b', force: true, filters: '{"label":["x=1"]}' };
    expect(await api.call({ method: 'POST', path: '/containers/create', query, body: { Image: 'x' } })).toEqual({
      url: '/containers/create?name=a+b&force=true&filters=%7B%22label%22%3A%5B%22x%3D1%22%5D%7D',
      body: '{"Image":"x"}',
      type: 'application/json',
    });
  });

  test('that is refused says why in the engine’s own words', async () => {
    await serve((_request, response) => response.writeHead(409).end('{"message":"the name is in use"}'));
    const asking = atSocket().call({ method: 'POST', path: '/containers/create', body: {} });
    await expect(asking).rejects.toMatchObject({ name: 'EngineRefusal', status: 409, message: 'the name is in use' });
    const streaming = atSocket().stream({ method: 'GET', path: '/events' });
    await expect(streaming).rejects.toMatchObject({ name: 'EngineRefusal', status: 409, message: 'the name is in use' });
  });

  test('that only reads survives a connection that the engine closed while it was idle', async () => {
    let asked = 0;
    await serve((request, response) => {
      asked += 1;
      if (asked === 2) request.socket.destroy();
      else response.end('{"ok":true}');
    });
    const api = atSocket();
    await api.call({ method: 'GET', path: '/version' });
    expect(await api.call({ method: 'GET', path: '/version' })).toEqual({ ok: true });
    expect(asked).toBe(3);
  });
});

describe('a probe', () => {
  const http = (port: number, path: string, timeoutMs = 2000) =>
    probeOnce(atSocket(), { kind: 'http', host: '127.0.0.1', port, path }, 'unused', timeoutMs);

  test.each([
    [200, true],
    [204, true],
    [302, true],
    [404, false],
    [503, false],
  ])('takes status %i for good: %s', async (status, good) => {
    const port = await serve((_request, response) => response.writeHead(status, { location: '/elsewhere' }).end(), 'port');
    expect(await http(port, '/health')).toEqual({ good, answered: true, text: `GET /health: ${status}` });
  });

  test('does not take silence or a closed port for an answer', async () => {
    const port = await serve(() => {}, 'port');
    expect(await http(port, '/', 50)).toMatchObject({ good: false, answered: false });
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    expect(await http(port, '/')).toMatchObject({ good: false, answered: false });
    const tcp = await probeOnce(atSocket(), { kind: 'tcp', host: '127.0.0.1', port }, 'unused', 500);
    expect(tcp).toMatchObject({ good: false, answered: false });
  });

  test('takes an open port for good, but not one that closes at once as a forwarder does', async () => {
    const port = await serve(() => {}, 'port');
    const ask = () => probeOnce(atSocket(), { kind: 'tcp', host: '127.0.0.1', port }, 'unused', 2000);
    expect(await ask()).toMatchObject({ good: true, answered: true });
    server?.on('connection', (connection) => connection.destroy());
    expect(await ask()).toMatchObject({ good: false, answered: false });
  });
});
