import { Random } from '../../docker/simulated/random.ts';
import type { RunState } from '../../journal/projection.ts';
import { recordsFromRuns } from '../../journal/service-records.ts';
import type { ServiceState } from '../../journal/service-state.ts';
import type { ServiceKey } from '../../model/ids.ts';
import { quantile, stepSamples } from '../../plan/estimate.ts';
import type { ServiceRecord } from '../../plan/types.ts';

/** What a rebuild of one service is made of; milliseconds. */
export interface StepTimes {
  readonly backupMs: number;
  readonly buildMs: number;
  readonly testMs: number;
  readonly replaceMs: number;
  readonly verifyMs: number;
  /** The part of the replace from the end of the old container to the start of the new one. */
  readonly gapMs: number;
}

/** Chooses one of the recorded durations. */
type Pick = (valuesMs: readonly number[]) => number;

/** The gap of a replace that nobody has seen: what small services take (docs/performance.md). */
const USUAL_GAP_MS = 500;

/** What the journals say of how long things take. */
export class History {
  readonly records: ReadonlyMap<ServiceKey, ServiceRecord>;
  readonly #samples: ReturnType<typeof stepSamples>;
  readonly #gaps: ReadonlyMap<ServiceKey, readonly number[]>;

  constructor(runsOldestFirst: readonly RunState[]) {
    this.records = recordsFromRuns(runsOldestFirst);
    this.#samples = stepSamples(this.records);
    this.#gaps = gapsOf(runsOldestFirst);
  }

  /** Whether any step of the service was ever recorded. */
  hasSeen(service: ServiceKey): boolean {
    return Object.values(this.records.get(service)?.durationsMs ?? {}).some((values) => values.length > 0);
  }

  /** How many durations of one kind of step there are at most, of the services given. */
  mostSamples(services: readonly ServiceKey[]): number {
    const counts = services.flatMap((key) => Object.values(this.records.get(key)?.durationsMs ?? {}).map((v) => v.length));
    return counts.reduce((most, count) => Math.max(most, count), 0);
  }

  /** The median of each step. */
  typical(services: readonly ServiceKey[]): ReadonlyMap<ServiceKey, StepTimes> {
    return this.#times(services, (values) => quantile(values, 0.5)!);
  }

  /** Each step as long as it was one time, by chance; the same for the same seed. */
  drawn(services: readonly ServiceKey[], seed: number): ReadonlyMap<ServiceKey, StepTimes> {
    const random = new Random(seed);
    return this.#times(services, (values) => values[random.between(0, values.length - 1)]!);
  }

  #times(services: readonly ServiceKey[], pick: Pick): ReadonlyMap<ServiceKey, StepTimes> {
    return new Map(services.map((key) => [key, this.#timesOf(key, pick)]));
  }

  #timesOf(service: ServiceKey, pick: Pick): StepTimes {
    const of = (kind: 'backup' | 'build' | 'test' | 'replace' | 'verify') => pick(this.#samples(service, kind).valuesMs);
    const replaceMs = of('replace');
    return {
      backupMs: of('backup'),
      buildMs: of('build'),
      testMs: of('test'),
      replaceMs,
      verifyMs: of('verify'),
      gapMs: Math.min(replaceMs, pick(this.#gaps.get(service) ?? [USUAL_GAP_MS])),
    };
  }
}

function gapsOf(runs: readonly RunState[]): ReadonlyMap<ServiceKey, readonly number[]> {
  const gaps = new Map<ServiceKey, number[]>();
  for (const run of runs) {
    for (const state of run.services.values()) {
      const gapMs = gapOf(state);
      if (gapMs === null) continue;
      const known = gaps.get(state.service);
      if (known) known.push(gapMs);
      else gaps.set(state.service, [gapMs]);
    }
  }
  return gaps;
}

/** The recorded downtime ends with the first healthy verdict; the verify step begins when the new container has been started. */
function gapOf({ lastCompleted, facts, steps }: ServiceState): number | null {
  const verify = steps.find((step) => step.kind === 'verify');
  if (!verify || facts.healthyAt === null || typeof lastCompleted?.downtimeMs !== 'number') return null;
  const begunMs = Date.parse(verify.at) - verify.durationMs;
  return Math.max(0, lastCompleted.downtimeMs - Math.max(0, Date.parse(facts.healthyAt) - begunMs));
}
