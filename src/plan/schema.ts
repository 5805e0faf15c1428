import { z } from 'zod';
import type { Plan } from './types.ts';

const text = z.string();
const texts = z.array(text);
const ms = z.number().nonnegative();
const risk = z.enum(['low', 'medium', 'high']);
const bases = z.array(z.strictObject({ ref: text, image: text.nullable(), created: text.nullable() }));

const cause = z.strictObject({
  code: z.enum([
    'never-built',
    'inputs-changed',
    'config-changed',
    'base-changed',
    'forced',
    'no-cache',
    'untested',
    'failed-before',
    'rolled-back',
    'dependency-down',
    'dependent-of',
    'unchanged',
  ]),
  text,
});

const step = z.strictObject({
  id: text,
  kind: z.enum(['backup', 'build', 'test', 'replace', 'verify', 'rollback']),
  needs: texts,
  after: texts.exactOptional(),
  guard: z.enum(['image-differs', 'dependency-replaced', 'image-or-dependency']).exactOptional(),
  cause,
  action: z.enum(['up', 'recreate', 'restart']).exactOptional(),
  pull: z.boolean().exactOptional(),
  sameBuildAs: text.exactOptional(),
  as: text.exactOptional(),
  follows: texts.exactOptional(),
  image: text.exactOptional(),
  release: text.exactOptional(),
  changes: z.array(z.enum(['image', 'configuration'])).exactOptional(),
});

const stepEstimate = z.strictObject({ typicalMs: ms, slowMs: ms, samples: z.int().nonnegative() });

const service = z.strictObject({
  service: text,
  category: text,
  risk,
  effectiveRisk: risk,
  critical: z.boolean(),
  wave: z.int().positive(),
  cause,
  strategy: z.strictObject({
    order: z.enum(['stop-first', 'start-first', 'none']),
    why: text,
    preflight: z.literal(true).exactOptional(),
  }),
  steps: z.array(step),
  requires: texts,
  estimateMs: ms.nullable(),
  stepsMs: z
    .strictObject({
      backup: stepEstimate.exactOptional(),
      build: stepEstimate.exactOptional(),
      test: stepEstimate.exactOptional(),
      replace: stepEstimate.exactOptional(),
      verify: stepEstimate.exactOptional(),
      rollback: stepEstimate.exactOptional(),
    })
    .exactOptional(),
  bases: bases.exactOptional(),
});

const options = z.strictObject({
  services: texts,
  categories: texts,
  skipTests: z.boolean(),
  noCache: z.boolean(),
  force: z.boolean(),
  pull: z.boolean(),
  batchSize: z.union([z.number(), z.literal('all')]).nullable(),
  maxFailures: text.nullable(),
  rollbackOnFail: z.boolean(),
  rollbackScope: z.enum(['service', 'wave', 'run']),
  profiles: texts,
  rollback: z.strictObject({ to: text.nullable(), all: z.boolean(), targets: z.record(text, text) }).exactOptional(),
});

const unseen = z.int().nonnegative();

const categoryEstimate = z.strictObject({
  category: text,
  services: z.int().positive(),
  typicalMs: ms.nullable(),
  slowMs: ms.nullable(),
  unseen,
});

const facts = z.strictObject({
  containers: texts,
  image: text.nullable(),
  tagImage: text.nullable(),
  inputs: text.nullable(),
  config: text,
  status: z.enum(['pending', 'running', 'completed', 'failed', 'skipped', 'rolled-back']),
});

const place = { file: text, line: z.int().exactOptional(), column: z.int().exactOptional() };

const diagnostic = z.strictObject({
  code: text,
  severity: z.enum(['error', 'warning', 'info']),
  service: text.exactOptional(),
  message: text,
  ...place,
  file: text.exactOptional(),
  evidence: text.exactOptional(),
  remedy: text.exactOptional(),
  related: z.array(z.strictObject({ ...place, message: text })).exactOptional(),
});

/** The plan document (contract, section 6). */
export const planSchema = z.strictObject({
  version: z.literal(1),
  plan: text,
  phase: text,
  options,
  observed: z.record(text, facts),
  services: z.array(service),
  untouched: z.array(z.strictObject({ service: text, cause })),
  estimate: z
    .strictObject({ typicalMs: ms, slowMs: ms, unseen, categories: z.array(categoryEstimate).exactOptional() })
    .exactOptional(),
  diagnostics: z.array(diagnostic),
}) satisfies z.ZodType<Plan>;

/** The JSON Schema of the plan document, published as `schema/plan.schema.json`. */
export function planJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(planSchema, { io: 'input' }),
    title: 'Slipway plan',
    description: 'What plan --json and plan --out write, and rebuild --plan reads.',
  };
}
