import type { ContainerId, ImageId, Instant, ServiceKey } from './ids.ts';

/** A container of a service of the fleet, as the engine last told of it; one that was removed is no longer in a sample. */
export interface WatchedContainer {
  readonly id: ContainerId;
  readonly name: string;
  readonly service: ServiceKey;
  /** Which of the service's replicas, from 1. */
  readonly number: number;
  readonly image: ImageId;
  readonly state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  /** `none`: it has no health check. */
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  /** How often its restart policy has started it again since it was created or started by hand. */
  readonly restartCount: number;
  /** Of its last end; 0 while it runs or never ended. */
  readonly exitCode: number;
  readonly startedAt: Instant | null;
}

/** What a running container uses now. */
export interface Usage {
  readonly container: ContainerId;
  /** Since the sample before, 100 = one core the whole time; null in the first sample of a container. */
  readonly cpuPercent: number | null;
  /** Without the page cache that can be given back, as `docker stats` counts. */
  readonly memoryBytes: number;
  /** Null = it may use all that the host has. */
  readonly memoryLimitBytes: number | null;
}

/** What the engine's host has, and what the fleet's running containers use of it together; what else runs there is not counted. */
export interface HostUsage {
  readonly cpus: number;
  readonly memoryBytes: number;
  /** 100 = one core, so up to 100 × `cpus`; null until a container was sampled twice. */
  readonly cpuPercent: number | null;
  readonly usedBytes: number;
  /** How many of the fleet's containers run. */
  readonly containers: number;
}

/** One look at all containers of the fleet. */
export interface FleetSample {
  /** When the look began, on this machine's clock. */
  readonly at: Instant;
  /** Null when the engine did not tell. */
  readonly host: HostUsage | null;
  /** Ordered by service, number, name; none when there is a problem. */
  readonly containers: readonly WatchedContainer[];
  /** Of running containers; one that ended during the look is left out. */
  readonly usage: readonly Usage[];
  /** Why nothing was seen, one sentence; null = all went well. */
  readonly problem: string | null;
}
