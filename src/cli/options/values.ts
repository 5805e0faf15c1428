import { PHASE_NAME } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { commaList } from '../../plan/selection.ts';
import { parseMaxFailures } from '../../run/max-failures.ts';
import { MAX_TIMER_MS, parseDuration } from '../../util/duration.ts';
import { nearest } from '../../util/nearest.ts';
import type { Parse } from './flag.ts';

/** More lines of a log than anybody reads would only fill the memory. */
export const MAX_LINES = 100_000;

/** The engine is asked no more often. */
const LEAST_REFRESH_MS = 100;

/** A whole number from 1, or `all`. */
export function parseBatchSize(text: string): Result<number | 'all', string> {
  if (text === 'all') return ok('all');
  const size = Number(text);
  return /^\d+$/.test(text) && size >= 1 && Number.isSafeInteger(size) ? ok(size) : err('Give a whole number from 1, or all');
}

/** A whole number of services, or a share of the selected ones such as `10%`; kept as written. */
export function parseFailureLimit(text: string): Result<string, string> {
  const limit = parseMaxFailures(text);
  return limit
    ? ok('count' in limit ? `${limit.count}` : `${limit.percent}%`)
    : err('Give a whole number of services such as 3, or a share of them up to 100%, such as 10%');
}

/** A duration with its unit, as milliseconds. */
export function parseWait(text: string): Result<number, string> {
  const ms = parseDuration(text);
  if (ms === null) return err('Give a number with its unit, such as 30s, 10m or 1h30m');
  return ms > MAX_TIMER_MS ? err('At most 24d') : ok(ms);
}

/** A number of lines of a log. */
export function parseLineCount(text: string): Result<number, string> {
  const lines = Number(text);
  return /^\d+$/.test(text) && lines >= 1 && lines <= MAX_LINES ? ok(lines) : err(`Give a whole number from 1 to ${MAX_LINES}`);
}

/** A number of services, from 0. */
export function parseServiceCount(text: string): Result<number, string> {
  const count = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(count) ? ok(count) : err('Give a whole number of services, such as 40');
}

/** A phase's name, as the configuration takes it. */
export function parsePhase(text: string): Result<string, string> {
  return PHASE_NAME.test(text) ? ok(text) : err('Give at most 40 letters, digits, _, . and -, the first a letter or digit');
}

/** How often to look: a duration from a tenth of a second on, as milliseconds. */
export function parseRefresh(text: string): Result<number, string> {
  const ms = parseWait(text);
  return ms.ok && ms.value < LEAST_REFRESH_MS ? err('At least 100ms') : ms;
}

/** How long to watch. A name behind `--watch` was meant as a service. */
export function parseWindow(text: string): Result<number, string> {
  const ms = parseWait(text);
  if (!ms.ok) return /^\d/.test(text) ? ms : err(`Services come before --watch, or give it a duration: --watch=10m ${text}`);
  return ms.value === 0 ? err('It must be longer than nothing') : ms;
}

/** One of a closed list of words. */
export function oneOf<const T extends string>(words: readonly T[]): Parse<T> {
  const parse: Parse<T> = (text) => {
    const word = words.find((w) => w === text);
    if (word !== undefined) return ok(word);
    const close = nearest(text, words);
    return err(`${close === undefined ? '' : `Did you mean ${close}? `}It is one of ${words.join(', ')}`);
  };
  return Object.assign(parse, { words });
}

/** A name or a comma list of names. */
export function parseNames(text: string): Result<string, string> {
  return commaList([text]).length > 0 ? ok(text) : err('Give at least one name');
}
