import { createSimulatedHost } from '../../docker/simulated/host.ts';
import type { SimulatedHost } from '../../docker/simulated/host-types.ts';
import { configDigest } from '../../fleet/fingerprint/config-digest.ts';
import type { Fingerprint, Fleet, Service } from '../../fleet/types.ts';
import type { EventBody } from '../../journal/events.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { runIdAt, type ServiceKey } from '../../model/ids.ts';
import { err, type Result } from '../../model/result.ts';
import { planRebuild } from '../../plan/plan.ts';
import type { Observed, Plan, PlanOptions, ServiceRecord } from '../../plan/types.ts';
import { executePlan } from '../executor/executor.ts';
import { PauseGate } from '../executor/pause.ts';
import { StopController } from '../executor/stop.ts';
import { StoredForms } from '../rollback/stored-forms.ts';
import { rehearsalDurations, rehearsalFleet, type TimesOf } from './rehearsal-fleet.ts';
import type { BatchSize, TimedStep } from './types.ts';

/** What every rehearsal of a forecast has in common. Ids are the same on every host, so that one plan fits all. */
export interface Scene {
  readonly fleet: Fleet;
  readonly options: PlanOptions;
  readonly records: ReadonlyMap<ServiceKey, ServiceRecord>;
}

/** How one run of the plan went on a simulated host; milliseconds from its beginning. */
export interface Rehearsal {
  readonly tookMs: number;
  readonly steps: readonly TimedStep[];
  readonly healthyMs: ReadonlyMap<ServiceKey, number>;
  readonly downtimesMs: readonly number[];
  /** Services that did not complete: something in the fleet is not as the simulation takes it to be. */
  readonly failed: readonly ServiceKey[];
}

const HOST_SEED = 1;

/** Plans what a rebuild would do on a host on which the fleet runs as recorded, after the inputs of all that is built have changed. */
export async function planRehearsal({ fleet, options, records }: Scene, times: TimesOf): Promise<Result<Plan, Diagnostic[]>> {
  const set = rehearsalFleet(fleet, times);
  const host = hostFor(set, times);
  const before = fingerprints(host, set);
  const observed = await host.time.drive(host.session().engine.observe(set.services));
  if (!observed.ok) return err([{ code: observed.error.code, severity: 'error', message: observed.error.message }]);
  editAll(host, set);
  return planRebuild({
    fleet: set,
    options,
    observed: observed.value,
    fingerprints: fingerprints(host, set),
    records: asRecorded(records, { observed: observed.value, before }),
    diagnostics: [],
  });
}

/** Runs the plan with the executor itself, its lanes and its policies, under virtual time. */
export async function rehearse(
  { fleet, options, records }: Scene,
  { plan, times, batchSize }: { readonly plan: Plan; readonly times: TimesOf; readonly batchSize: BatchSize },
): Promise<Rehearsal> {
  const set = rehearsalFleet(fleet, times);
  const host = hostFor(set, times);
  editAll(host, set);
  const session = host.session();
  const startMs = host.time.now();
  const seen = new Seen(() => host.time.now() - startMs);
  const ctx = {
    run: runIdAt(startMs),
    fleet: set,
    plan,
    options: { ...options, batchSize },
    engine: session.engine,
    clock: session.clock,
    record: seen.record,
    logs: { build: () => {}, test: () => {} },
    stop: new StopController(),
    pause: new PauseGate(),
    hooks: async () => null,
    forms: new StoredForms(set),
    storedBefore: async () => null,
  };
  const input = { records, fingerprints: new Map(), replaced: new Map(), tested: new Map(), failureLimit: null };
  await host.time.drive(executePlan(ctx, input));
  const tookMs = host.time.now() - startMs;
  session.kill('die');
  return { tookMs, steps: seen.steps, healthyMs: seen.healthyMs, downtimesMs: seen.downtimesMs, failed: seen.failed };
}

/** What the executor tells of a rehearsal. */
class Seen {
  readonly steps: TimedStep[] = [];
  readonly healthyMs = new Map<ServiceKey, number>();
  readonly downtimesMs: number[] = [];
  readonly failed: ServiceKey[] = [];
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  readonly record = async (event: EventBody): Promise<void> => {
    const nowMs = this.#nowMs();
    if (event.type === 'step-outcome') {
      const { service, kind, durationMs, outcome } = event;
      if (outcome.status !== 'not-needed') this.steps.push({ service, kind, startMs: nowMs - durationMs, endMs: nowMs });
    }
    if (event.type === 'service-healthy') this.healthyMs.set(event.service, nowMs);
    if (event.type !== 'service-settled') return;
    if (event.status !== 'completed') this.failed.push(event.service);
    if (event.downtimeMs !== null) this.downtimesMs.push(event.downtimeMs);
  };
}

function hostFor(fleet: Fleet, times: TimesOf): SimulatedHost {
  return createSimulatedHost({ fleet, seed: HOST_SEED, durations: rehearsalDurations(fleet, times) });
}

function editAll(host: SimulatedHost, { services }: Fleet): void {
  for (const { key, build } of services) if (build !== null) host.edit(key);
}

function fingerprints(host: SimulatedHost, { services }: Fleet): ReadonlyMap<ServiceKey, Fingerprint> {
  const of = (service: Service) => ({ inputs: host.sources(service), unknown: null, config: configDigest(service), bases: [] });
  return new Map(services.map((service) => [service.key, of(service)]));
}

/** The records with what runs on the simulated host in place of what ran when they were written. */
function asRecorded(
  records: ReadonlyMap<ServiceKey, ServiceRecord>,
  { observed, before }: { readonly observed: Observed; readonly before: ReadonlyMap<ServiceKey, Fingerprint> },
): ReadonlyMap<ServiceKey, ServiceRecord> {
  const now = (key: ServiceKey, record: ServiceRecord): ServiceRecord => {
    const image = observed.services[key]?.containers[0]?.image ?? null;
    const print = before.get(key);
    if (!record.completed || image === null || !print) return { ...record, completed: null };
    const { inputs, config, bases } = print;
    return { ...record, image, completed: { image, inputs, config, bases }, anonymousVolumes: {} };
  };
  return new Map([...records].map(([key, record]) => [key, now(key, record)]));
}
