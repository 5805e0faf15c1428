import type { Result } from '../../model/result.ts';
import type { FleetSample, HostUsage, Usage } from '../../model/usage.ts';
import { systemClock } from '../../util/clock.ts';
import { createApi, type EngineApi, unusableApi } from '../api/client.ts';
import { dockerEndpoint, type Environment } from '../environment.ts';
import { problemOf } from '../problem.ts';
import type { FleetWatch, WatchedProject } from '../watch-port.ts';
import { followLog, readLog } from './container-log.ts';
import { CALL_LIMIT_MS } from './limits.ts';
import { openLog } from './log-cursor.ts';
import { UsageMeter } from './usage-meter.ts';
import { WatchedContainers } from './watched-containers.ts';

/** Finds the projects to watch, or says in a sentence why that cannot be done now; asked for each sample. */
type FindProjects = () => Promise<Result<readonly WatchedProject[], string>>;

type HostFacts = Pick<HostUsage, 'cpus' | 'memoryBytes'>;

/** Watches projects on the engine that the docker CLI would use with this environment; nothing is connected before the first call. */
export function createFleetWatch(own: Environment, findProjects: FindProjects): FleetWatch {
  const endpoint = dockerEndpoint(own);
  const api = endpoint.ok ? createApi(endpoint.value) : unusableApi(endpoint.error);
  const sampler = new Sampler(api);
  return {
    sample: async (signal) => {
      const nowMs = systemClock.now();
      const projects = await findProjects();
      return projects.ok ? sampler.sample(projects.value, { nowMs, signal }) : unseen(nowMs, projects.error);
    },
    readLog: (container, tailLines) => readLog(api, container, tailLines),
    openLog: (container, since) => openLog(api, container, since),
    followLog: (container, how) => followLog(api, container, how),
  };
}

class Sampler {
  readonly #api: EngineApi;
  readonly #containers: WatchedContainers;
  readonly #meter: UsageMeter;
  /** Asked for once, and again after a problem: it may be another engine then. */
  #host: HostFacts | null = null;

  constructor(api: EngineApi) {
    this.#api = api;
    this.#containers = new WatchedContainers(api);
    this.#meter = new UsageMeter(api);
  }

  async sample(
    projects: readonly WatchedProject[],
    { nowMs, signal }: { readonly nowMs: number; readonly signal: AbortSignal },
  ): Promise<FleetSample> {
    // Once one request of the look has failed, the others are not waited for.
    const look = new AbortController();
    const end = () => look.abort();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    try {
      const host = this.#host ?? (await this.#hostFacts(look.signal));
      this.#host = host;
      const containers = await this.#containers.look(projects, { ms: nowMs, signal: look.signal });
      const usage = await this.#meter.look(containers, { hostBytes: host.memoryBytes, signal: look.signal });
      const running = containers.filter(({ state }) => state === 'running').length;
      return { at: instant(nowMs), host: { ...host, ...sums(usage), containers: running }, containers, usage, problem: null };
    } catch (error) {
      this.#host = null;
      return unseen(nowMs, problemOf(error).message);
    } finally {
      end();
      signal.removeEventListener('abort', end);
    }
  }

  async #hostFacts(signal: AbortSignal): Promise<HostFacts> {
    const request = { method: 'GET', path: '/info', timeoutMs: CALL_LIMIT_MS, signal } as const;
    const { NCPU, MemTotal } = await this.#api.call<{ readonly NCPU: number; readonly MemTotal: number }>(request);
    return { cpus: NCPU, memoryBytes: MemTotal };
  }
}

function sums(usage: readonly Usage[]): Pick<HostUsage, 'cpuPercent' | 'usedBytes'> {
  const known = usage.flatMap(({ cpuPercent }) => (cpuPercent === null ? [] : [cpuPercent]));
  const usedBytes = usage.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  return { cpuPercent: known.length === 0 ? null : known.reduce((sum, percent) => sum + percent, 0), usedBytes };
}

function unseen(nowMs: number, problem: string): FleetSample {
  return { at: instant(nowMs), host: null, containers: [], usage: [], problem };
}

function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
