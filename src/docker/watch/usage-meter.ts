import type { ContainerId } from '../../model/ids.ts';
import type { Usage, WatchedContainer } from '../../model/usage.ts';
import { mapBounded } from '../../util/bounded.ts';
import type { EngineApi } from '../api/client.ts';
import { refusedWith } from '../problem.ts';
import { AT_ONCE, CALL_LIMIT_MS } from './limits.ts';

/** What is used of the engine's answer (Engine API, ContainerStats). */
interface Stats {
  readonly read: string;
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } };
  readonly memory_stats?: { readonly usage?: number; readonly limit?: number; readonly stats?: Readonly<Record<string, number>> };
}

interface Reading {
  readonly atMs: number;
  readonly cpuNs: number;
}

/**
 * CPU and memory of containers. The engine is asked for its counters at once (`one-shot`), which it otherwise takes two of, a second apart;
 * the difference is taken to the reading before.
 */
export class UsageMeter {
  readonly #api: EngineApi;
  #readings: ReadonlyMap<ContainerId, Reading> = new Map();

  constructor(api: EngineApi) {
    this.#api = api;
  }

  /** Usage of those that run; `hostBytes` is the memory of the host. Throws EngineUnavailable. */
  async look(containers: readonly WatchedContainer[], { hostBytes, signal }: { hostBytes: number; signal: AbortSignal }) {
    const using = containers.filter(({ state }) => state === 'running' || state === 'paused');
    const readings = new Map<ContainerId, Reading>();
    const usages = await mapBounded(using, AT_ONCE, async ({ id }): Promise<Usage | null> => {
      const stats = await this.#read(id, signal);
      const reading = stats && readingOf(stats);
      if (!stats || !reading) return null;
      readings.set(id, reading);
      const cpuPercent = cpuSince(this.#readings.get(id), reading);
      return { container: id, cpuPercent, memoryBytes: usedBytes(stats), memoryLimitBytes: limitOf(stats, hostBytes) };
    });
    this.#readings = readings;
    return usages.filter((usage) => usage !== null);
  }

  async #read(id: ContainerId, signal: AbortSignal): Promise<Stats | null> {
    const query = { stream: false, 'one-shot': true };
    try {
      return await this.#api.call({ method: 'GET', path: `/containers/${id}/stats`, query, timeoutMs: CALL_LIMIT_MS, signal });
    } catch (error) {
      // It ended or went away since the list was made.
      if (refusedWith(error, 404) || refusedWith(error, 409)) return null;
      throw error;
    }
  }
}

/** A container that has just ended has no counters, and the time of its reading is the zero time. */
function readingOf({ read, cpu_stats }: Stats): Reading | null {
  const cpuNs = cpu_stats?.cpu_usage?.total_usage;
  const atMs = Date.parse(read);
  return cpuNs === undefined || !(atMs > 0) ? null : { atMs, cpuNs };
}

/** Counters begin anew when a container is started again. */
function cpuSince(before: Reading | undefined, now: Reading): number | null {
  if (!before || now.atMs <= before.atMs || now.cpuNs < before.cpuNs) return null;
  return ((now.cpuNs - before.cpuNs) / 1e6 / (now.atMs - before.atMs)) * 100;
}

/** As docker/cli does (`cli/command/container/stats_helpers.go`, calculateMemUsageUnixNoCache); the first name is cgroup v1's. */
function usedBytes({ memory_stats: { usage = 0, stats = {} } = {} }: Stats): number {
  const cache = stats.total_inactive_file ?? stats.inactive_file ?? 0;
  return cache < usage ? usage - cache : usage;
}

/** Without a limit the engine gives the host's memory, or a number beyond any host's. */
function limitOf({ memory_stats }: Stats, hostBytes: number): number | null {
  const limit = memory_stats?.limit ?? 0;
  return limit === 0 || limit >= hostBytes ? null : limit;
}
