import fc from 'fast-check';
import type { CrashService, Flaw } from '../support/crash-services.ts';

/** Twelve services of every kind: with data, critical, slow to stop, a job, judged by Docker's check or by Slipway's own probe. */
export const SERVICES: Readonly<Record<string, CrashService>> = {
  db: { data: 'named', critical: true, tested: true },
  cache: { data: 'anonymous' },
  queue: { stubborn: true },
  auth: { dependsOn: ['db'], critical: true },
  users: { dependsOn: ['db', 'auth'], tested: true },
  orders: { dependsOn: ['db', 'queue'] },
  stock: { dependsOn: ['cache'], data: 'anonymous', probed: true },
  migrate: { dependsOn: ['db'], job: true },
  web: { dependsOn: ['users', 'orders'], critical: true, probed: true },
  admin: { dependsOn: ['users'], probed: true, tested: true },
  mail: { data: 'named', stubborn: true, probed: true },
  report: { dependsOn: ['cache'], probed: true },
};

/** What somebody else does to a container while Slipway is at work. */
export interface Meddling {
  /** `killed`: ended by `docker kill`; `removed`: gone; `replaced`: removed, and made anew by plain Compose. */
  readonly what: 'killed' | 'removed' | 'replaced';
  readonly service: string;
  /** After so many events of the process. */
  readonly events: number;
}

/** How a process of Slipway ends before its time. */
type Death =
  | { readonly by: 'append'; readonly nth: number }
  | { readonly by: 'SIGKILL' | 'SIGINT' | 'SIGTERM'; readonly events: number; readonly laterMs: number };

/** One process of Slipway, and what happens to it and beside it; one without a death comes to its own end. */
export interface Life {
  readonly death: Death | null;
  readonly meddling: Meddling | null;
}

/** A rebuild with its faults: what is new, what of it is bad, and what happens on the way to the end. */
export interface Story {
  readonly changed: readonly string[];
  readonly flaws: Readonly<Record<string, Flaw>>;
  readonly options: {
    readonly batchSize: number | 'all' | null;
    readonly rollbackOnFail: boolean;
    readonly rollbackScope: 'service' | 'wave' | 'run';
  };
  readonly lives: readonly Life[];
}

const NAMES = Object.keys(SERVICES);
/** A volume without a name is lost with a container that somebody removes: that is not Slipway's doing. */
const REMOVABLE = NAMES.filter((name) => !SERVICES[name]!.job && SERVICES[name]!.data !== 'anonymous');

const events = fc.integer({ min: 0, max: 90 });
const meddling: fc.Arbitrary<Meddling> = fc.record({
  what: fc.constantFrom('killed', 'removed', 'replaced'),
  service: fc.constantFrom(...REMOVABLE),
  events,
});
const death: fc.Arbitrary<Death> = fc.oneof(
  fc.record({ by: fc.constant('append' as const), nth: fc.integer({ min: 1, max: 70 }) }),
  fc.record({
    by: fc.constantFrom('SIGKILL', 'SIGKILL', 'SIGINT', 'SIGTERM'),
    events,
    laterMs: fc.integer({ min: 0, max: 400 }),
  }),
);
const cutShort = fc
  .tuple(death, fc.option(meddling, { freq: 3 }))
  // The process that dies by an append prints no events to count.
  .map(([of, beside]) => ({ death: of, meddling: of.by === 'append' ? null : beside }));
const toTheEnd = fc.option(meddling, { freq: 3 }).map((beside) => ({ death: null, meddling: beside }));

const story: fc.Arbitrary<Story> = fc
  .record({
    changed: fc.subarray(NAMES, { minLength: 3, maxLength: 8 }),
    flawed: fc.array(fc.tuple(fc.nat(), fc.constantFrom<Flaw>('build', 'test', 'exits', 'unhealthy')), { maxLength: 3 }),
    options: fc.record({
      batchSize: fc.constantFrom(null, 2, 'all' as const),
      rollbackOnFail: fc.boolean(),
      rollbackScope: fc.constantFrom('service', 'service', 'wave', 'run'),
    }),
    deaths: fc.array(cutShort, { maxLength: 3 }),
    last: toTheEnd,
  })
  .map(({ flawed, deaths, last, ...rest }) => ({
    ...rest,
    flaws: Object.fromEntries(flawed.flatMap(([at, flaw]) => flawOf(rest.changed[at % rest.changed.length]!, flaw))),
    lives: [...deaths, last],
  }));

/** A flaw that the service can have and that shows within seconds; a job has none. */
function flawOf(name: string, flaw: Flaw): [string, Flaw][] {
  const { job, probed, tested } = SERVICES[name]!;
  if (job) return [];
  if (flaw === 'test' && !tested) return [[name, 'build']];
  return [[name, flaw === 'unhealthy' && !probed ? 'exits' : flaw]];
}

/** The story of a seed: always the same one. */
export function storyOf(seed: number): Story {
  return fc.sample(story, { seed, numRuns: 1 })[0]!;
}
