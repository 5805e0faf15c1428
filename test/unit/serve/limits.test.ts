import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../../src/serve/server.ts';
import { nodeDisk } from '../../../src/util/node-disk.ts';
import { EventStream } from '../../support/event-stream.ts';
import { eventually } from '../../support/eventually.ts';
import { eventsOf, must, mustFail, notice, RUN, started } from '../../support/journal.ts';
import { ServedPhase, TOKEN } from '../../support/served-phase.ts';

const PAGE = ['/', '/assets/app.js', '/assets/app.css', '/assets/icon.svg'];

/** A connection of its own, on which anything can be sent. */
function raw(port: number, text: string): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(text);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** All that is answered until the connection ends. */
async function answerTo(port: number, text: string): Promise<string> {
  const pieces: Buffer[] = [];
  const socket = raw(port, text);
  socket.on('data', (piece) => pieces.push(piece));
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(pieces).toString();
}

describe('every answer', () => {
  test('says what a browser may do, also when it is a refusal', async () => {
    const phase = await ServedPhase.start();
    for (const path of [...PAGE, '/api/session', '/api/stream?run=x', '/metrics', '/nothing', '/api/actions/pause']) {
      const { headers } = await phase.ask(path);
      expect(headers['content-security-policy'], path).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(headers, path).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
      });
      expect(headers['cache-control'], path).toBe(path.startsWith('/api') || path === '/metrics' ? 'no-store' : 'no-cache');
      expect(headers['access-control-allow-origin'], path).toBeUndefined();
    }
  });

  test('has the type of what it is', async () => {
    const phase = await ServedPhase.start();
    const types = await Promise.all(PAGE.map(async (path) => (await phase.ask(path)).headers['content-type']));
    expect(types).toEqual([
      'text/html; charset=utf-8',
      'text/javascript; charset=utf-8',
      'text/css; charset=utf-8',
      'image/svg+xml',
    ]);
    expect((await phase.ask('/assets/app.js')).text).toBe('let a;');
  });

  test('to HEAD has no body', async () => {
    const phase = await ServedPhase.start();
    for (const path of [...PAGE, '/api/session', '/api/runs']) {
      const answer = await phase.ask(path, { method: 'HEAD' });
      expect([answer.status, answer.text], path).toEqual([200, '']);
    }
  });
});

describe('what is not there', () => {
  test.each([
    '/nothing',
    '/api',
    '/api/',
    '/api/nothing',
    '/assets/',
    '/assets/../api/x',
    '/assets/app.js.map',
    '//evil.example',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
  ])('%s is answered as such', async (path) => {
    const phase = await ServedPhase.start();
    expect(await phase.ask(path)).toMatchObject({ status: 404, json: { ok: false, code: 'not-found' } });
  });

  test('metrics that are switched off say how to switch them on', async () => {
    const phase = await ServedPhase.start();
    expect(await phase.ask('/metrics')).toMatchObject({
      status: 404,
      json: { code: 'metrics-off', remedy: expect.stringContaining('monitoring.metrics') },
    });
  });

  test('metrics that are on come in the format that scrapers know', async () => {
    const phase = await ServedPhase.start({ metrics: async () => 'slipway_up 1\n' });
    const answer = await phase.ask('/metrics');
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([
      200,
      'slipway_up 1\n',
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
  });

  test('a method that a path does not take is named', async () => {
    const phase = await ServedPhase.start();
    const authorization = `Bearer ${TOKEN}`;
    for (const [method, path, allow] of [
      ['POST', '/', 'GET, HEAD'],
      ['DELETE', '/api/runs', 'GET, HEAD'],
      ['PUT', '/api/stream', 'GET, HEAD'],
      ['GET', '/api/actions/pause', 'POST'],
      ['DELETE', '/api/actions/rollback', 'POST'],
    ] as const) {
      const answer = await phase.ask(path, { method, headers: { authorization } });
      expect([answer.status, answer.headers.allow, answer.json], `${method} ${path}`).toMatchObject([
        405,
        allow,
        { code: 'method-not-allowed' },
      ]);
    }
  });
});

describe('what strangers send', () => {
  test('headers of any size are not taken', async () => {
    const phase = await ServedPhase.start();
    expect(await answerTo(phase.port, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    expect((await phase.ask('/')).status).toBe(200);
  });

  test.each([
    ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['HTTP 1.0 without a Host', 'GET /api/runs HTTP/1.0\r\n\r\n', /^HTTP\/1\.1 40[03] /],
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 40[03] /],
    ['a Host that is none', 'GET /api/runs HTTP/1.1\r\nHost: a b/c\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 40[03] /],
    [
      'an absolute address of another',
      'GET http://evil.example/api/runs HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
      /^HTTP\/1\.1 403 /,
    ],
    ['rubbish', '\u0000\u0001\u0002 rubbish\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n', /^HTTP\/1\.1 400 /],
    [
      'a length and pieces',
      'POST /api/actions/pause HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1\.1 400 /,
    ],
  ])('%s does no harm', async (_, text, expected) => {
    const phase = await ServedPhase.start();
    expect(await answerTo(phase.port, text)).toMatch(expected);
    expect((await phase.ask('/api/runs')).status).toBe(200);
  });

  test('bodies of any size are not read', async () => {
    const phase = await ServedPhase.start();
    const answer = await phase.act('pause', 'x'.repeat(8 << 20)).catch((error: NodeJS.ErrnoException) => error.code);
    // The connection may be closed before all is sent.
    if (typeof answer === 'object') expect(answer).toMatchObject({ status: 413, json: { code: 'too-large' } });
    else expect(['ECONNRESET', 'EPIPE']).toContain(answer);
    expect((await phase.ask('/api/runs')).status).toBe(200);
  });

  test('streams end at sixty-four, and there is room again when one goes', async () => {
    const phase = await ServedPhase.start();
    const streams = Array.from({ length: 64 }, () => new EventStream(phase.port));
    await eventually('all are open', () => streams.every(({ status }) => status === 200));
    expect(await phase.ask('/api/stream')).toMatchObject({ status: 503, json: { code: 'too-many-watchers' } });
    streams[0]!.kill();
    const next = await eventually('there is room', async () => {
      const stream = new EventStream(phase.port);
      await eventually('an answer', () => stream.status !== null);
      return stream.status === 200;
    });
    expect(next).toBe(true);
  });

  test('streams that were given up while their run was looked for take no place', async () => {
    let looking = 0;
    let letGo = () => {};
    const asked = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const list: typeof nodeDisk.list = async (path) => {
      looking += 1;
      await asked;
      return nodeDisk.list(path);
    };
    const phase = await ServedPhase.start({ disk: { ...nodeDisk, list } });
    await phase.record(eventsOf([started(['a'])]));
    const given = Array.from({ length: 64 }, () =>
      raw(phase.port, `GET /api/stream?run=${RUN} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
    );
    await eventually('all are looked for', () => looking === 64);
    for (const socket of given) socket.resetAndDestroy();
    expect((await phase.ask('/')).status).toBe(200);
    letGo();
    const stream = new EventStream(phase.port);
    await eventually('an answer', () => stream.status !== null);
    expect(stream.status).toBe(200);
  });

  test('connections end at 256, and others are served when they go', async () => {
    const phase = await ServedPhase.start();
    const sockets = Array.from({ length: 300 }, () => raw(phase.port, ''));
    await eventually('some are refused', () => sockets.filter(({ closed }) => closed).length === 44);
    for (const socket of sockets) socket.destroy();
    await eventually('others are served', async () => (await phase.ask('/').catch(() => null))?.status === 200);
  });
});

describe('a client that reads nothing', () => {
  test('makes the server hold little, and others see everything meanwhile', async () => {
    const phase = await ServedPhase.start();
    const events = eventsOf([started(['a']), ...Array.from({ length: 12_000 }, (_, i) => notice(`${i} ${'z'.repeat(2000)}`))]);
    await phase.record(events);
    global.gc?.();
    const before = process.memoryUsage();
    const slow = Array.from({ length: 10 }, () => {
      const socket = raw(phase.port, `GET /api/stream HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      socket.pause();
      return socket;
    });
    const reader = new EventStream(phase.port, { lastEventId: `${RUN}:11000` });
    await eventually('the other has all', () => reader.events.length === events.length - 11_000);
    const held = process.memoryUsage().external + process.memoryUsage().arrayBuffers - before.external - before.arrayBuffers;
    // 26 MB of journal for each of ten would be 260 MB.
    expect(held).toBeLessThan(64 << 20);
    for (const socket of slow) socket.destroy();
  });

  test('and over whose connection nothing goes is not kept', async () => {
    const phase = await ServedPhase.start();
    const never = new Promise<string>(() => {});
    const options = { ...phase.options, metrics: () => never };
    const server = must(await startServer(options, { idleLimitMs: 50 }));
    onTestFinished(() => server.close());
    expect(await answerTo(server.listening.port, 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n')).toBe('');
  });
});

describe('a server', () => {
  test('says that its port is taken', async () => {
    const phase = await ServedPhase.start();
    const other = mustFail(await startServer({ ...phase.options, port: phase.port }));
    expect(other).toMatchObject({ code: 'port-in-use', remedy: expect.stringContaining('--port') });
  });

  test.each(['203.0.113.7', 'no-such-host.invalid'])('says that %s is no address of this machine', async (host) => {
    const phase = await ServedPhase.start();
    expect(mustFail(await startServer({ ...phase.options, host }))).toMatchObject({ code: 'no-such-address' });
  });

  test('that ends leaves no connection open', async () => {
    const phase = await ServedPhase.start();
    const streams = [new EventStream(phase.port), new EventStream(phase.port)];
    const idle = raw(phase.port, 'GET / HTTP/1.1\r\n');
    const closed = new Promise((resolve) => idle.once('close', resolve));
    await eventually('they are open', () => streams.every(({ status }) => status === 200));
    await phase.stop();
    await Promise.all([...streams.map(({ ended }) => ended), closed]);
  });

  test('stays after a bug in what serves a request, and tells of it', async () => {
    const bugs: unknown[] = [];
    const phase = await ServedPhase.start({
      metrics: async () => {
        throw new Error('a secret detail');
      },
      onBug: (error) => void bugs.push(error),
    });
    const answer = await phase.ask('/metrics');
    expect([answer.status, answer.json]).toMatchObject([500, { code: 'internal-error' }]);
    expect(answer.text).not.toContain('secret');
    expect(bugs).toHaveLength(1);
    expect((await phase.ask('/api/runs')).status).toBe(200);
  });
});
