import { z } from 'zod';
import { planOptions } from '../../journal/event-parts.ts';
import type { Report } from './types.ts';

const text = z.string();
const count = z.int().nonnegative();
const ms = z.number().nonnegative();
const status = z.enum(['waiting', 'running', 'soaking', 'pending', 'completed', 'failed', 'skipped', 'rolled-back']);
const image = z.strictObject({ image: text.nullable(), sizeBytes: count.nullable() });
const cause = z.strictObject({ code: text, text });
const estimate = z.strictObject({ typicalMs: ms, slowMs: ms, samples: count });

const counts = z.strictObject({
  total: count,
  waiting: count,
  running: count,
  soaking: count,
  pending: count,
  completed: count,
  failed: count,
  skipped: count,
  rolledBack: count,
});

const step = z.strictObject({
  kind: z.enum(['backup', 'build', 'test', 'replace', 'verify', 'rollback']),
  outcome: z.enum(['done', 'not-needed', 'failed', 'interrupted', 'running']),
  attempt: count,
  startedAt: text,
  durationMs: ms,
  estimate: estimate.nullable(),
});

const service = z.strictObject({
  service: text,
  category: text,
  risk: text,
  critical: z.boolean(),
  wave: count,
  status,
  cause: cause.nullable(),
  startedAt: text.nullable(),
  endedAt: text.nullable(),
  workedMs: ms.nullable(),
  estimateMs: ms.nullable(),
  steps: z.array(step),
  cache: z.strictObject({ cachedSteps: count, totalSteps: count }).nullable(),
  tested: text.nullable(),
  tests: count.nullable(),
  downtimeMs: ms.nullable(),
  before: image,
  after: image,
  failure: z
    .object({
      code: text,
      text,
      log: z.strictObject({ file: text.nullable(), lines: z.array(text) }),
      commands: z.array(text),
    })
    .nullable(),
});

const category = z.strictObject({
  category: text,
  risk: text,
  counts,
  workedMs: ms,
  estimateMs: ms.nullable(),
  unseen: count,
  downtimeMs: ms,
});

/** The report document. */
const reportSchema = z.strictObject({
  version: z.literal(1),
  run: text,
  phase: text,
  command: z.enum(['rebuild', 'rollback', 'restore']),
  outcome: z.enum(['running', 'done', 'failed', 'interrupted', 'abandoned']),
  exitCode: z.int().nullable(),
  why: text,
  startedAt: text.nullable(),
  finishedAt: text.nullable(),
  durationMs: ms.nullable(),
  estimate: z.strictObject({ typicalMs: ms, slowMs: ms, unseen: count }).nullable(),
  resumed: count,
  slipway: text.nullable(),
  engine: z.strictObject({ docker: text, compose: text, buildx: text }).nullable(),
  options: planOptions.nullable(),
  counts,
  categories: z.array(category),
  cache: z.strictObject({ builds: count, cachedSteps: count, totalSteps: count }).nullable(),
  downtime: z.strictObject({ services: count, medianMs: ms, longestMs: ms, longest: text }).nullable(),
  services: z.array(service),
  untouched: z.array(z.strictObject({ service: text, cause })),
  logs: text,
  next: z.array(z.strictObject({ text, command: text.nullable() })),
});

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
const _described: Mutable<Report> extends z.infer<typeof reportSchema> ? true : never = true;

/** The JSON Schema of the report, published as `schema/report.schema.json`. */
export function reportJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(reportSchema, { io: 'input' }),
    title: 'Slipway report',
    description: 'What slipway report --format json writes.',
  };
}
