import { z } from 'zod';
import { failure, fingerprint, intent, outcome, planOptions, progress } from './event-parts.ts';
import type { Event } from './events.ts';

const text = z.string();
const texts = z.array(text);
const ms = z.number();
const attempt = z.number().int();
const exitCode = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(70), z.literal(130), z.literal(143)]);
const status = z.enum(['pending', 'running', 'completed', 'failed', 'skipped', 'rolled-back']);
const stepKind = z.enum(['backup', 'build', 'test', 'replace', 'verify', 'rollback']);

const envelope = { v: z.literal(1), seq: z.number().int().min(1), at: text, run: text };

const eventSchema = z.discriminatedUnion('type', [
  z.object({
    ...envelope,
    type: z.literal('run-started'),
    phase: text,
    plan: text,
    command: z.enum(['rebuild', 'rollback', 'restore']),
    options: planOptions,
    services: z.array(z.object({ service: text, category: text, wave: z.number() })),
    slipway: text,
    engine: z.object({ docker: text, compose: text, buildx: text }),
  }),
  z.object({ ...envelope, type: z.literal('run-resumed'), options: planOptions, plan: text, services: texts }),
  z.object({
    ...envelope,
    type: z.literal('run-finished'),
    outcome: z.enum(['done', 'failed', 'interrupted', 'abandoned']),
    exitCode,
    why: text,
  }),
  z.object({ ...envelope, type: z.literal('step-intent'), service: text, step: text, attempt, intent }),
  z.object({
    ...envelope,
    type: z.literal('step-outcome'),
    service: text,
    step: text,
    kind: stepKind,
    attempt,
    durationMs: ms,
    outcome,
  }),
  z.object({ ...envelope, type: z.literal('step-progress'), service: text, step: text, progress }),
  z.object({ ...envelope, type: z.literal('retry-scheduled'), service: text, step: text, attempt, delayMs: ms, why: text }),
  z.object({ ...envelope, type: z.literal('health-sample'), service: text, container: text, good: z.boolean(), text }),
  z.object({ ...envelope, type: z.literal('service-healthy'), service: text, containers: texts, downtimeMs: ms.nullable() }),
  z.object({
    ...envelope,
    type: z.literal('service-settled'),
    service: text,
    status,
    failure: failure.nullable(),
    image: text.nullable(),
    tested: z.enum(['passed', 'no-tests', 'untested']),
    fingerprint: fingerprint.nullable(),
    downtimeMs: ms.nullable(),
  }),
  z.object({ ...envelope, type: z.literal('leftover-repaired'), service: text.nullable(), what: text, action: text }),
  z.object({
    ...envelope,
    type: z.literal('hook-finished'),
    hook: text,
    service: text.nullable(),
    exitCode: z.number().nullable(),
  }),
  z.object({ ...envelope, type: z.literal('signal-received'), signal: text, meaning: z.enum(['drain', 'interrupt', 'kill']) }),
  z.object({
    ...envelope,
    type: z.literal('control-received'),
    action: z.enum(['pause', 'resume', 'cancel']),
    by: text,
    now: z.literal(true).exactOptional(),
  }),
  z.object({
    ...envelope,
    type: z.literal('notice'),
    severity: z.enum(['info', 'warning']),
    code: text,
    service: text.nullable(),
    message: text,
  }),
]);

const KNOWN_TYPES: ReadonlySet<string> = new Set(eventSchema.options.map((o) => o.shape.type.value));

/** The event union without `readonly`, to compare it with what the schema infers. */
type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
type Agree<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

/** Does not compile when the schema and the TypeScript union differ. */
export const SCHEMA_AGREES: Agree<Mutable<Event>, z.infer<typeof eventSchema>> = true;

/** What a journal line turned out to be. `unknown-type`: written by a newer Slipway and of no concern to this one. */
export type ReadLine =
  | { readonly kind: 'event'; readonly event: Event }
  | { readonly kind: 'unknown-type'; readonly seq: number; readonly type: string }
  | { readonly kind: 'newer'; readonly v: number }
  | { readonly kind: 'bad'; readonly why: string }
  | { readonly kind: 'not-json' };

/** Reads one journal line; fields that this version does not know are kept. */
export function readLine(line: string): ReadLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'not-json' };
  }
  const { v, seq, type } = (value ?? {}) as { v?: unknown; seq?: unknown; type?: unknown };
  if (typeof v === 'number' && v > 1) return { kind: 'newer', v };
  if (v === 1 && typeof seq === 'number' && typeof type === 'string' && !KNOWN_TYPES.has(type))
    return { kind: 'unknown-type', seq, type };
  const checked = eventSchema.safeParse(value);
  if (checked.success) return { kind: 'event', event: value as Event };
  const issue = checked.error.issues[0];
  return { kind: 'bad', why: `${issue?.path.join('.') || 'event'}: ${issue?.message ?? 'not an event'}` };
}

/** The JSON Schema of one journal line, published as `schema/event.schema.json`. */
export function eventJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(eventSchema, { io: 'input' }),
    title: 'Slipway event',
    description: 'One line of .slipway/runs/<run>/journal.ndjson, and of --output json.',
  };
}
