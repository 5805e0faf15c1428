import * as z from 'zod';
import { configSchema } from './schema.ts';

/** The configuration's JSON Schema (draft 7, which editors know best), made from the schema that Slipway itself checks with. */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input' }) as Record<string, unknown>;
  const { $schema, ...rest } = schema;
  return {
    $schema,
    title: 'Slipway configuration',
    description: 'How Slipway rebuilds a fleet of Docker Compose services. See docs/configuration.md.',
    ...rest,
    // Room for anchors, as in Compose files.
    patternProperties: { '^x-': {} },
  };
}
