import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { assertNever } from '../../util/assert.ts';
import type { Clock } from '../../util/clock.ts';
import { printable } from '../../util/printable.ts';
import type { Notification } from '../notify/notification.ts';
import { slackBody } from '../notify/slack.ts';
import { otlpDestination } from '../otlp/destination.ts';
import { readAddress } from './address.ts';
import type { Deliver, Destination, Letter, Sent } from './letter.ts';
import { type Posted, post } from './post.ts';
import { retryAfter } from './retry.ts';
import { runCommand } from './run-command.ts';

export interface DeliverDeps {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The project dir: files and commands are looked for from there. */
  readonly root: string;
  readonly version: string;
}

/** For one try of a notification. */
const TIMEOUT_MS = 5000;
/** Enough for what a collector says that it did not take. */
const MAX_OTLP_ANSWER_BYTES = 4096;

/** Delivers letters to wherever they go. */
export function makeDeliver(deps: DeliverDeps): Deliver {
  return async (destination, letter, signal) => {
    switch (destination.kind) {
      case 'webhook':
        return postNotification(destination, letter, { deps, signal });
      case 'command':
        return runCommand(destination.command, notificationOf(letter), { ...deps, signal, timeoutMs: TIMEOUT_MS });
      case 'otlp':
        return postTrace(destination, letter, { deps, signal });
      default:
        return assertNever(destination);
    }
  };
}

interface Scene {
  readonly deps: DeliverDeps;
  readonly signal: AbortSignal;
}

async function postNotification(
  { address, format }: Extract<Destination, { kind: 'webhook' }>,
  letter: Letter,
  { deps, signal }: Scene,
): Promise<Sent> {
  const url = await readAddress(address, deps);
  if (!url.ok) return { kind: 'refused', why: url.error };
  const notification = notificationOf(letter);
  const body = format === 'slack' ? slackBody(notification) : JSON.stringify(notification);
  const headers = { ...headersOf(deps), 'idempotency-key': letter.id };
  const request = { url: url.value, headers, body, timeoutMs: TIMEOUT_MS, maxAnswerBytes: 0 };
  return judge(await post(request, deps.clock, signal), deps.clock);
}

async function postTrace(
  { settings }: Extract<Destination, { kind: 'otlp' }>,
  letter: Letter,
  { deps, signal }: Scene,
): Promise<Sent> {
  const found = otlpDestination(settings, deps.env);
  if (!found.ok) return { kind: 'refused', why: found.error };
  if (found.value === null) return { kind: 'delivered', remark: null };
  const { url, headers, timeoutMs, gzip: zipped, tlsFiles } = found.value;
  const tls = await filesOf(tlsFiles, deps.root);
  if (tls === null) return { kind: 'refused', why: 'a file of OTEL_EXPORTER_OTLP_*CERTIFICATE or _KEY cannot be read' };
  const text = letter.kind === 'trace' ? letter.body : '';
  const body = zipped ? await promisify(gzip)(text) : text;
  const all = { ...headersOf(deps), ...(zipped && { 'content-encoding': 'gzip' }), ...headers };
  const request = { url, headers: all, body, timeoutMs, maxAnswerBytes: MAX_OTLP_ANSWER_BYTES, tls };
  const posted = await post(request, deps.clock, signal);
  const sent = judge(posted, deps.clock);
  return sent.kind === 'delivered' && posted.kind === 'answered' ? { ...sent, remark: notTaken(posted.body) } : sent;
}

function headersOf({ version }: DeliverDeps): Readonly<Record<string, string>> {
  return { 'content-type': 'application/json', 'user-agent': `slipway/${version}` };
}

/** 408, 429 and what is the server's own fault may go better later. A redirect is not followed: it could lead a secret elsewhere. */
function judge(posted: Posted, clock: Clock): Sent {
  if (posted.kind === 'no-answer')
    return posted.hopeless ? { kind: 'refused', why: posted.why } : { kind: 'failed', why: posted.why, retryAfterMs: null };
  const { status } = posted;
  if (status >= 200 && status < 300) return { kind: 'delivered', remark: null };
  if (status >= 300 && status < 400)
    return { kind: 'refused', why: `it answers with a redirect (${status}), which is not followed` };
  const why = `it answers ${status}`;
  const again = status === 408 || status === 429 || status >= 500;
  return again ? { kind: 'failed', why, retryAfterMs: retryAfter(posted.retryAfter, clock.now()) } : { kind: 'refused', why };
}

/** What a collector says of spans that it did not take (opentelemetry-proto, ExportTracePartialSuccess). */
function notTaken(body: string): string | null {
  try {
    const { partialSuccess } = JSON.parse(body) as {
      partialSuccess?: { rejectedSpans?: string | number; errorMessage?: string };
    };
    const rejected = Number(partialSuccess?.rejectedSpans ?? 0);
    const message = partialSuccess?.errorMessage ?? '';
    if (!(rejected > 0) && message === '') return null;
    return printable(`${rejected} spans were not taken${message && `: ${message}`}`).slice(0, 200);
  } catch {
    return null;
  }
}

function notificationOf(letter: Letter): Notification {
  if (letter.kind !== 'notification') throw new Error(`a ${letter.kind} cannot go there`);
  return letter.notification;
}

type TlsFiles = Readonly<Record<'ca' | 'cert' | 'key', string | null>>;

/** Null: one cannot be read. */
async function filesOf(files: TlsFiles, root: string): Promise<Partial<Record<keyof TlsFiles, Buffer>> | null> {
  const given = Object.entries(files).filter((entry): entry is [keyof TlsFiles, string] => entry[1] !== null);
  try {
    const read = await Promise.all(given.map(async ([name, path]) => [name, await readFile(resolve(root, path))] as const));
    return Object.fromEntries(read);
  } catch {
    return null;
  }
}
