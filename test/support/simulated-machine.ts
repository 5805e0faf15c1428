import { RunControl } from '../../src/control/run-control.ts';
import { createSimulatedHost } from '../../src/docker/simulated/host.ts';
import type { HostOptions, SeenCall, SimulatedHost, SimulatedSession, Standing } from '../../src/docker/simulated/host-types.ts';
import { diskOf } from '../../src/docker/simulated/session-disk.ts';
import { configDigest } from '../../src/fleet/fingerprint/config-digest.ts';
import type { FleetSource } from '../../src/fleet/fleet-source.ts';
import type { Fleet } from '../../src/fleet/types.ts';
import type { Event } from '../../src/journal/events.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import type { ServiceKey } from '../../src/model/ids.ts';
import { NO_OPTIONS } from '../../src/plan/options.ts';
import type { Plan } from '../../src/plan/types.ts';
import { StopController, type StopLevel } from '../../src/run/executor/stop.ts';
import { planOnly } from '../../src/run/planning.ts';
import { rebuild } from '../../src/run/rebuild.ts';
import { planRebuildRun } from '../../src/run/rebuild-planner.ts';
import type { RebuildDeps, RebuildRequest, RebuildResult } from '../../src/run/rebuild-types.ts';
import { rollback } from '../../src/run/rollback.ts';
import type { Disk } from '../../src/util/disk.ts';
import { MemoryDisk } from '../../src/util/memory-disk.ts';
import { Dice } from './simulated-dice.ts';
import { reconfigured } from './simulated-fleet.ts';
import type { Crash, Start, Story } from './simulated-story.ts';
import { dyingAfter, dyingAt } from './simulated-trouble.ts';

/** What became of one start of Slipway, for the checks. */
export interface Chapter {
  readonly start: Start;
  /** Null = it was killed. */
  readonly result: RebuildResult | null;
  /** The fleet as it was loaded. */
  readonly fleet: Fleet;
  /** The plan that was executed; null = it came to none. */
  readonly plan: Plan | null;
  /** All events that the process wrote, in order. */
  readonly events: readonly Event[];
  readonly said: readonly Diagnostic[];
  readonly calls: readonly SeenCall[];
  readonly before: ReadonlyMap<ServiceKey, Standing>;
  readonly after: ReadonlyMap<ServiceKey, Standing>;
  /** The engine may be away, or have taken containers down with it, at some moment of this start. */
  readonly outage: boolean;
}

/** A simulated host, its disk, and everybody who is at them: one machine on which Slipway is started again and again. */
export class SimulatedMachine {
  readonly host: SimulatedHost;
  readonly disk = new MemoryDisk();
  readonly #dice: Dice;
  readonly #alive = new Map<number, SimulatedSession>();
  #fleet: Fleet;
  #boot = 1;
  #outages = 0;
  #starts = 0;

  constructor({
    seed,
    fleet,
    jitter,
    engineAheadMs,
    running,
    durations,
  }: Pick<Story, 'seed' | 'fleet' | 'jitter' | 'engineAheadMs' | 'running'> & Pick<HostOptions, 'durations'>) {
    this.#dice = new Dice(seed ^ 0x5eed);
    this.#fleet = fleet;
    this.host = createSimulatedHost({
      fleet,
      seed,
      jitter,
      engineAheadMs,
      running: ({ key }) => running.includes(key),
      ...(durations && { durations }),
    });
  }

  /** The fleet as its files say now. */
  get fleet(): Fleet {
    return this.#fleet;
  }

  /** Starts Slipway once and lets it come to its end, whichever that is. */
  async start(start: Start): Promise<Chapter> {
    this.#starts += 1;
    await this.host.time.pass(start.pauseMs);
    if (start.quiet && Number.isFinite(this.#outages)) this.#outages = 0;
    for (const key of this.#withSameSources(start.edits)) this.host.edit(key);
    if (start.reconfigures.length > 0) this.#fleet = reconfigured(this.#fleet, start.reconfigures, String(this.#starts));
    for (const fault of start.faults) {
      this.host.addFault(fault);
      // One that waits for a call may come at any time from now on.
      if (fault.fault === 'engine-outage') this.#outages += 'call' in fault.from ? Number.POSITIVE_INFINITY : 1;
    }
    if (start.diskBytes !== null) this.disk.fillUp(start.diskBytes);
    const before = this.look();
    const chapter = await this.#slipway(start);
    this.disk.makeRoom();
    return { start, fleet: this.#fleet, before, outage: this.#outages > 0, after: this.look(), ...chapter };
  }

  /** What a plain rebuild would do now. */
  async plan(): Promise<Plan> {
    const session = this.host.session();
    const sources = {
      engine: session.engine,
      clock: session.clock,
      disk: this.disk,
      source: this.#source(),
      configHome: CONFIG_HOME,
    };
    const plan = () => this.host.time.drive(planOnly(requestOf({ command: 'rebuild', options: {} }), sources, planRebuildRun));
    const first = await plan();
    // A fault of the story may still have waited for this very call.
    const planned = first.ok ? first : await plan();
    session.kill();
    if (!planned.ok) throw new Error(`no plan: ${JSON.stringify(planned.error)}`);
    return planned.value.plan;
  }

  look(): Map<ServiceKey, Standing> {
    return new Map(this.#fleet.services.map((service) => [service.key, this.host.look(service)]));
  }

  /** Equal builds are built from the same files. */
  #withSameSources(keys: readonly ServiceKey[]): Set<ServiceKey> {
    const contexts = new Set(this.#fleet.services.filter((s) => keys.includes(s.key)).map((s) => s.build?.context ?? s.image));
    return new Set(this.#fleet.services.filter((s) => contexts.has(s.build?.context ?? s.image)).map((s) => s.key));
  }

  async #slipway(start: Start): Promise<Pick<Chapter, 'result' | 'plan' | 'events' | 'said' | 'calls'>> {
    const session = this.host.session();
    const pid = 100 + this.#starts;
    this.#alive.set(pid, session);
    const calls: SeenCall[] = [];
    const stopSeeing = this.host.onCall((call) => calls.push(call));
    const events: Event[] = [];
    const said: Diagnostic[] = [];
    let plan: Plan | null = null;
    let live: RunControl | null = null;
    const stop = new StopController();
    const killed = new Promise<null>((resolve) => session.life.whenOver(() => resolve(null)));
    const die = (how: Crash['how']) => this.#die(session, how);
    const deps: RebuildDeps = {
      engine: session.engine,
      clock: session.clock,
      disk: diskOf(session.life, this.#diskFor(start, die)),
      source: this.#source(),
      me: this.#identity(pid),
      version: '0.0.0',
      stop,
      env: {},
      configHome: CONFIG_HOME,
      onLive: (begun) => {
        plan = begun.plan;
        live = new RunControl(begun);
        begun.subscribe((event) => {
          if (event.type === 'run-finished') live = null;
        });
      },
      say: (diagnostic) => said.push(diagnostic),
      afterAppend: (event) => {
        events.push(event);
        const { crash } = start;
        if (crash && 'event' in crash.when && events.length === crash.when.event) {
          die(crash.how);
          return new Promise(() => {});
        }
      },
    };
    this.#inTime(session, start, { stop, live: () => live });
    const result = await this.host.time.drive(Promise.race([carryOut(start, deps), killed]));
    this.#alive.delete(pid);
    if (result) session.kill();
    stopSeeing();
    return { result, plan, events, said, calls };
  }

  #diskFor({ crash }: Start, die: (how: Crash['how']) => void): Disk {
    if (crash && 'write' in crash.when) return dyingAt(this.disk, crash.when.write, () => die(crash.how));
    return crash && 'journalBytes' in crash.when
      ? dyingAfter(this.disk, crash.when.journalBytes, () => die(crash.how))
      : this.disk;
  }

  /** What comes by the clock: crashes, signals, and what other processes ask for. */
  #inTime(
    session: SimulatedSession,
    { crash, signals, asked }: Start,
    { stop, live }: { readonly stop: StopController; readonly live: () => RunControl | null },
  ): void {
    const { time } = this.host;
    if (crash && 'ms' in crash.when) time.after(crash.when.ms, () => session.life.over || this.#die(session, crash.how));
    for (const { ms, level } of signals) time.after(ms, () => session.life.over || stop.raise(level as StopLevel, SIGINT));
    for (const { ms, action } of asked)
      time.after(ms, () => session.life.over || void live()?.answer({ v: 1, action, by: 'the story' }));
  }

  #die(session: SimulatedSession, how: Crash['how']): void {
    session.kill(how === 'kill' ? 'go-on' : 'die');
    if (how !== 'power') return;
    this.#boot += 1;
    this.#outages += 1;
    this.disk.losePower(() => this.#dice.fraction());
    this.host.addFault({ fault: 'engine-outage', from: { ms: 0 }, forMs: 3000, containers: 'restart' });
  }

  /** Reads the fleet as it is now; nothing is a file here. */
  #source(): FleetSource {
    return {
      load: async () => ({ fleet: this.#fleet, diagnostics: [] }),
      hashFiles: async () => new Map(),
      fingerprint: async (_, services) =>
        new Map(
          services.map((service) => [
            service.key,
            // As real fingerprints: of an image-only service only what it is called (src/fleet/fingerprint).
            {
              inputs: service.build ? this.host.sources(service) : `image ${service.image}`,
              unknown: null,
              config: configDigest(service),
              bases: [],
            },
          ]),
        ),
    };
  }

  #identity(pid: number): RebuildDeps['me'] {
    const startOf = async (other: number) => (this.#alive.has(other) ? String(other) : null);
    return { pid, host: 'simulated', machineId: 'machine', bootId: `boot-${this.#boot}`, pidNamespace: 'pid', startOf };
  }
}

const CONFIG_HOME = '/home/.config';
const SIGINT = { kind: 'signal', signal: 'SIGINT' } as const;

function carryOut(start: Start, deps: RebuildDeps): Promise<RebuildResult> {
  const request = requestOf(start);
  return start.command === 'rollback' ? rollback({ ...request, agreed: null }, deps) : rebuild(request, deps);
}

function requestOf({ command, options }: Pick<Start, 'command' | 'options'>): RebuildRequest {
  return {
    load: { cwd: '/fleet', projectDir: null, configFile: null, envFiles: [], profiles: [] },
    options: { ...NO_OPTIONS, ...options },
    continue: command === 'continue',
    changes: { services: [], categories: [] },
    planFile: null,
    lockWaitMs: 0,
    command: `slipway ${command}`,
  };
}
