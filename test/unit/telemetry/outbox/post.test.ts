import { expect, test } from 'vitest';
import { type PostRequest, post } from '../../../../src/telemetry/outbox/post.ts';
import { systemClock } from '../../../../src/util/clock.ts';
import { HandClock } from '../../../support/journal.ts';
import { LOOPBACK_TLS } from '../../../support/loopback-certificate.ts';
import { Receiver } from '../../../support/receiver.ts';

const NEVER = new AbortController().signal;

function request(url: URL, changes: Partial<PostRequest> = {}): PostRequest {
  return { url, headers: { 'x-a': 'b' }, body: '{"a":1}', timeoutMs: 5000, maxAnswerBytes: 0, ...changes };
}

function send(url: URL, changes: Partial<PostRequest> = {}) {
  return post(request(url, changes), systemClock, NEVER);
}

test('posts the body with its headers', async () => {
  const receiver = await Receiver.open();
  expect(await send(receiver.url('/hook?x=1'))).toMatchObject({ kind: 'answered', status: 200, body: '' });
  const [got] = receiver.received;
  expect(got).toMatchObject({ method: 'POST', path: '/hook?x=1', headers: { 'x-a': 'b', 'content-length': '7' } });
  expect(got!.body.toString()).toBe('{"a":1}');
});

test('a receiver that never answers is given up at the time-out, and not before', async () => {
  const receiver = await Receiver.open();
  receiver.answer = 'never';
  const clock = new HandClock();
  let posted: unknown = null;
  const sending = post(request(receiver.url()), clock, NEVER).then((one) => {
    posted = one;
    return one;
  });
  await receiver.requests(1);
  clock.advance(4999);
  await new Promise((turn) => setImmediate(turn));
  expect(posted).toBeNull();
  clock.advance(1);
  expect(await sending).toEqual({ kind: 'no-answer', why: 'no answer within 5.0s', hopeless: false });
});

test('an abort ends it at once', async () => {
  const receiver = await Receiver.open();
  receiver.answer = 'never';
  const stop = new AbortController();
  const sending = post(request(receiver.url()), new HandClock(), stop.signal);
  await receiver.requests(1);
  stop.abort();
  expect(await sending).toMatchObject({ kind: 'no-answer', hopeless: false });
  expect(await post(request(receiver.url()), new HandClock(), stop.signal)).toMatchObject({ kind: 'no-answer' });
});

test('an answer without end counts by its status, and no more of it is read than asked for', async () => {
  const receiver = await Receiver.open();
  let closed = () => {};
  const gone = new Promise<void>((resolve) => {
    closed = resolve;
  });
  receiver.answer = (response) => {
    response.writeHead(200);
    response.once('close', closed);
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(1 << 16)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  };
  expect(await send(receiver.url())).toMatchObject({ kind: 'answered', status: 200, body: '' });
  await gone;
  const read = await send(receiver.url(), { maxAnswerBytes: 100 });
  expect(read).toMatchObject({ kind: 'answered', body: 'x'.repeat(100) });
});

test('an answer whose body never comes counts by its status at the time-out', async () => {
  const receiver = await Receiver.open();
  receiver.answer = (response) => {
    response.writeHead(503, { 'retry-after': '7' });
    response.write('par');
  };
  const sending = send(receiver.url(), { maxAnswerBytes: 100, timeoutMs: 1000 });
  expect(await sending).toMatchObject({ kind: 'answered', status: 503, retryAfter: '7', body: 'par' });
});

test('a redirect is not followed', async () => {
  const receiver = await Receiver.open();
  receiver.answer = (response) => response.writeHead(307, { location: '/elsewhere' }).end();
  expect(await send(receiver.url())).toMatchObject({ kind: 'answered', status: 307 });
  expect(receiver.received).toHaveLength(1);
});

test('nobody listens', async () => {
  const receiver = await Receiver.open();
  const url = receiver.url();
  await receiver.close();
  expect(await send(url)).toEqual({ kind: 'no-answer', why: 'connection refused', hopeless: false });
});

test('a connection that is cut', async () => {
  const receiver = await Receiver.open();
  receiver.answer = (response) => response.socket?.destroy();
  expect(await send(receiver.url())).toEqual({ kind: 'no-answer', why: 'the connection was cut', hopeless: false });
});

test('a certificate that nobody vouches for is refused for good, and taken when it is given as an authority', async () => {
  const receiver = await Receiver.open(LOOPBACK_TLS);
  expect(await send(receiver.url('/secret'))).toEqual({
    kind: 'no-answer',
    why: 'its TLS is not accepted (DEPTH_ZERO_SELF_SIGNED_CERT)',
    hopeless: true,
  });
  expect(receiver.received).toEqual([]);
  expect(await send(receiver.url(), { tls: { ca: Buffer.from(LOOPBACK_TLS.cert) } })).toMatchObject({ status: 200 });
});

test('TLS with who speaks none is refused for good', async () => {
  const receiver = await Receiver.open();
  const url = new URL(`https://127.0.0.1:${receiver.port}/secret`);
  const posted = await send(url);
  expect(posted).toMatchObject({ kind: 'no-answer', hopeless: true });
  expect(JSON.stringify(posted)).not.toContain('secret');
});
