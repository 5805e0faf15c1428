import { z } from 'zod';
import type { StopLevel } from '../run/executor/stop.ts';

/*
 * One request and one answer a connection, each one line of JSON. The socket belongs to the one process that executes the run.
 */

/** The longest request and the longest answer, bytes. */
export const MAX_LINE_BYTES = 4096;

/** How long either side waits for the other, milliseconds. */
export const TIMEOUT_MS = 5000;

const requestSchema = z.object({
  v: z.literal(1),
  /** The run that is meant; left out: whichever is live. */
  run: z.string().max(64).exactOptional(),
  action: z.enum(['pause', 'resume', 'cancel', 'status']),
  /** Of a cancel: end builds and tests too. */
  now: z.literal(true).exactOptional(),
  /** Who asks, for the record: `slipway pause`, `the web page`. */
  by: z.string().min(1).max(100),
});

const levelSchema = z.enum(['running', 'no-new-services', 'draining', 'interrupting', 'killing']);

const replySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), run: z.string(), paused: z.boolean(), level: levelSchema, changed: z.boolean() }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);

/** What a live run is asked. */
export type ControlRequest = Readonly<z.infer<typeof requestSchema>>;

/** How a live run stands after what it was asked. */
export interface ControlAnswer {
  readonly run: string;
  readonly paused: boolean;
  /** How far it is being stopped. */
  readonly level: StopLevel;
  /** False: it was already as it was asked to be. */
  readonly changed: boolean;
}

/** A refusal: `bad-request`, `wrong-run`, or `run-stopping` (what comes to its end can be neither paused nor resumed). */
interface ControlRefusal {
  readonly ok: false;
  readonly code: string;
  readonly message: string;
}

/** An answer as it goes over the socket. */
export type ControlReply = ({ readonly ok: true } & ControlAnswer) | ControlRefusal;

/** Reads a request; null when it is none. */
export function readRequest(line: string): ControlRequest | null {
  return parsed(requestSchema, line);
}

/** Reads an answer; null when it is none. */
export function readReply(line: string): ControlReply | null {
  return parsed(replySchema, line);
}

/** What is told to whom nothing else can be told. */
export function refusal(code: string, message: string): ControlReply {
  return { ok: false, code, message };
}

function parsed<T>(schema: z.ZodType<T>, line: string): T | null {
  try {
    return schema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
