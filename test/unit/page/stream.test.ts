import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { StreamMessage } from '../../../src/page/state/messages.ts';
import { followStream, pauseMs } from '../../../src/page/state/stream.ts';
import { eventually } from '../../support/eventually.ts';

/** A server whose connections the test serves one by one. */
async function serve(connections: readonly ((answer: ServerResponse) => void)[]) {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, answer) => {
    const serveIt = connections[asked.length];
    asked.push(request.headers['last-event-id'] as string | undefined);
    if (serveIt) serveIt(answer);
    else answer.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked };
}

function follow(url: string, onMessage: (message: StreamMessage) => 'ok' | 'ask-again' = () => 'ok') {
  const seen: string[] = [];
  let lastRun: string | null = null;
  const stream = followStream({
    url,
    headers: () => (lastRun === null ? {} : { 'last-event-id': lastRun }),
    onMessage: (message) => {
      if (message.type === 'run') lastRun = message.run;
      seen.push(message.type);
      return onMessage(message);
    },
    onConnection: (connection) => void seen.push(`(${connection})`),
  });
  onTestFinished(stream.stop);
  return { seen, stop: stream.stop };
}

const run = (id: string) => `event: run\ndata: {"run":"${id}","live":true}\n\n`;

test('a connection that ends is opened again and says what is known', async () => {
  const { url, asked } = await serve([(answer) => void answer.end(run('r1'))]);
  const { seen } = follow(url);
  await eventually('it goes on', () => seen.join(' ') === '(connecting) (live) run (waiting) (live)');
  expect(asked).toEqual([undefined, 'r1']);
});

test('a message that is torn between two packets is put together', async () => {
  const text = run('r1');
  const { url } = await serve([
    (answer) => {
      answer.write(text.slice(0, 17));
      setImmediate(() => answer.write(text.slice(17)));
    },
  ]);
  const { seen } = follow(url);
  await eventually('it is read', () => seen.join(' ') === '(connecting) (live) run');
});

test('what does not join on is asked for again at once, and nothing of that connection is taken any more', async () => {
  const { url, asked } = await serve([(answer) => void answer.write(run('r1') + run('r2'))]);
  let first = true;
  const { seen } = follow(url, () => {
    const answer = first ? 'ask-again' : 'ok';
    first = false;
    return answer;
  });
  await eventually('it asks again', () => asked.length === 2);
  expect(asked).toEqual([undefined, 'r1']);
  expect(seen.filter((what) => what === 'run')).toHaveLength(1);
});

test('a server that wants a token says so', async () => {
  const { url } = await serve([(answer) => void answer.writeHead(401).end()]);
  const { seen } = follow(url);
  await eventually('it is told', () => seen.join(' ').startsWith('(connecting) (refused)'));
});

test('one that is stopped ends its connection', async () => {
  let tell = () => {};
  const ended = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const { url } = await serve([
    (answer) => {
      answer.on('close', tell);
      answer.write(run('r1'));
    },
  ]);
  const { seen, stop } = follow(url);
  await eventually('it is read', () => seen.includes('run'));
  stop();
  await ended;
  expect(seen).toEqual(['(connecting)', '(live)', 'run']);
});

test('the pause between tries grows to five seconds', () => {
  expect([0, 1, 2, 3, 4, 5, 100].map(pauseMs)).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
});
