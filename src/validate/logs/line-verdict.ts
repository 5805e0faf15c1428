import { jsonLine, levelOf } from './log-level.ts';

/** What a line tells of: `crash` = something ended that should not have, `error` = something went wrong. */
export interface Told {
  readonly gravity: 'crash' | 'error';
  /** For people, for example `panic`. */
  readonly what: string;
}

/** Most lines hold none of this, and need no closer look. */
const WORTH_A_LOOK =
  /err|eror|exception|fatal|crit|panic|traceback|severe|emerg|alert|memory|oom.kill|segmentation|core dumped|uncaught|unhandled|fail|"(?:level|s|lvl)":|^[EF](?:\d{4} |, \[)| E! |^PANI\[|^FATA\[/i;

const CRASHES: readonly (readonly [RegExp, string])[] = [
  [/^(?:panic|fatal error): /, 'panic'],
  [/^thread '[^']{0,100}'(?: \(\d{1,20}\))? panicked at /, 'panic'],
  [/^Exception in thread "/, 'uncaught exception'],
  [/^\W{0,3}(?:unhandled|uncaught) ?(?:exception|promise ?rejection|rejection|error|\w{1,40}Error)\b/i, 'uncaught exception'],
  [/triggerUncaughtException\(|UnhandledPromiseRejection(?:Warning)?\b/, 'uncaught exception'],
  // Redis gives its last words the mark of a warning.
  [/ # Fatal error,/, 'fatal'],
  [/^(?:#|=+) {0,2}A fatal error has been detected/, 'crash of the Java machine'],
  [
    /\bheap out of memory\b|\bOutOfMemoryError\b|^MemoryError\b|\bout of memory(?:$|:| \(|[.!]| error)|\bCannot allocate memory\b/i,
    'out of memory',
  ],
  [/\boom[-_]kill(?:ed|:|er invoked)|\binvoked oom-killer\b/i, 'out of memory'],
  [/\bsegmentation fault\b|\bcore dumped\b/i, 'segmentation fault'],
];

const ERRORS: readonly (readonly [RegExp, string])[] = [
  // Mosquitto puts the time in seconds before it.
  [/^(?:\d{10}: )?(?:[A-Za-z_][\w.$]{0,100})?(?:Error|Exception)(?: \[[A-Z_]{1,60}\])?: (?!0\b)\S/, 'exception'],
  [/^npm (?:ERR!|error) /, 'npm error'],
  [/\bPHP (?:Fatal|Parse) error: /, 'PHP error'],
];

/** The first line of a Python traceback; what went wrong stands at its end. */
export const TRACEBACK = /^Traceback \(most recent call last\):/;

/**
 * PostgreSQL ends a session with this, not itself; while it starts, everybody who comes too early gets one. nginx says so of a connection
 * (`*17`), such as a client's bad TLS.
 */
const OF_A_SESSION = /\bFATAL: {2}|\[(?:crit|alert)\] \d{1,10}#\d{1,10}: \*\d/;
const TOO_EARLY = /the database system is (?:starting up|shutting down|not yet accepting connections|in recovery mode)/;

/** What Slipway's own patterns make of a line; null = nothing. A line that gives itself a level below an error tells of none. */
export function verdictOn(line: string): Told | null {
  if (!WORTH_A_LOOK.test(line)) return null;
  const json = jsonLine(line);
  const level = json ? json.level : levelOf(line);
  if (level === 'quiet' || TOO_EARLY.test(line)) return null;
  const text = json ? json.text : line;
  const crash = CRASHES.find(([shape]) => shape.test(text));
  if (crash) return { gravity: 'crash', what: crash[1] };
  if (level === 'fatal' && OF_A_SESSION.test(text)) return { gravity: 'error', what: 'error' };
  if (level === 'fatal') return { gravity: 'crash', what: 'fatal' };
  if (level === 'error') return { gravity: 'error', what: 'error' };
  if (TRACEBACK.test(text)) return { gravity: 'error', what: 'traceback' };
  const error = ERRORS.find(([shape]) => shape.test(text));
  return error ? { gravity: 'error', what: error[1] } : null;
}
