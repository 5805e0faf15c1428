import type { EventBody } from './events.ts';

/** Longer texts are cut and only the last lines kept: an event shows, the log file keeps everything. */
const MAX_TEXT_CHARACTERS = 2048;
const MAX_LINES = 40;
const LINES: ReadonlySet<string> = new Set(['lastLogLines', 'healthLog']);

/**
 * The fields that hold words from outside. Names, tags and ids are left alone: a password that equals a service's name must not
 * rename the service in the journal.
 */
const FREE_TEXT: ReadonlySet<string> = new Set([
  'message',
  'why',
  'text',
  'line',
  'what',
  'lastLogLines',
  'healthLog',
  'commands',
  'command',
  'name',
  'for',
  'by',
]);

/** The event with secrets removed from its free texts, and these bounded in length. */
export function redactEvent(body: EventBody, redact: (text: string) => string): EventBody {
  return walk(body, '', redact) as EventBody;
}

/** What holds no free text is passed on as it is: most of what an event holds. */
function walk(value: unknown, key: string, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return FREE_TEXT.has(key) ? clip(redact(value)) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (LINES.has(key) ? value.slice(-MAX_LINES) : value).map((v) => walk(v, key, redact));
  const inFailure = key === 'failure';
  let safe: Record<string, unknown> | null = null;
  for (const k of Object.keys(value)) {
    const before = (value as Record<string, unknown>)[k];
    const after = walk(before, inFailure && k === 'step' ? 'text' : k, redact);
    if (after === before) continue;
    safe ??= { ...value };
    safe[k] = after;
  }
  return safe ?? value;
}

function clip(text: string): string {
  const more = text.length - MAX_TEXT_CHARACTERS;
  return more <= 0 ? text : `${text.slice(0, MAX_TEXT_CHARACTERS)}… (${more} more characters)`;
}
