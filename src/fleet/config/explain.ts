/** What a schema says about a bad value. zod carries one text for an issue, so it travels as JSON in that text. */
export interface Explanation {
  readonly code: string;
  /** Without the path; it is put in front later. */
  readonly message: string;
  readonly remedy?: string | undefined;
  /** Of a mapping: the keys it knows. */
  readonly knownKeys?: readonly string[];
}

/** The part of zod's issue that an explanation needs. */
interface BadInput {
  readonly code?: string;
  readonly input?: unknown;
}

/** The text to give to zod. */
export function explain(explanation: Explanation): string {
  return JSON.stringify(explanation);
}

/** Reads `explain` back; null for a text of zod's own. */
export function readExplanation(message: string): Explanation | null {
  if (!message.startsWith('{"code":')) return null;
  return JSON.parse(message) as Explanation;
}

/** An error function for a schema: `expected <what>, found <input>`, and a remedy made from the input or given as text. */
export function expected(code: string, what: string, remedy?: string | ((input: unknown) => string | undefined)) {
  return (issue: BadInput) =>
    explain({
      code: issue.input === undefined ? 'missing-key' : code,
      message: issue.input === undefined ? `missing; expected ${what}` : `expected ${what}, found ${show(issue.input)}`,
      remedy: typeof remedy === 'function' ? remedy(issue.input) : remedy,
    });
}

/** A value in a few words, as it would be written in YAML. */
export function show(value: unknown): string {
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
