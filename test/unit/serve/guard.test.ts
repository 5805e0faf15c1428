import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { addressOf, isLoopback, isOurHost, isOurOrigin } from '../../../src/serve/listening.ts';
import { carriesToken, readToken } from '../../../src/serve/token.ts';
import { mustFail } from '../../support/journal.ts';
import { ServedPhase, TOKEN } from '../../support/served-phase.ts';

const BEARER = { authorization: `Bearer ${TOKEN}` };
const FACTS = ['/api/session', '/api/runs', '/api/releases', '/metrics'];

describe('names', () => {
  test.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost', 'LocalHost'])('%s is this machine alone', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  test.each(['0.0.0.0', '::', '10.0.0.1', 'localhost.evil.example', '127.0.0.1.evil.example', '', '2130706433'])(
    '%s is not',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );

  const loopback = { host: '127.0.0.1', port: 7575 };

  test.each(['127.0.0.1:7575', 'localhost:7575', 'localhost', '[::1]:7575', '127.0.0.2:7575', 'localhost:9000'])(
    '%s names a server on loopback',
    (header) => {
      expect(isOurHost(header, loopback)).toBe(true);
    },
  );

  test.each([
    undefined,
    '',
    'evil.example',
    'evil.example:7575',
    '10.0.0.1:7575',
    'localhost.evil.example:7575',
    '127.0.0.1.evil.example',
    'localhost:7575@evil.example',
    'localhost:7575/evil',
    'localhost :7575',
    '[::1:7575',
    'localhost:port',
    'a,localhost',
  ])('%s does not', (header) => {
    expect(isOurHost(header, loopback)).toBe(false);
  });

  test('who listens on all addresses goes by any address, but by no name', () => {
    const all = { host: '0.0.0.0', port: 7575 };
    expect(isOurHost('10.1.2.3:7575', all)).toBe(true);
    expect(isOurHost('[fe80::1]:7575', all)).toBe(true);
    expect(isOurHost('evil.example:7575', all)).toBe(false);
    expect(addressOf(all)).toBe('http://127.0.0.1:7575');
    expect(addressOf({ host: '::1', port: 1 })).toBe('http://[::1]:1');
  });

  test('who listens under a name goes by it', () => {
    expect(isOurHost('Build-Box.lan:7575', { host: 'build-box.lan', port: 7575 })).toBe(true);
    expect(isOurHost('10.1.2.3:7575', { host: 'build-box.lan', port: 7575 })).toBe(false);
  });

  test('the origin is that of the address in the Host header', () => {
    expect(isOurOrigin('http://localhost:7575', 'localhost:7575')).toBe(true);
    for (const origin of [
      'null',
      'https://localhost:7575',
      'http://localhost:3000',
      'http://localhost',
      'http://127.0.0.1:7575',
      '',
    ])
      expect(isOurOrigin(origin, 'localhost:7575')).toBe(false);
  });
});

describe('tokens', () => {
  test('white space around one is not part of it', () => {
    expect(readToken(`  ${TOKEN}\n`, 'the file')).toEqual({ ok: true, value: TOKEN });
  });

  test.each(['', 'kurz', 'fifteen-letters', 'with a space in the middle', 'mit-Umlaut-äöü-0123456789', 'x'.repeat(2000)])(
    '%j is refused without being shown',
    (text) => {
      const problem = mustFail(readToken(text, 'the file'));
      expect(problem.code).toBe('token-unfit');
      if (text !== '') expect(JSON.stringify(problem)).not.toContain(text);
    },
  );

  test.each([
    [`Bearer ${TOKEN}`, true],
    [`bearer ${TOKEN}`, true],
    [`Bearer   ${TOKEN}`, true],
    [`Bearer ${TOKEN}x`, false],
    [`Bearer ${TOKEN.slice(1)}`, false],
    [`Bearer ${TOKEN.toUpperCase()}`, false],
    [`Basic ${TOKEN}`, false],
    [TOKEN, false],
    ['Bearer ', false],
    ['', false],
    [undefined, false],
  ])('%s is right: %s', (header, right) => {
    expect(carriesToken(header, TOKEN)).toBe(right);
  });
});

describe('on loopback', () => {
  test('facts need no token, and the session says whether the one that was sent is right', async () => {
    const phase = await ServedPhase.start({ metrics: async () => 'slipway_up 1\n' });
    for (const path of FACTS) expect((await phase.ask(path)).status, path).toBe(200);
    expect((await phase.ask('/api/session')).json).toMatchObject({ token: 'for-actions', authorised: false });
    expect((await phase.ask('/api/session', { headers: BEARER })).json).toMatchObject({ authorised: true });
    expect((await phase.ask('/api/session', { headers: { authorization: 'Bearer wrong' } })).json).toMatchObject({
      authorised: false,
    });
  });

  test('127.0.0.2 is loopback too, and is served under its own address', async () => {
    const phase = await ServedPhase.start({ host: '127.0.0.2' });
    const answer = await phase.ask('/api/session', { address: '127.0.0.2' });
    expect([answer.status, answer.json]).toMatchObject([200, { token: 'for-actions' }]);
  });

  test.each(['pause', 'resume', 'cancel', 'rollback'])(
    '%s needs the token, before anything else is looked at',
    async (action) => {
      const phase = await ServedPhase.start();
      for (const authorization of ['', 'Bearer', 'Bearer wrong', `Basic ${TOKEN}`, `Bearer ${TOKEN}x`]) {
        const answer = await phase.act(action, 'no json', { authorization });
        expect([answer.status, answer.json]).toMatchObject([401, { ok: false, code: 'token-needed' }]);
        expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
      }
      expect((await phase.act(action, 'no json')).json).toMatchObject({ code: 'bad-request' });
    },
  );
});

describe('where others can reach it', () => {
  test('everything but the bare page needs the token', async () => {
    const phase = await ServedPhase.start({ host: '0.0.0.0', metrics: async () => 'slipway_up 1\n' });
    for (const path of ['/', '/assets/app.js', '/assets/app.css', '/assets/icon.svg'])
      expect((await phase.ask(path)).status, path).toBe(200);
    const paths = [
      ...FACTS,
      '/api/stream',
      '/api/runs/20260204_140000',
      '/api/runs/x/logs',
      '/api/containers/log',
      '/api/nothing',
      '/api',
      '/api/',
    ];
    for (const path of paths) expect(await phase.ask(path), path).toMatchObject({ status: 401, json: { code: 'token-needed' } });
    for (const path of FACTS) expect((await phase.ask(path, { headers: BEARER })).status, path).toBe(200);
    expect((await phase.ask('/api/session', { headers: BEARER })).json).toMatchObject({ token: 'for-all', authorised: true });
  });

  test('by its own address, not by a name', async () => {
    const phase = await ServedPhase.start({ host: '0.0.0.0' });
    const own = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal);
    const address = own?.address ?? '127.0.0.1';
    expect((await phase.ask('/api/session', { address, headers: BEARER })).status).toBe(200);
    const rebound = await phase.ask('/api/session', { address, headers: { ...BEARER, host: `evil.example:${phase.port}` } });
    expect([rebound.status, rebound.json]).toMatchObject([403, { code: 'foreign-host' }]);
  });
});

describe('strangers', () => {
  test('a foreign Host is refused everywhere, with the token too', async () => {
    const phase = await ServedPhase.start();
    for (const path of ['/', '/assets/app.js', '/api/session', '/api/stream', '/metrics', '/nothing']) {
      const answer = await phase.ask(path, { headers: { ...BEARER, host: `evil.example:${phase.port}` } });
      expect([answer.status, answer.json], path).toMatchObject([403, { code: 'foreign-host' }]);
    }
  });

  test('a foreign Origin is refused, whatever the method and the token', async () => {
    const phase = await ServedPhase.start();
    for (const origin of [
      'http://evil.example',
      'null',
      `https://127.0.0.1:${phase.port}`,
      'http://localhost:3000',
      `http://localhost:${phase.port}`,
    ])
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const answer = await phase.ask('/api/actions/pause', { method, headers: { ...BEARER, origin } });
        expect([answer.status, answer.json], `${method} ${origin}`).toMatchObject([403, { code: 'foreign-origin' }]);
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    const ours = await phase.ask('/api/session', { headers: { origin: phase.address } });
    expect(ours.status).toBe(200);
  });

  test('what a browser sends for another site is refused, also without an Origin', async () => {
    const phase = await ServedPhase.start();
    const from = (site: string, path: string) => phase.ask(path, { headers: { 'sec-fetch-site': site } });
    expect((await from('cross-site', '/api/runs')).status).toBe(403);
    expect((await from('same-site', '/api/runs')).status).toBe(403);
    expect((await from('same-origin', '/api/runs')).status).toBe(200);
    expect((await from('none', '/api/runs')).status).toBe(200);
    // A link on another site may open the page.
    expect((await from('cross-site', '/')).status).toBe(200);
  });
});
