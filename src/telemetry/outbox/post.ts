import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Clock } from '../../util/clock.ts';
import { errorCode } from '../../util/fs-error.ts';
import { humanDuration } from '../../util/human.ts';

export interface PostRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly timeoutMs: number;
  /** How much of the answer's body is read; what follows is left unread. Bytes; 0 = the status alone counts. */
  readonly maxAnswerBytes: number;
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
}

/** What came of a request. `why` names no address. `hopeless`: the next try will not go better. */
export type Posted =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfter: string | undefined;
      readonly body: string;
    }
  | { readonly kind: 'no-answer'; readonly why: string; readonly hopeless: boolean };

/** Posts once, over a connection of its own, follows no redirect and never waits longer than the time-out. Never rejects. */
export async function post(request: PostRequest, clock: Clock, signal: AbortSignal): Promise<Posted> {
  const over = new AbortController();
  const abort = () => over.abort();
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  void clock.sleep(request.timeoutMs, over.signal).then(abort);
  try {
    return await answerTo(request, over.signal);
  } catch (error) {
    if (over.signal.aborted)
      return { kind: 'no-answer', why: `no answer within ${humanDuration(request.timeoutMs)}`, hopeless: false };
    return { kind: 'no-answer', ...reasonOf(error) };
  } finally {
    abort();
    signal.removeEventListener('abort', abort);
  }
}

function answerTo({ url, headers, body, maxAnswerBytes, tls }: PostRequest, signal: AbortSignal): Promise<Posted> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const options = {
      method: 'POST',
      agent: false,
      signal,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      ...tls,
    };
    const request = send(url, options, (response) => {
      resolve(read(response, maxAnswerBytes));
    });
    // Stays for good: an answer that breaks off later must not end the process.
    request.on('error', reject);
    request.end(body);
  });
}

async function read(response: IncomingMessage, maxBytes: number): Promise<Posted> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('error', () => {});
  try {
    if (maxBytes > 0)
      for await (const chunk of response as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes >= maxBytes) break;
      }
  } catch {
    // The status has come, and that is what counts.
  }
  response.destroy();
  const body = Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
  return { kind: 'answered', status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], body };
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'no connection',
};

/** TLS that is not accepted now is not accepted in a minute. Messages of the error are left out: some hold the address. */
function reasonOf(error: unknown): { readonly why: string; readonly hopeless: boolean } {
  const code = errorCode(error);
  if (/^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/.test(code))
    return { why: `its TLS is not accepted (${code})`, hopeless: true };
  return { why: REASONS[code] ?? (code === '' ? 'the request failed' : `the request failed (${code})`), hopeless: false };
}
