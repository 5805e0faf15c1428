import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { makeDeliver } from '../../../../src/telemetry/outbox/deliver.ts';
import type { Destination, Letter } from '../../../../src/telemetry/outbox/letter.ts';
import { nameOf } from '../../../../src/telemetry/outbox/letter.ts';
import { systemClock } from '../../../../src/util/clock.ts';
import { isAlive } from '../../../support/alive.ts';
import { eventually } from '../../../support/eventually.ts';
import { scratchFolder } from '../../../support/journal.ts';
import { failure } from '../../../support/notifications.ts';
import { Receiver } from '../../../support/receiver.ts';

const NEVER = new AbortController().signal;
const NOTIFICATION: Letter = { kind: 'notification', id: 'n-1', notification: failure('a') };
const TRACE: Letter = { kind: 'trace', id: 't-1', body: '{"resourceSpans":[]}' };

function deliverer(env: Record<string, string> = {}, root = '/') {
  return makeDeliver({ clock: systemClock, env, root, version: '1.2.3' });
}

const webhook = (url: URL): Destination => ({ kind: 'webhook', address: { kind: 'url', url: url.href }, format: 'json' });
const otlp = (url: URL): Destination => ({
  kind: 'otlp',
  settings: { endpoint: url.origin, headersEnv: 'OTEL_KEY', timeoutMs: null },
});

describe('a webhook', () => {
  test.each([
    [204, { kind: 'delivered', remark: null }],
    [302, { kind: 'refused', why: 'it answers with a redirect (302), which is not followed' }],
    [400, { kind: 'refused', why: 'it answers 400' }],
    [408, { kind: 'failed', why: 'it answers 408', retryAfterMs: null }],
    [500, { kind: 'failed', why: 'it answers 500', retryAfterMs: null }],
  ])('that answers %i', async (status, sent) => {
    const receiver = await Receiver.open();
    receiver.answer = status;
    expect(await deliverer()(webhook(receiver.url()), NOTIFICATION, NEVER)).toEqual(sent);
    expect(receiver.received[0]!.headers).toMatchObject({ 'idempotency-key': 'n-1', 'user-agent': 'slipway/1.2.3' });
  });

  test('that asks for patience', async () => {
    const receiver = await Receiver.open();
    receiver.answer = (response) => response.writeHead(429, { 'retry-after': '3' }).end();
    expect(await deliverer()(webhook(receiver.url()), NOTIFICATION, NEVER)).toMatchObject({ kind: 'failed', retryAfterMs: 3000 });
  });

  test.each([
    [{ kind: 'env', name: 'HOOK' }, {}, 'the environment variable HOOK is not set'],
    [{ kind: 'env', name: 'HOOK' }, { HOOK: 'c3cret' }, 'the environment variable HOOK holds no address'],
    [{ kind: 'file', path: 'no/such' }, {}, 'the file no/such cannot be read'],
  ] as const)('whose address is not there: %j', async (address, env, why) => {
    const sent = await deliverer(env)({ kind: 'webhook', address, format: 'json' }, NOTIFICATION, NEVER);
    expect(sent).toMatchObject({ kind: 'refused', why: expect.stringContaining(why) });
    expect(JSON.stringify(sent)).not.toContain('c3cret');
  });
});

describe('a collector', () => {
  test('gets the body with the configured headers, compressed when that is asked for', async () => {
    const receiver = await Receiver.open();
    const env = { OTEL_KEY: 'api-key=abc', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' };
    expect(await deliverer(env)(otlp(receiver.url()), TRACE, NEVER)).toEqual({ kind: 'delivered', remark: null });
    const [got] = receiver.received;
    expect(got).toMatchObject({ path: '/v1/traces', headers: { 'api-key': 'abc', 'content-encoding': 'gzip' } });
    expect(gunzipSync(got!.body).toString()).toBe(TRACE.kind === 'trace' ? TRACE.body : '');
  });

  test('that did not take all says so once', async () => {
    const receiver = await Receiver.open();
    receiver.answer = (response) =>
      response.end(JSON.stringify({ partialSuccess: { rejectedSpans: '2', errorMessage: 'too old' } }));
    const sent = await deliverer({ OTEL_KEY: '' })(otlp(receiver.url()), TRACE, NEVER);
    expect(sent).toEqual({ kind: 'delivered', remark: '2 spans were not taken: too old' });
  });

  test('without its headers is not even asked', async () => {
    const receiver = await Receiver.open();
    expect(await deliverer()(otlp(receiver.url()), TRACE, NEVER)).toMatchObject({ kind: 'refused' });
    expect(receiver.received).toEqual([]);
  });
});

describe('a command', () => {
  const command = (...words: string[]): Destination => ({ kind: 'command', command: words });

  test('that fails, and one that is not there', async () => {
    const send = deliverer({ PATH: process.env.PATH! });
    expect(await send(command('sh', '-c', 'exit 3'), NOTIFICATION, NEVER)).toEqual({
      kind: 'failed',
      why: 'it ended with 3',
      retryAfterMs: null,
    });
    expect(await send(command('./none'), NOTIFICATION, NEVER)).toEqual({ kind: 'refused', why: 'it cannot be started (ENOENT)' });
  });

  test('that reads nothing of its stdin and prints much is fine', async () => {
    const send = deliverer({ PATH: process.env.PATH! });
    expect(await send(command('sh', '-c', 'head -c 3000000 /dev/zero'), NOTIFICATION, NEVER)).toMatchObject({
      kind: 'delivered',
    });
  });

  test('that is stopped is ended with all that it started', async () => {
    const root = await scratchFolder();
    const stop = new AbortController();
    const script = 'sleep 600 & echo $! > child; echo $$ > own; wait';
    const sending = deliverer({ PATH: process.env.PATH! }, root)(command('sh', '-c', script), NOTIFICATION, stop.signal);
    const pid = (name: string) => () => {
      try {
        return Number(readFileSync(join(root, name), 'utf8')) || null;
      } catch {
        return null;
      }
    };
    const pids = [await eventually('it runs', pid('child')), await eventually('it runs', pid('own'))];
    stop.abort();
    expect(await sending).toMatchObject({ kind: 'failed' });
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

test('destinations are called by what is no secret', () => {
  const hook = webhook(new URL('https://u:c3cret@hooks.example.com:8443/c3cret?c3cret=1'));
  expect(nameOf(hook)).toBe('the webhook at hooks.example.com:8443');
  expect(nameOf({ kind: 'command', command: ['./tell', 'c3cret'] })).toBe('the command ./tell');
  expect(nameOf({ kind: 'webhook', address: { kind: 'file', path: 'secrets/x' }, format: 'slack' })).toBe(
    'the webhook of secrets/x',
  );
});
