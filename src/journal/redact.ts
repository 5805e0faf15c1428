import type { ComposeModel } from '../fleet/types.ts';
import { escapeRegExp } from '../util/escape-regexp.ts';
import { secretValues } from './secret-values.ts';

/** What stands for a secret. */
const HIDDEN = '***';

/** A line longer than this is passed on in parts. Characters. */
const MAX_LINE = 64 * 1024;

/** Removes secrets from texts. */
export interface Redactor {
  /** The text without secrets. */
  text(text: string): string;
  /** For a text that comes in chunks, cut anywhere. */
  stream(): RedactingStream;
}

/** Gives out whole lines as they are complete; a secret across two chunks is found. */
export interface RedactingStream {
  push(chunk: string): string;
  /** The rest. */
  end(): string;
}

/** A redactor for the values of the models, for `more` values, and for what a name gives away (`TOKEN=…`, `://user:…@`). */
export function createRedactor(models: readonly ComposeModel[], more: readonly string[] = []): Redactor {
  const values = [...new Set([...secretValues(models), ...more.filter(Boolean)].flatMap(spellings))].sort(
    (a, b) => b.length - a.length,
  );
  const known = values.length > 0 ? new RegExp(values.map(escapeRegExp).join('|'), 'g') : null;
  const text = (input: string) => hideTelling(known ? input.replace(known, HIDDEN) : input);
  return { text, stream: () => new LineStream({ text, known, longest: values[0]?.length ?? 0 }) };
}

/** As written, inside a JSON string, and inside a URL. A line break cannot match within a line: such values come line by line. */
function spellings(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  return value
    .split(/\r?\n/)
    .concat(json, urlEncoded(value))
    .filter((spelling) => spelling !== '');
}

function urlEncoded(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    return '';
  }
}

/** Every repetition is bounded: a log line is input from outside, and must not be able to make the match slow. */
const TELLING_NAME = String.raw`[\w.-]{0,64}(?:password|passwd|passphrase|secret|token|credentials?|(?:api|access|secret|private|signing|encryption|master|auth)[_-]?key)`;
const TELLING: readonly (readonly [RegExp, string])[] = [
  [new RegExp(String.raw`\b(${TELLING_NAME}=)(?:"[^"\n]*"|'[^'\n]*'|[^\s"',;&]+)`, 'gi'), `$1${HIDDEN}`],
  [new RegExp(String.raw`("${TELLING_NAME}"\s*:\s*")(?:[^"\\\n]|\\.)*"`, 'gi'), `$1${HIDDEN}"`],
  [new RegExp(String.raw`(--${TELLING_NAME}\s+)[^\s-]\S*`, 'gi'), `$1${HIDDEN}`],
  [/\b(authorization:\s*(?:bearer|basic|token)\s+)[^\s"']+/gi, `$1${HIDDEN}`],
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#:@]{0,256}:)[^\s/?#@]{1,1024}@/gi, `$1${HIDDEN}@`],
];

/** A cheap look first: most lines hold none of these words. */
const MAY_TELL = /passw|passphrase|secret|token|credential|key|authorization|:\/\//i;

function hideTelling(text: string): string {
  if (!MAY_TELL.test(text)) return text;
  return TELLING.reduce((hidden, [pattern, replacement]) => hidden.replace(pattern, replacement), text);
}

class LineStream implements RedactingStream {
  readonly #text: (input: string) => string;
  readonly #known: RegExp | null;
  readonly #longest: number;
  #held = '';

  constructor(init: { text: (input: string) => string; known: RegExp | null; longest: number }) {
    this.#text = init.text;
    this.#known = init.known;
    this.#longest = init.longest;
  }

  push(chunk: string): string {
    this.#held += chunk;
    const lines = this.#release(this.#held.lastIndexOf('\n') + 1);
    return this.#held.length > MAX_LINE + this.#longest ? lines + this.#release(this.#safeCut()) : lines;
  }

  end(): string {
    return this.#release(this.#held.length);
  }

  #release(upTo: number): string {
    if (upTo === 0) return '';
    const out = this.#text(this.#held.slice(0, upTo));
    this.#held = this.#held.slice(upTo);
    return out;
  }

  /** A place before which no secret begins that ends after it. */
  #safeCut(): number {
    const wanted = this.#held.length - this.#longest;
    for (const match of this.#known ? this.#held.matchAll(this.#known) : []) {
      const end = match.index + match[0].length;
      if (match.index < wanted && end > wanted) return end;
    }
    return wanted;
  }
}
