import { parseMaxFailures } from '../run/max-failures.ts';
import { nearest } from '../util/nearest.ts';
import type { FollowOptions, JournalOptions } from './journal.ts';
import type { FleetOptions, PlanOptions, RunOptions } from './options.ts';
import { misuse } from './problems.ts';
import type { RebuildOptions } from './rebuild.ts';
import type { RollbackOptions } from './rollback.ts';

/** What a value has to be, in words and as a test. */
interface Kind {
  readonly says: string;
  readonly holds: (value: unknown) => boolean;
}

type Kinds<Options> = { readonly [Name in keyof Required<Options>]: Kind };

const text: Kind = { says: 'a text', holds: (value) => typeof value === 'string' };
const texts: Kind = { says: 'a list of texts', holds: (value) => Array.isArray(value) && value.every(text.holds) };
const flag: Kind = { says: 'true or false', holds: (value) => typeof value === 'boolean' };
const listener: Kind = { says: 'a function', holds: (value) => typeof value === 'function' };
const signal: Kind = { says: 'an AbortSignal', holds: (value) => value instanceof AbortSignal };
const variables: Kind = { says: 'an object of texts', holds: (value) => typeof value === 'object' && value !== null };
const time: Kind = { says: 'milliseconds from 0', holds: (value) => Number.isFinite(value) && Number(value) >= 0 };
const batchSize: Kind = {
  says: 'a whole number from 1, or all',
  holds: (value) => value === 'all' || (Number.isSafeInteger(value) && Number(value) >= 1),
};
const maxFailures: Kind = {
  says: 'a whole number such as 3, or a share up to 100%, such as 10%',
  holds: (value) => (typeof value === 'number' || typeof value === 'string') && parseMaxFailures(String(value)) !== null,
};

const SCOPES: readonly unknown[] = ['service', 'wave', 'run'] satisfies PlanOptions['rollbackScope'][];
const scope: Kind = { says: 'service, wave or run', holds: (value) => SCOPES.includes(value) };
const textsOrAll: Kind = { says: 'a list of texts, or all', holds: (value) => value === 'all' || texts.holds(value) };

const FLEET: Kinds<FleetOptions> = { projectDir: text, config: text, envFiles: texts, profiles: texts, env: variables };
const RUN: Kinds<RunOptions> = {
  lockWaitMs: time,
  signal,
  drainSignal: signal,
  onStart: listener,
  onEvent: listener,
  onDiagnostic: listener,
};
const PLAN: Kinds<PlanOptions> = {
  ...FLEET,
  services: texts,
  categories: texts,
  skipTests: flag,
  noCache: flag,
  force: flag,
  pull: flag,
  batchSize,
  maxFailures,
  rollbackOnFail: flag,
  rollbackScope: scope,
};
const REBUILD: Kinds<RebuildOptions> = { ...PLAN, ...RUN, continue: flag, planFile: text };
const ROLLBACK: Kinds<RollbackOptions> = { ...FLEET, ...RUN, services: textsOrAll, to: text };
const JOURNAL: Kinds<JournalOptions> = { ...FLEET, run: text };
const FOLLOW: Kinds<FollowOptions> = { ...JOURNAL, signal };

const CALLS = {
  plan: PLAN,
  rebuild: REBUILD,
  rollback: ROLLBACK,
  runs: FLEET,
  readJournal: JOURNAL,
  followJournal: FOLLOW,
} as const;

/**
 * Throws a SlipwayError for an option that the call does not have, or whose value cannot be: a program without types that writes `service` for
 * `services` must not rebuild the whole fleet.
 */
export function checkOptions(call: keyof typeof CALLS, options: unknown): void {
  if (typeof options !== 'object' || options === null) throw misuse(`${call}() takes its options as an object`, 'Give an object');
  const kinds: Readonly<Record<string, Kind>> = CALLS[call];
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) throw misuse(`${call}() has no option ${name}`, remedyFor(name, Object.keys(kinds)));
    if (value !== undefined && !kind.holds(value)) throw misuse(`${name} ${shown(value)}is not valid`, `Give ${kind.says}`);
  }
}

function remedyFor(name: string, names: readonly string[]): string {
  const meant = nearest(name, names);
  return meant === undefined ? `It has ${names.join(', ')}` : `Did you mean ${meant}?`;
}

/** Only what is short; an environment may hold secrets. */
function shown(value: unknown): string {
  return ['number', 'boolean', 'string'].includes(typeof value) ? `${value} ` : '';
}
