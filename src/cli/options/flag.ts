import { err, ok, type Result } from '../../model/result.ts';

/** How one value is read from what the operator wrote; the error says what would be right. */
export interface Parse<T> {
  (text: string): Result<T, string>;
  /** Of a closed list: all of it. */
  readonly words?: readonly string[];
}

/** What a shell offers for a value or an argument. */
export type Completes =
  | 'services'
  | 'categories'
  | 'profiles'
  | 'runs'
  | 'releases'
  | 'backups'
  | 'commands'
  | 'files'
  | 'directories'
  | 'nothing';

/** One option of a command, as data: the command line, its help and `docs/commands.md` are made from it. */
export interface Flag<T> {
  /** With its dashes, for example `--batch-size`. */
  readonly name: string;
  readonly short: string | null;
  /** What stands for the value in help, for example `<N>`; null = the flag takes none. */
  readonly value: string | null;
  readonly says: string;
  readonly takes: 'nothing' | 'one' | 'many';
  readonly parse: Parse<unknown>;
  /** Left out: what the value is called tells (`<FILE>`), or its closed list of words. */
  readonly completes?: Completes;
  /** Never set: carries the type of what `valuesOf` gives. */
  readonly type?: T;
}

/** What makes a flag with a value. */
interface ValueSpec<T> {
  readonly says: string;
  readonly parse: Parse<T>;
  readonly completes?: Completes;
  readonly short?: string;
}

/** The flags of a command by the name that the code uses. */
export type FlagSet = Readonly<Record<string, Flag<unknown>>>;

/** What was given for each flag; null = an option that was not given. */
export type ValuesOf<F extends FlagSet> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

/** What commander collected, by its own names. */
export type Collected = Readonly<Record<string, unknown>>;

/** A flag that is given or not. */
export function toggle(name: string, says: string, short: string | null = null): Flag<boolean> {
  return { name, short, value: null, says, takes: 'nothing', parse: ok };
}

/** A flag with one value; of several the last one counts. */
export function one<T>(name: string, value: string, spec: ValueSpec<T>): Flag<T | null> {
  return { name, value, takes: 'one', short: null, ...spec };
}

/** A flag that can be repeated. */
export function many(name: string, value: string, spec: ValueSpec<string>): Flag<readonly string[]> {
  return { name, value, takes: 'many', short: null, ...spec, says: `${spec.says} (repeatable)` };
}

/** The flag as commander and help write it: `-f, --follow`, `--run <RUN>`. */
export function usageOf({ name, short, value }: Flag<unknown>): string {
  return `${short === null ? '' : `${short}, `}${name}${value === null ? '' : ` ${value}`}`;
}

/** Typed values from what commander collected. */
export function valuesOf<F extends FlagSet>(flags: F, collected: Collected): ValuesOf<F> {
  const entries = Object.entries(flags).map(([key, flag]) => [key, readValue(flag, collected)]);
  return Object.fromEntries(entries) as ValuesOf<F>;
}

/** Any text but an empty one. */
export const anyText: Parse<string> = (text) => (text.trim() === '' ? err('It must not be empty') : ok(text));

/** Commander keeps `--no-cache` as `cache: false`. */
function readValue({ name, takes }: Flag<unknown>, collected: Collected): unknown {
  const negative = name.startsWith('--no-');
  const value = collected[camelCase(negative ? name.slice('--no-'.length) : name.slice('--'.length))];
  if (negative) return value === false;
  switch (takes) {
    case 'nothing':
      return value === true;
    case 'one':
      return value ?? null;
    case 'many':
      return value ?? [];
  }
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
