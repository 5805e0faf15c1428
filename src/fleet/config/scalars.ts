import * as z from 'zod';
import { DURATION_PATTERN, formatDuration, MAX_TIMER_MS, parseDuration } from '../../util/duration.ts';
import { nearest } from '../../util/nearest.ts';
import { parseSize, SIZE_PATTERN } from '../../util/size.ts';
import { expected, explain } from './explain.ts';

/** Docker refuses a smaller memory limit. */
const MIN_MEMORY_BYTES = 6 * 1024 * 1024;

const durationError = expected('bad-duration', 'a duration such as `30s`, `1m30s` or `500ms`', suggestDuration);
const longEnough = z.string({ error: durationError }).regex(DURATION_PATTERN, { error: durationError });

/** A duration above zero, in milliseconds. */
export const positiveDuration = longEnough.transform((text, ctx) => {
  const ms = timerMs(text, ctx);
  if (ms === 0) refuse(ctx, text, { code: 'bad-duration', message: 'must be longer than nothing', remedy: 'for example `30s`' });
  return ms;
});

/** A duration, in milliseconds; a plain 0 needs no unit. */
export const duration = z
  .union([longEnough, z.literal(0, { error: durationError })], { error: durationError })
  .transform((value, ctx) => (value === 0 ? 0 : timerMs(value, ctx)));

const requiredAgeError = expected('bad-duration', '`false` or a duration such as `24h`', (input) =>
  input === true ? 'say how old it may be: `24h`' : suggestDuration(input),
);

/** How old something required may be, in milliseconds; false = it is not required. */
export const requiredAge = z
  .union(
    [
      z.literal(false, { error: requiredAgeError }),
      z.string({ error: requiredAgeError }).regex(DURATION_PATTERN, { error: requiredAgeError }),
    ],
    { error: requiredAgeError },
  )
  .transform((value, ctx) => (value === false ? false : timerMs(value, ctx)));

/** Node's timers fire at once when they are asked to wait longer than this. */
function timerMs(text: string, ctx: z.core.$RefinementCtx): number {
  const ms = parseDuration(text) ?? Number.POSITIVE_INFINITY;
  if (ms > MAX_TIMER_MS)
    refuse(ctx, text, { code: 'bad-duration', message: 'must be shorter than 24 days', remedy: 'for example `1d`' });
  return ms;
}

function suggestDuration(input: unknown): string | undefined {
  if (typeof input === 'number' && input > 0) return `write the unit: \`${formatDuration(input * 1000)}\``;
  if (typeof input !== 'string') return undefined;
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(input.trim());
  const letter = match?.[2]?.toLowerCase() ?? '';
  const unit = letter.startsWith('ms') || letter.startsWith('milli') ? 'ms' : letter.charAt(0) || 's';
  return match && 'ms d h'.includes(unit) ? `write \`${match[1]}${unit}\`` : undefined;
}

const sizeError = expected('bad-size', 'a size such as `512m` or `2g`');

/** A memory limit in bytes, as text in Docker's own notation or as a number of bytes. */
export const memorySize = z
  .union([z.string({ error: sizeError }).regex(SIZE_PATTERN, { error: sizeError }), z.int({ error: sizeError })], {
    error: sizeError,
  })
  .transform((value, ctx) => {
    const bytes = typeof value === 'number' ? value : (parseSize(value) ?? Number.NaN);
    if (!(bytes >= MIN_MEMORY_BYTES)) refuse(ctx, value, { code: 'bad-size', message: 'Docker needs at least `6m`' });
    return bytes;
  });

const spaceError = expected('bad-size', 'a size such as `10g` or `500m`');

/** Space on a disk in bytes, written as a memory limit is; `0` is none. */
export const diskSize = z
  .union([z.string({ error: spaceError }).regex(SIZE_PATTERN, { error: spaceError }), z.int({ error: spaceError })], {
    error: spaceError,
  })
  .transform((value, ctx) => {
    const bytes = typeof value === 'number' ? value : (parseSize(value) ?? Number.NaN);
    if (!(bytes >= 0)) refuse(ctx, value, { code: 'bad-size', message: 'must not be negative, nor larger than any disk' });
    return bytes;
  });

const cpuError = expected('bad-cpus', 'a number of processors such as "2.0"');

/** A number of processors, as a number or as text ("2.0", the way Compose writes it). */
export const cpuCount = z
  .union([z.string({ error: cpuError }).regex(/^\d+(\.\d+)?$/, { error: cpuError }), z.number({ error: cpuError })], {
    error: cpuError,
  })
  .transform((value, ctx) => {
    const cpus = Number(value);
    if (!(cpus >= 0.01 && cpus <= 4096)) refuse(ctx, value, { code: 'bad-cpus', message: 'must lie between 0.01 and 4096' });
    return cpus;
  });

const thresholdError = expected('bad-threshold', 'a number of services such as 3, or a share such as "10%"');

/** Two kinds of failure threshold: a count, or a share of the selected services. */
export const maxFailures = z
  .union(
    [
      z.int({ error: thresholdError }).min(0, { error: thresholdError }),
      z.string({ error: thresholdError }).regex(/^(100|\d{1,2})%$/, { error: thresholdError }),
    ],
    { error: thresholdError },
  )
  .transform((value) => (typeof value === 'number' ? { count: value } : { percent: Number.parseInt(value, 10) }));

/** A TCP port. */
export const port = z.int({ error: portError }).min(1, { error: portError }).max(65_535, { error: portError });

function portError(issue: { code?: string; input?: unknown }): string {
  return expected('bad-port', 'a port number from 1 to 65535', (input) => {
    const digits = typeof input === 'string' ? /^\d+(?=:|$)/.exec(input)?.[0] : undefined;
    return digits && Number(digits) >= 1 && Number(digits) <= 65_535
      ? `write \`${digits}\`: the port on the host, as a number without quotes`
      : undefined;
  })(issue);
}

/** A whole number from `min` on. */
export function wholeNumber(min: number) {
  const error = expected('wrong-type', `a whole number from ${min} on`);
  return z.int({ error }).min(min, { error }).max(1_000_000, { error });
}

/** `true` or `false`; YAML 1.2 reads `yes` and `on` as text, which the remedy says. */
export const flag = z.boolean({
  error: expected('wrong-type', '`true` or `false`', (input) => {
    const said = typeof input === 'object' ? '' : String(input).toLowerCase();
    if (['yes', 'on', 'true', 'y', '1'].includes(said)) return 'write `true`';
    return ['no', 'off', 'false', 'n', '0'].includes(said) ? 'write `false`' : undefined;
  }),
});

/** Text of at least one character. */
export const text = z
  .string({
    error: expected('wrong-type', 'text', (input) =>
      typeof input === 'number' ? `put it in quotes: \`"${input}"\`` : undefined,
    ),
  })
  .min(1, { error: expected('empty-text', 'text of at least one character') });

/** Text of a fixed shape; `what` completes "expected …". */
export function pattern(code: string, shape: RegExp, what: string, remedy?: (input: unknown) => string | undefined) {
  const error = expected(code, what, remedy);
  return z.string({ error }).regex(shape, { error });
}

/** One of a few words, with the nearest one as remedy. */
export function oneOf<const T extends readonly string[]>(words: T) {
  const list = words.map((word) => `\`${word}\``).join(', ');
  return z.enum(words, {
    error: expected('unknown-value', `one of ${list}`, (input) => {
      const near = typeof input === 'string' ? nearest(input, words) : undefined;
      return near && `did you mean \`${near}\`?`;
    }),
  });
}

/** A list; `example` is shown when something else stands there. */
export function listOf<T extends z.core.$ZodType>(item: T, example: string) {
  return z.array(item, { error: expected('wrong-type', 'a list', `for example \`${example}\``) });
}

/** A command as its words, never a shell line. A text gets the list it probably means as remedy. */
export const argv = argvWith(suggestArgv);

/** One of several commands: who writes `[./notify, start]` for a list of commands has written two texts. */
export const argvOfMany = argvWith(
  (input) => `a list of commands is a list of lists; ${suggestArgv(input) ?? 'for example `[[./notify, start]]`'}`,
);

function argvWith(suggest: (input: unknown) => string | undefined) {
  return z
    .array(
      z.string({
        error: expected('wrong-type', 'text for each word of a command', (input) => `put it in quotes: \`"${input}"\``),
      }),
      {
        error: expected('command-not-a-list', 'a command as a list of its words', suggest),
      },
    )
    .refine((words) => words.length > 0 && words[0] !== '', {
      error: expected('command-not-a-list', 'at least the name of a program', 'for example `[pytest]`'),
    });
}

function suggestArgv(input: unknown): string | undefined {
  if (typeof input !== 'string' || input.trim() === '') return undefined;
  const needsShell = /[|&;<>$`*?~\n]/.test(input);
  const words = needsShell
    ? ['sh', '-c', input]
    : (input.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((w) => w.replace(/^(["'])(.*)\1$/, '$2'));
  return `write \`[${words.map((word) => JSON.stringify(word)).join(', ')}]\``;
}

/** A mapping that knows its keys. */
export function mapping<T extends z.core.$ZodLooseShape>(shape: T) {
  const knownKeys = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? explain({ code: 'unknown-key', message: 'unknown key', knownKeys })
        : expected('wrong-type', 'a mapping', `its keys are ${knownKeys.map((key) => `\`${key}\``).join(', ')}`)(issue),
  });
}

/** Adds a problem to a value that has the right form. */
export function refuse(ctx: z.core.ParsePayload, input: unknown, problem: Parameters<typeof explain>[0]): void {
  ctx.issues.push({ code: 'custom', input, message: explain(problem) });
}
