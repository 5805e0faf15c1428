import { z } from 'zod';
import type { Release } from './types.ts';

const text = z.string();
const status = z.enum(['pending', 'running', 'completed', 'failed', 'skipped', 'rolled-back']);

const before = {
  project: text,
  name: text,
  image: text.nullable(),
  tag: text,
  inputs: text.nullable(),
  config: text.nullable(),
  status,
};

const versionTwo = z.object({
  version: z.literal(2),
  release: text,
  phase: text,
  at: text,
  origin: z.enum(['run', 'adopted']),
  services: z.record(
    text,
    z.object({
      ...before,
      healthy: z.boolean(),
      configuration: z.enum(['files', 'container']),
      files: z.record(text, text.nullable()),
    }),
  ),
});

const versionOne = z.object({
  version: z.literal(1),
  release: text,
  phase: text,
  at: text,
  services: z.record(text, z.object(before)),
});

/** The content of a release.json of any version, as the present one; null when it is none. */
export function parseRelease(content: unknown): Release | null {
  const now = versionTwo.safeParse(content);
  if (now.success) return now.data;
  const then = versionOne.safeParse(content);
  if (!then.success) return null;
  const services = Object.entries(then.data.services).map(([key, service]) => [
    key,
    { ...service, healthy: service.status === 'completed', configuration: 'files' as const, files: {} },
  ]);
  return { ...then.data, version: 2, origin: 'run', services: Object.fromEntries(services) };
}
