import { createSimulatedHost } from '../src/docker/simulated/host.ts';
import type { SimulatedHost } from '../src/docker/simulated/host-types.ts';
import { configDigest } from '../src/fleet/fingerprint/config-digest.ts';
import type { FleetSource } from '../src/fleet/fleet-source.ts';
import type { ServiceKey } from '../src/model/ids.ts';
import { NO_OPTIONS } from '../src/plan/options.ts';
import { planRebuild } from '../src/plan/plan.ts';
import type { PlanOptions } from '../src/plan/types.ts';
import { StopController } from '../src/run/executor/stop.ts';
import { planRehearsal, rehearse } from '../src/run/forecast/rehearsal.ts';
import { History } from '../src/run/forecast/step-times.ts';
import { rebuild } from '../src/run/rebuild.ts';
import { MemoryDisk } from '../src/util/memory-disk.ts';
import { largeFleet } from './simulated-fleet.ts';

/** Plans and runs one large fleet on the simulated engine and prints what it took, as JSON; run by `bench/simulated.mjs`. */
const [what = 'rebuild', count = '10000', batch = '100', seedText = '1'] = process.argv.slice(2);
const seed = Number(seedText);
const batchSize = batch === 'all' ? 'all' : Number(batch);
const fleet = largeFleet(Number(count), seed);
const options: PlanOptions = { ...NO_OPTIONS, batchSize };
const planned = await plan();
const ran = what === 'rebuild' ? await wholeRun() : await executorAlone();
const edges = fleet.services.flatMap((service) => service.dependsOn).length;
console.log(JSON.stringify({ services: fleet.services.length, edges, ...planned, ...ran }));

/** The planner alone, on facts that are at hand. */
async function plan() {
  const host = newHost();
  const source = sourceOf(host);
  const observed = await host.time.drive(host.session().engine.observe(fleet.services));
  if (!observed.ok) throw new Error(observed.error.message);
  const fingerprints = await source.fingerprint(fleet, fleet.services, async () => null);
  const facts = { fleet, options, observed: observed.value, fingerprints, records: new Map(), diagnostics: [] };
  const cpu = process.cpuUsage();
  const started = performance.now();
  const made = planRebuild(facts);
  const planMs = performance.now() - started;
  if (!made.ok || made.value.services.length !== fleet.services.length) throw new Error('not everything was planned');
  return { planMs, planCpuMs: cpuMs(cpu) };
}

/** The executor with its lanes and policies, as a forecast runs it. */
async function executorAlone() {
  const times = new History([]).typical(fleet.services.map((service) => service.key));
  const scene = { fleet, options, records: new Map() };
  const made = await planRehearsal(scene, times);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  const cpu = process.cpuUsage();
  const started = performance.now();
  const { tookMs, failed } = await rehearse(scene, { plan: made.value, times, batchSize });
  if (failed.length > 0) throw new Error(`${failed.length} services did not complete`);
  return { runMs: performance.now() - started, runCpuMs: cpuMs(cpu), virtualMs: tookMs };
}

/** The whole use case: lock, plan, journal, executor, state file, logs, release. */
async function wholeRun() {
  const host = newHost();
  for (const { key } of fleet.services) host.edit(key);
  const session = host.session();
  const disk = new MemoryDisk();
  const virtualMs = host.time.now();
  const started = performance.now();
  const cpu = process.cpuUsage();
  const work = rebuild(
    {
      load: { cwd: '/fleet', projectDir: null, configFile: null, envFiles: [], profiles: [] },
      options,
      continue: false,
      changes: { services: [], categories: [] },
      planFile: null,
      lockWaitMs: 0,
      command: 'slipway rebuild',
    },
    {
      engine: session.engine,
      clock: session.clock,
      disk,
      source: sourceOf(host),
      me: { pid: 1, host: 'simulated', machineId: 'machine', bootId: 'boot', pidNamespace: 'pid', startOf: async () => '1' },
      version: '0.0.0',
      stop: new StopController(),
      env: {},
      configHome: '/home/.config',
      onLive: () => {},
      say: () => {},
    },
  );
  const result = await host.time.drive(work);
  const runMs = performance.now() - started;
  if (result.kind !== 'ran' || result.exitCode !== 0)
    throw new Error(`the run did not come to a good end: ${JSON.stringify(result).slice(0, 2000)}`);
  const journal = [...disk.files()].find(([path]) => path.endsWith('/journal.ndjson'))![1];
  return {
    runMs,
    runCpuMs: cpuMs(cpu),
    virtualMs: host.time.now() - virtualMs,
    journalBytes: journal.length,
    diskBytes: sizeOf(disk),
  };
}

/** CPU time of all threads since then, the collector's too. */
function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

function sizeOf(disk: MemoryDisk): number {
  return [...disk.files().values()].reduce((sum, content) => sum + content.length, 0);
}

function newHost(): SimulatedHost {
  return createSimulatedHost({ fleet, seed, jitter: 0.3 });
}

function sourceOf(host: SimulatedHost): FleetSource {
  return {
    load: async () => ({ fleet, diagnostics: [] }),
    fingerprint: async (_, services) =>
      new Map(
        services.map((service): [ServiceKey, { inputs: string; unknown: null; config: string; bases: [] }] => [
          service.key,
          { inputs: host.sources(service), unknown: null, config: configDigest(service), bases: [] },
        ]),
      ),
    hashFiles: async () => new Map(),
  };
}
