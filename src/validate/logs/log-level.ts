import { isMapping } from '../../util/is-mapping.ts';

/** What a line says of itself: `quiet` = it has a level, and that is below an error. */
export type Level = 'quiet' | 'error' | 'fatal';

const LEVELS: Readonly<Record<string, Level>> = {
  ...levels(
    'quiet',
    'trace debug debu verbose dbug trce info inf information notice log hint detail statement warn warning i d w t',
  ),
  ...levels('error', 'error erro eror err severe fail e'),
  ...levels('fatal', 'fatal fata critical crit panic pani emerg emergency alert dpanic f'),
};

function levels(level: Level, words: string): Record<string, Level> {
  return Object.fromEntries(words.split(' ').map((word) => [word, level]));
}

/** Where a level can stand in a line. Characters. */
const HEAD = 160;

/** A level and where in the line it stands. */
interface Found {
  readonly level: Level;
  readonly at: number;
}

/** An answer to an HTTP request, as web servers log it: what the client sent comes after this. */
const ACCESS = /"(?:[A-Z]{3,10} [^"]{0,2000}|-)" [1-5]\d\d\b/;

/** The level that a plain line gives itself, wherever the usual loggers put it: the first that there is; null = none that is certain. */
export function levelOf(line: string): Level | null {
  const own = line.slice(0, ACCESS.exec(line)?.index);
  const head = own.slice(0, HEAD);
  const found = [markLevel(head), pairLevel(own), bracketLevel(head), wordLevel(head)].filter((one) => one !== null);
  return found.reduce<Found | null>((first, one) => (first && first.at <= one.at ? first : one), null)?.level ?? null;
}

/** `level=error`, as logfmt writes it: first in the line, or among other pairs. */
function pairLevel(line: string): Found | null {
  const match = /(?:^|\s)(?:level|lvl|severity|loglevel)="?([a-z]{1,12})\b/i.exec(line);
  if (!match || (match.index > 0 && !/(?:^|\s)(?:time|ts|t|msg|message|caller|logger|component|err|error)=/.test(line)))
    return null;
  return foundAt(match[1], match.index);
}

/** Marks of loggers with a shape of their own, at the beginning of the line. */
const MARKS = [
  // klog, and Ruby's Logger: `E0102 15:04:05 …`, `E, [2026-…`.
  /^([IWEFDT])(?:\d{4} \d\d:\d\d:|, \[\d)/,
  // Telegraf: `2026-02-04T14:00:00Z E! …`.
  /^\d{4}-\d\d-\d\dT\S{1,20} ([EWID])! /,
  // logrus on a terminal: `ERRO[0012] …`.
  /^([A-Z]{4})\[\d/,
  // Zigbee2MQTT and others: `Zigbee2MQTT:error 2026-02-04 …`.
  /^[\w-]{1,40}:(error|warn|warning|info|debug) {1,2}\d/,
];

function markLevel(head: string): Found | null {
  return foundAt(
    MARKS.map((mark) => mark.exec(head)?.[1]).find((word) => word !== undefined),
    0,
  );
}

/** `[error]`, `[core:error]`, also in capitals; between other brackets only where a level stands. */
function bracketLevel(head: string): Found | null {
  for (const match of head.matchAll(/([[<(])(?:[\w.-]{1,30}:)?([a-z]{3,11})[\])>]/gi)) {
    const word = match[2]!;
    // Short and common words in brackets are names of threads and modules.
    const isWord = word.length > 3 || /^(?:ERR|INF)$/i.test(word);
    if (!isWord || (match[1] !== '[' && !isHead(head.slice(0, match.index)))) continue;
    const found = foundAt(word, match.index);
    if (found) return found;
  }
  return null;
}

const WORD =
  /(?<![\w.=/-])(TRACE|DEBUG|VERBOSE|INFO|NOTICE|LOG|HINT|DETAIL|STATEMENT|WARN|WARNING|ERROR|ERR|SEVERE|FATAL|CRITICAL|CRIT|PANIC|EMERG|ALERT|error|fatal|panic|fail|critical|crit|warn|warning|info|dbug|trce|debug)(?![\w=])/g;

/** A word in capitals where a level stands, or a small one with a colon at the beginning: `ERROR`, `ERROR:root:`, `error: …`. */
function wordLevel(head: string): Found | null {
  for (const match of head.matchAll(WORD)) {
    const word = match[1]!;
    const before = head.slice(0, match.index);
    const after = head.slice(match.index + word.length);
    if (isCounted(before, after)) continue;
    const isCapital = word === word.toUpperCase();
    const isMarked = isCapital ? /^(?:[:\])>|/]|\s+[-|]|\t| {2})/.test(after) : /^(?:\[[^\]]{0,40}\])?: /.test(after);
    const stands = isCapital ? isMarked || isHead(before) : isMarked && isHead(before);
    if (stands) return foundAt(word, match.index);
  }
  return null;
}

/** `0 ERROR`, `ERROR: 0`, `ERROR COUNT`: a count, or the name of something. */
function isCounted(before: string, after: string): boolean {
  return (
    /(?:^|\s)(?:0|no|zero|without|any)\s$/i.test(before) ||
    /^(?:\W{0,3}0(?![.:\dx])|\s+(?:count|rate|budget|handl|page|log\b))/i.test(after)
  );
}

/** Whether there is nothing before a level but what a logger writes: times, numbers, brackets, names between dashes. */
function isHead(before: string): boolean {
  const tokens = before.split(/\s+/).filter(Boolean);
  return tokens.every((token, at) => {
    if (/\d|^[^\w]|[\])>|:,-]$/.test(token)) return true;
    if (/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|UTC|GMT|AM|PM)$/.test(token))
      return true;
    const next = tokens[at + 1];
    return next === undefined ? /\.\w/.test(token) : /^[-|]+$/.test(next);
  });
}

/** What a line of JSON says; `text` is its message, for when it has no level. Null: it is no object of JSON. */
export function jsonLine(line: string): { readonly level: Level | null; readonly text: string } | null {
  if (!/^\s*\{\s*"/.test(line)) return null;
  const value = parsed(line);
  // One that is longer than what is looked at is no JSON any more, but its level mostly stands in front.
  if (value === null) return { level: named(LEVEL_IN_JSON.exec(line)?.[1]), text: '' };
  const level = [...jsonLevels(value)].find((one) => one !== null) ?? null;
  const text = ['message', 'msg', '@m', 'event', 'log'].map((key) => value[key]).find((one) => typeof one === 'string');
  return { level, text: (text as string | undefined) ?? '' };
}

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return isMapping(value) ? value : null;
  } catch {
    return null;
  }
}

const LEVEL_IN_JSON = /"(?:level|severity|lvl|levelname|loglevel|log\.level|log_level|@l)"\s*:\s*"([A-Za-z]{1,12})"/i;
const LEVEL_KEYS = ['level', 'severity', 'lvl', 'levelname', 'loglevel', 'log.level', 'log_level', '@l', 's'];

/** In the order of the keys, whatever their case; ECS has `log: {level}`, Loguru `record: {level: {name}}`. */
function* jsonLevels(value: Readonly<Record<string, unknown>>): Generator<Level | null> {
  const own = new Map(Object.entries(value).map(([key, one]) => [key.toLowerCase(), one]));
  for (const key of LEVEL_KEYS) yield jsonLevel(own.get(key));
  for (const inner of [value.log, value.record]) {
    if (!isMapping(inner)) continue;
    yield jsonLevel(isMapping(inner.level) ? inner.level.name : inner.level);
  }
}

/** Bunyan and pino count: 50 is an error, 60 is fatal. */
function jsonLevel(value: unknown): Level | null {
  if (typeof value === 'number') return value >= 60 ? 'fatal' : value >= 50 ? 'error' : value >= 10 ? 'quiet' : null;
  return typeof value === 'string' ? named(value) : null;
}

function named(word: string | undefined): Level | null {
  const key = word?.toLowerCase() ?? '';
  return Object.hasOwn(LEVELS, key) ? LEVELS[key]! : null;
}

function foundAt(word: string | undefined, at: number): Found | null {
  const level = named(word);
  return level && { level, at };
}
