import * as z from 'zod';
import { patternTrouble } from './bounded-pattern.ts';
import { expected, explain } from './explain.ts';
import { argv, diskSize, flag, listOf, mapping, pattern, port, positiveDuration, refuse, text, wholeNumber } from './scalars.ts';
import { serviceName } from './service-schema.ts';

/** What an entry of a list can be, besides free text. */
export const CHECK_KINDS = ['http', 'tcp', 'command', 'healthy', 'file', 'disk'] as const;

const address = pattern(
  'bad-url',
  /^(?:https?:\/\/\S+|\/\S*)$/i,
  'an address such as `http://localhost:8080/health`, or a path',
  (input) => (typeof input === 'string' && /^[\w.-]+:\d+/.test(input) ? 'put `http://` in front' : undefined),
);

const hostAndPort = pattern('bad-port', /^[^\s:]+:\d{1,5}$/, 'a port, or `host:port`');

const listed = mapping({
  name: text.optional().describe('What the check is called in tables and reports.'),
  http: address
    .optional()
    .describe(
      'Address that must answer, or with `service` a path on the port that it publishes. An answer from 200 to 399 is good.',
    ),
  status: z
    .int({ error: expected('wrong-type', 'a status code such as 200') })
    .min(100)
    .max(599)
    .optional()
    .describe('With `http`: the only status code that is good.'),
  contains: text.optional().describe('With `http`: text that the first 64 KB of the answer must hold.'),
  tcp: z
    .union([port, hostAndPort], { error: expected('bad-port', 'a port, or `host:port`') })
    .optional()
    .describe('Port of this machine, or `host:port`, that must accept a connection.'),
  command: argv
    .optional()
    .describe('Command run in the project dir, or with `service` inside its container; exit code 0 is good.'),
  service: serviceName.optional().describe('With `http` a path or `command`: the service that is meant.'),
  healthy: serviceName.optional().describe('Service whose containers must run and be healthy.'),
  file: text.optional().describe('File or folder that must be there, from the project dir.'),
  disk: diskSize.optional().describe('Space that must be free where the project dir is, such as `10g`.'),
  timeout: positiveDuration.optional().describe('Default: 10s, of a command 60s.'),
}).check((ctx) => {
  if (ctx.issues.length > 0) return;
  const { value } = ctx;
  const given = CHECK_KINDS.filter((kind) => value[kind] !== undefined);
  const problem = (message: string, remedy: string) => refuse(ctx, value, { code: 'bad-check', message, remedy });
  const kinds = CHECK_KINDS.map((kind) => `\`${kind}\``).join(', ');
  if (given.length !== 1)
    return problem(`a check has exactly one of ${kinds}`, 'free text goes in quotes: `"Look at the dashboard"`');
  const isPath = value.http?.startsWith('/') ?? false;
  if (isPath && value.service === undefined) problem('a path needs the service that answers it', 'add `service: NAME`');
  if (value.service !== undefined && !isPath && given[0] !== 'command')
    problem('`service` goes with a command or with a path of `http`', 'remove `service`');
  if ((value.status !== undefined || value.contains !== undefined) && given[0] !== 'http')
    problem('`status` and `contains` go with `http`', 'remove them');
});

const listError = expected('bad-check', 'free text, or a check such as `{ http: "http://localhost:8080/health" }`');

const lists = (when: string) =>
  listOf(z.union([text, listed], { error: listError }), '["Look at the dashboard", { tcp: 5432 }]')
    .prefault([])
    .describe(when);

const linePattern = z
  .string({ error: expected('bad-pattern', 'a regular expression', 'put it in single quotes') })
  .min(1, { error: expected('bad-pattern', 'a regular expression') })
  .refine((input) => patternTrouble(input) === null, {
    error: ({ input }) =>
      explain({ code: 'bad-pattern', message: patternTrouble(String(input)) ?? 'cannot be used', remedy: 'RE2 syntax is read' }),
  });

const contextError = expected('wrong-type', 'a whole number from 0 to 10');
const percentError = expected('wrong-type', 'a percentage above 0 and up to 100, as a number');
const percent = z.number({ error: percentError }).gt(0, { error: percentError }).max(100, { error: percentError }).nullable();
const factorError = expected('wrong-type', 'a number of times from 1 on');
const factor = z.number({ error: factorError }).min(1, { error: factorError }).max(1000, { error: factorError });

const logErrors = mapping({
  builtin: flag
    .prefault(true)
    .describe(
      'Look for what Slipway knows: tracebacks, panics, memory that ran out, lines of the levels ERROR, CRITICAL and FATAL.',
    ),
  patterns: listOf(linePattern, "['payment declined']")
    .prefault([])
    .describe('More regular expressions (RE2 syntax) of lines that tell of an error.'),
  ignore: listOf(linePattern, "['known and harmless']")
    .prefault([])
    .describe('Regular expressions of lines that tell of none, whatever else matches.'),
  context_lines: z
    .int({ error: contextError })
    .min(0, { error: contextError })
    .max(10, { error: contextError })
    .prefault(2)
    .describe('Lines shown before and after.'),
});

const limits = mapping({
  memory_percent: percent
    .prefault(90)
    .describe("Memory in use, of the container's limit, or of the host's memory when it has none. Null: it is not looked at."),
  cpu_percent: percent
    .prefault(90)
    .describe('Processor time in use, of what the container may use, over a few seconds. Null: it is not looked at.'),
  restarts: wholeNumber(0).prefault(0).describe('Restarts of a container since the run put it in place.'),
  response_time: positiveDuration.prefault('2s').describe('For an answer to the health check.'),
});

const watch = mapping({
  duration: positiveDuration.prefault('10m').describe('How long `--watch` looks when it is not told.'),
  interval: positiveDuration.prefault('10s').describe('Between two looks.'),
  baseline: flag
    .prefault(true)
    .describe(
      'Let a rebuild note, beside its builds, how the services answer and what errors they log before they are replaced.',
    ),
  error_factor: factor.prefault(2).describe('More than so many times the error lines of before is a finding.'),
  latency_factor: factor.prefault(2).describe('More than so many times the response time of before is a finding.'),
});

/** `validation`. */
export const validation = mapping({
  pre_build: lists('Before the first build, for `slipway doctor`: free text, or checks.'),
  post_build: lists('After the builds, for `slipway validate`: free text, or checks.'),
  post_deployment: lists('After the run, for `slipway validate`: free text, or checks.'),
  log_errors: logErrors.prefault({}).describe('Which lines of build and container logs tell of errors.'),
  limits: limits.prefault({}).describe('What a service may use, and how fast it has to be.'),
  watch: watch.prefault({}).describe('The monitoring window of `slipway validate --watch`.'),
});
