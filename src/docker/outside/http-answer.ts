import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';
import type { HttpAnswer } from '../outside-port.ts';

/** As much of an answer as is looked through. */
const MAX_BODY_BYTES = 64 * 1024;

/** Asks an address once; the whole answer, as far as it is read, has to come in time. */
export function httpAnswer(
  url: string,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<HttpAnswer> {
  const get = /^https:/i.test(url) ? getSecure : getPlain;
  const ending = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const headers = { 'user-agent': 'slipway-validate', accept: '*/*' };
  return new Promise((resolve) => {
    const failed = (error: Error) => resolve({ kind: 'no-answer', why: signal.aborted ? 'interrupted' : why(error, timeoutMs) });
    try {
      const request = get(url, { headers, agent: false, signal: ending }, (response) => {
        readBody(response).then((body) => resolve({ kind: 'answered', status: response.statusCode ?? 0, body }), failed);
      });
      request.on('error', failed);
    } catch (error) {
      failed(error as Error);
    }
  });
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes >= MAX_BODY_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8');
}

/** `TimeoutError` comes from the signal; the address itself is not repeated, it may hold a password. */
function why(error: Error, timeoutMs: number): string {
  const cause = (error.cause as Error | undefined)?.name ?? error.name;
  if (cause === 'TimeoutError' || error.name === 'AbortError') return `no answer in ${timeoutMs} ms`;
  return (error as NodeJS.ErrnoException).code ?? error.name;
}
