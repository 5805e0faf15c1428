import * as z from 'zod';
import { expected, explain, show } from './explain.ts';
import { argv, flag, listOf, mapping, oneOf, pattern, positiveDuration, refuse, text } from './scalars.ts';

/** What a notification can be about. */
const NOTIFY_ON = ['failure', 'completion', 'wave'] as const;

/** An address of the web, which no message repeats: whoever knows a webhook's can post to it. */
function webAddress(what: string, suggest: (input: string) => string | undefined) {
  const error = ({ input }: { readonly input?: unknown }) =>
    explain({
      code: input === undefined ? 'missing-key' : 'bad-url',
      message: `expected ${what}${typeof input === 'string' ? ', found another text' : `, found ${show(input)}`}`,
      remedy: typeof input === 'string' ? suggest(input) : undefined,
    });
  return z.string({ error }).refine(isWebAddress, { error });
}

function isWebAddress(input: string): boolean {
  return /^https?:\/\/\S+$/i.test(input) && URL.canParse(input) && new URL(input).hostname !== '';
}

const webhook = webAddress('an address that begins with `https://` or `http://`', (input) => {
  if (/^\$\{?\w+\}?$/.test(input)) return `write \`webhook_env: ${input.replace(/\W/g, '')}\`: variables are not filled in here`;
  return /^[\w.-]+\.[a-z]{2,}(:\d+)?\//i.test(input) ? 'put `https://` in front' : undefined;
});

const endpoint = webAddress('the address of a collector, such as `http://localhost:4318`', (input) =>
  /^[\w.-]+:\d+/.test(input) ? 'put `http://` in front' : undefined,
);

const variable = pattern('bad-name', /^[A-Za-z_]\w*$/, 'the name of an environment variable', (input) =>
  typeof input === 'string' && /^\$\{?\w+\}?$/.test(input) ? `write \`${input.replace(/\W/g, '')}\`` : undefined,
);

const WAYS = ['webhook', 'webhook_env', 'webhook_file', 'command'] as const;

const notification = mapping({
  on: listOf(oneOf(NOTIFY_ON), '[failure, completion]')
    .prefault(['failure', 'completion'])
    .describe(
      '`failure`: a service failed or was put back, or the run failed. `completion`: the run ended. `wave`: a wave is done.',
    ),
  webhook: webhook.optional().describe('Address to post to. It is a secret as a rule: better name a variable or a file.'),
  webhook_env: variable.optional().describe('Environment variable that holds the address.'),
  webhook_file: text.optional().describe('File that holds the address, from the project dir.'),
  format: oneOf(['json', 'slack'])
    .optional()
    .describe('Of a webhook: all facts as `json`, or the text for Slack and what takes the same. Default: `json`.'),
  command: argv.optional().describe('Command to run instead, as a list of words; it gets the facts as JSON on stdin.'),
}).check((ctx) => {
  if (ctx.issues.length > 0) return;
  const { value } = ctx;
  const given = WAYS.filter((way) => value[way] !== undefined);
  const problem = (message: string, remedy: string) => refuse(ctx, value, { code: 'bad-notification', message, remedy });
  if (given.length === 0) problem('it names nobody to tell', 'add `webhook_env`, `webhook_file`, `webhook` or `command`');
  if (given.length > 1) problem(`${given.map((way) => `\`${way}\``).join(' and ')} exclude each other`, 'make one entry of each');
  if (given[0] === 'command' && value.format !== undefined)
    problem('`format` is for webhooks: a command gets JSON', 'remove `format`');
  if (value.on.length === 0) problem('`on` is empty: it would never be sent', 'for example `on: [failure]`');
});

/** `monitoring.notifications`. */
export const notifications = listOf(notification, '[{ on: [failure], webhook_env: SLACK_WEBHOOK, format: slack }]')
  .prefault([])
  .describe('Whom to tell how a run goes: see docs/telemetry.md.');

const otelMapping = mapping({
  endpoint: endpoint
    .nullable()
    .prefault(null)
    .describe(
      'Collector that takes OTLP over HTTP; `/v1/traces` is added. Null: OTEL_EXPORTER_OTLP_* say it, else this machine.',
    ),
  headers_env: variable
    .nullable()
    .prefault(null)
    .describe('Environment variable that holds request headers, as in OTEL_EXPORTER_OTLP_HEADERS: `name=value,name=value`.'),
  timeout: positiveDuration
    .nullable()
    .prefault(null)
    .describe('For one request. Null: OTEL_EXPORTER_OTLP_TIMEOUT says it, else 10s.'),
});

const otelError = expected(
  'wrong-type',
  '`true`, `false` or a mapping such as `{ endpoint: "http://localhost:4318" }`',
  (input) => {
    if (typeof input !== 'string') return undefined;
    if (['yes', 'on'].includes(input.toLowerCase())) return 'write `true`';
    return /^https?:/.test(input) ? 'write `{ endpoint: ... }`' : undefined;
  },
);

/** `monitoring.otel`. */
export const otel = z
  .union([flag, otelMapping], { error: otelError })
  .prefault(false)
  .describe('Send each run as an OpenTelemetry trace. True: where OTEL_EXPORTER_OTLP_* say.');
