import { z } from 'zod';

/*
 * The parts that events are made of, as schemas. The TypeScript types of src/model, src/plan and events.ts are the agreed form;
 * event-schema.ts has the compiler compare the two.
 */

const text = z.string();
const texts = z.array(text);
const count = z.number();
const lastLogLines = texts;

const verdict = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('healthy'), why: text }),
  z.object({ kind: z.literal('unhealthy'), why: text }),
  z.object({ kind: z.literal('crash-looping'), restarts: count, exitCode: count.nullable() }),
  z.object({ kind: z.literal('never-started'), why: text }),
  z.object({ kind: z.literal('too-slow'), deadlineMs: count, why: text }),
  z.object({ kind: z.literal('exited'), exitCode: count }),
]);

export const failure = z.discriminatedUnion('code', [
  z.object({ code: z.literal('build-failed'), message: text, step: text.exactOptional(), lastLogLines }),
  z.object({ code: z.literal('build-timeout'), afterMs: count, lastLogLines }),
  z.object({ code: z.literal('pull-failed'), message: text, lastLogLines }),
  z.object({ code: z.literal('test-failed'), exitCode: count, lastLogLines }),
  z.object({ code: z.literal('test-timeout'), afterMs: count, lastLogLines }),
  z.object({ code: z.literal('test-out-of-memory'), limit: text, lastLogLines }),
  z.object({ code: z.literal('backup-failed'), message: text }),
  z.object({ code: z.literal('changed-underneath'), message: text }),
  z.object({ code: z.literal('preflight-failed'), message: text, lastLogLines }),
  z.object({ code: z.literal('replace-failed'), message: text, lastLogLines }),
  z.object({ code: z.literal('bad-verdict'), verdict, lastLogLines }),
  z.object({ code: z.literal('hook-failed'), hook: text, exitCode: count.nullable(), lastLogLines }),
  z.object({ code: z.literal('dependency-failed'), dependency: text }),
  z.object({ code: z.literal('dependency-fell'), dependency: text }),
  z.object({ code: z.literal('rollback-failed'), message: text, commands: z.array(texts) }),
  z.object({ code: z.literal('engine-error'), message: text }),
  z.object({ code: z.literal('disk-full'), message: text }),
  z.object({ code: z.literal('interrupted') }),
]);

export const fingerprint = z.object({
  inputs: text.nullable(),
  unknown: text.nullable(),
  config: text,
  bases: z.array(z.object({ ref: text, image: text.nullable(), created: text.nullable() })),
});

const before = z.object({
  containers: texts,
  image: text.nullable(),
  tagImage: text.nullable(),
  anonymousVolumes: z.record(text, text),
});

export const intent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('backup'), image: text, tag: text }),
  z.object({ kind: z.literal('build'), candidate: text, fingerprint }),
  z.object({ kind: z.literal('test'), image: text, command: texts }),
  z.object({
    kind: z.literal('replace'),
    action: z.enum(['up', 'recreate', 'restart']),
    order: z.enum(['stop-first', 'start-first']),
    image: text,
    tag: text,
    before,
  }),
  z.object({ kind: z.literal('verify'), containers: texts }),
  z.object({ kind: z.literal('rollback'), image: text, tag: text, before, why: text, release: text.exactOptional() }),
]);

const facts = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('backup'), tag: text, image: text }),
  z.object({
    kind: z.literal('build'),
    image: text,
    candidate: text,
    totalSteps: count,
    cachedSteps: count,
    sizeBytes: count.nullable(),
    fingerprint,
  }),
  z.object({ kind: z.literal('test'), result: z.enum(['passed', 'no-tests']), tests: count.nullable(), why: text }),
  z.object({
    kind: z.literal('replace'),
    containers: texts,
    image: text,
    stoppedAt: text.nullable(),
    before,
    anonymousVolumes: z.record(text, text).exactOptional(),
  }),
  z.object({ kind: z.literal('verify'), verdict, downtimeMs: count.nullable() }),
  z.object({ kind: z.literal('rollback'), containers: texts, image: text }),
]);

const evidence = z.object({ exitCode: count.nullable(), healthLog: texts, lastLogLines });

export const outcome = z.discriminatedUnion('status', [
  z.object({ status: z.literal('done'), facts }),
  z.object({ status: z.literal('not-needed'), why: text, facts: facts.exactOptional() }),
  z.object({ status: z.literal('failed'), failure, evidence: evidence.exactOptional() }),
  z.object({ status: z.literal('interrupted') }),
]);

export const progress = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('build'), step: count, of: count, cached: count, name: text }),
  z.object({ kind: z.literal('test'), line: text }),
  z.object({ kind: z.literal('waiting'), for: text }),
]);

export const planOptions = z.object({
  services: texts,
  categories: texts,
  skipTests: z.boolean(),
  noCache: z.boolean(),
  force: z.boolean(),
  pull: z.boolean(),
  batchSize: z.union([count, z.literal('all')]).nullable(),
  maxFailures: text.nullable(),
  rollbackOnFail: z.boolean(),
  rollbackScope: z.enum(['service', 'wave', 'run']),
  profiles: texts,
  rollback: z.object({ to: text.nullable(), all: z.boolean(), targets: z.record(text, text) }).exactOptional(),
});
