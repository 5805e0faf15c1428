import * as z from 'zod';
import { expected } from './explain.ts';
import { argv, flag, listOf, mapping, oneOf, pattern, port, positiveDuration, refuse, text } from './scalars.ts';

/** The stacks that have a default test and health path. */
const stack = oneOf(['python', 'nodejs', 'other']);

/** When a service stops and its successor starts. */
export const replaceOrder = oneOf(['auto', 'stop-first', 'start-first']);

/** `weather-api`, or `homeiq/weather-api`: what Compose allows as names. */
export const serviceName = pattern(
  'bad-name',
  /^(?:[a-z0-9][a-z0-9_-]*\/)?[a-zA-Z0-9][a-zA-Z0-9._-]*$/,
  'the name of a Compose service, or `project/service`',
);

const healthMapping = mapping({
  path: pattern('bad-health', /^\/\S*$/, 'a path that begins with `/`')
    .optional()
    .describe('Path asked for on the published port; an answer from 200 to 399 is healthy.'),
  command: argv.optional().describe('Command run inside the container; exit code 0 is healthy.'),
  tcp: port.optional().describe('Port that must accept a TCP connection.'),
}).check((ctx) => {
  if (ctx.issues.length > 0) return;
  if (Object.values(ctx.value).filter((value) => value !== undefined).length === 1) return;
  refuse(ctx, ctx.value, {
    code: 'bad-health',
    message: 'a health check has exactly one of `path`, `command` and `tcp`',
    remedy: 'for example `{ tcp: 5432 }`',
  });
});

const healthError = expected(
  'bad-health',
  'a path such as `/health`, `{ command: [...] }`, `{ tcp: 5432 }` or `none`',
  (input) => {
    if (typeof input === 'number') return `write \`{ tcp: ${input} }\``;
    if (Array.isArray(input)) return 'write `{ command: [...] }`';
    if (typeof input !== 'string') return undefined;
    const path = /^(?:https?:\/\/[^/]+)?(\/\S*)$/i.exec(input)?.[1] ?? (/^[\w-]+$/.test(input) ? `/${input}` : undefined);
    return path && `write \`${path}\``;
  },
);

const health = z.union(
  [z.string({ error: healthError }).regex(/^(\/\S*|none)$/, { error: healthError }), z.null(), healthMapping],
  { error: healthError },
);

const test = mapping({
  command: argv.nullable().optional().describe('Command of the test, as a list of words. Null: no test. Default: by stack.'),
  isolation: oneOf(['sandbox', 'project'])
    .prefault('sandbox')
    .describe('`sandbox`: no network but loopback. `project`: on the project network, without alias or ports.'),
  target: text
    .nullable()
    .prefault(null)
    .describe('Stage of the same Dockerfile to build and test in, when the image itself lacks the test tools.'),
  mounts: listOf(
    pattern('bad-mount', /^[^:\s][^:]*:\/[^:]*$/, 'a mount as `folder:/path/in/container`; mounts are always read-only'),
    '[./tests:/app/tests]',
  )
    .prefault([])
    .describe('Folders mounted read-only for the test, as `folder:/path/in/container`.'),
  timeout: positiveDuration.nullable().prefault(null).describe('Default: `timeouts.test`.'),
});

/** One entry of a category's `services`. */
export const service = mapping({
  name: serviceName.describe('Name of the service in the Compose file; `project/service` in a fleet of several projects.'),
  stack: stack.prefault('other').describe('Decides the default test command and health path.'),
  port: port.nullable().prefault(null).describe('Port as published on the host. Default: the one the Compose file publishes.'),
  health: health
    .optional()
    .describe(
      'How Slipway asks whether the service is well: path on the published port, command, TCP port, or `none`. Default: by stack.',
    ),
  critical: flag.prefault(false).describe('The fleet is broken without it: it is rolled back when its replacement fails.'),
  kind: oneOf(['service', 'one-shot'])
    .optional()
    .describe('A one-shot runs once and ends with exit code 0. Default: seen from the Compose file.'),
  test: test.prefault({}).describe('The test of the candidate image.'),
  replace: mapping({
    order: replaceOrder.optional().describe('Default: `replace.order`.'),
    preflight: flag.optional().describe('Default: `replace.preflight`.'),
  })
    .prefault({})
    .describe('How this service is replaced, where it differs from the rest.'),
});
