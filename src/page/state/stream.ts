import { createParser } from 'eventsource-parser';
import { readMessage, type StreamMessage } from './messages.ts';

/** How the stream stands: `refused` = the server wants a token. */
export type Connection = 'connecting' | 'live' | 'waiting' | 'refused' | 'asleep';

/** What the stream needs of the page. */
export interface StreamNeeds {
  readonly url: string;
  readonly headers: () => Record<string, string>;
  /** Takes a message; `ask-again` ends the connection and opens one that goes on from the last known event. */
  readonly onMessage: (message: StreamMessage) => 'ok' | 'ask-again';
  readonly onConnection: (connection: Connection) => void;
}

/** The server sends something each 15 s: three times that without a byte is a connection that died unseen. */
const SILENCE_MS = 45_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** How long to wait before try number `failures + 1`, milliseconds: doubled each time, so that a server that comes back is met soon. */
export function pauseMs(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
}

/** Follows the server's stream until it is stopped: a connection that ends or breaks is opened again, for as long as it takes. */
export function followStream(needs: StreamNeeds): { readonly stop: () => void } {
  const stopping = new AbortController();
  void follow(needs, stopping.signal);
  return { stop: () => stopping.abort() };
}

async function follow(needs: StreamNeeds, stopped: AbortSignal): Promise<void> {
  let failures = 0;
  while (!stopped.aborted) {
    if (failures === 0) needs.onConnection('connecting');
    const ended = await readOnce(needs, stopped);
    if (stopped.aborted) return;
    if (ended === 'again') {
      failures = 0;
      continue;
    }
    failures = ended === 'broken' ? 1 : failures + 1;
    needs.onConnection(ended === 'refused' ? 'refused' : 'waiting');
    // Who has no token is not let in sooner by asking more often.
    await pause(ended === 'refused' ? LONGEST_PAUSE_MS : pauseMs(failures - 1), stopped);
  }
}

/** One connection: `unreachable` = it never stood, `broken` = it stood and ended, `again` = it was ended to ask for what is missing. */
type Ended = 'refused' | 'unreachable' | 'broken' | 'again';

async function readOnce(needs: StreamNeeds, stopped: AbortSignal): Promise<Ended> {
  const ending = new AbortController();
  const end = () => ending.abort();
  stopped.addEventListener('abort', end, { once: true });
  let stood = false;
  try {
    const headers = { accept: 'text/event-stream', ...needs.headers() };
    const response = await fetch(needs.url, { headers, signal: ending.signal });
    if (response.status === 401) return 'refused';
    if (!response.ok || response.body === null) return 'unreachable';
    stood = true;
    needs.onConnection('live');
    return await readBody(response.body, needs.onMessage, end);
  } catch {
    // Whatever broke it, the next connection takes up where this one ended.
    return stood ? 'broken' : 'unreachable';
  } finally {
    stopped.removeEventListener('abort', end);
    ending.abort();
  }
}

async function readBody(body: ReadableStream<Uint8Array>, onMessage: StreamNeeds['onMessage'], end: () => void): Promise<Ended> {
  let asked = false;
  const parser = createParser({
    onEvent: (event) => {
      const message = asked ? null : readMessage(event);
      if (message !== null && onMessage(message) === 'ask-again') asked = true;
    },
  });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const silence = setTimeout(end, SILENCE_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return 'broken';
    parser.feed(decoder.decode(value, { stream: true }));
    if (asked) return 'again';
  }
}

function pause(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stopped.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
