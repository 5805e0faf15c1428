import type { ContainerId, ServiceKey } from '../model/ids.ts';
import type { Result } from '../model/result.ts';
import type { FleetSample } from '../model/usage.ts';
import type { EngineProblem } from './port.ts';

/** A Compose project whose containers are watched. */
export interface WatchedProject {
  readonly name: string;
  /** The key of one of its services in the fleet, by Compose's name. */
  keyOf(service: string): ServiceKey;
}

/**
 * What those who only look ask of an engine: what the fleet's containers do and say now. It changes nothing and needs no Compose, so it
 * stays apart from `Engine`.
 */
export interface FleetWatch {
  /** One look at all containers. Never fails: `problem` says why nothing was seen. CPU is measured since the look before. */
  sample(signal: AbortSignal): Promise<FleetSample>;
  /** The last lines a container wrote, without line ends; control characters are left in. */
  readLog(container: ContainerId, tailLines: number): Promise<Result<readonly string[], EngineProblem>>;
  /**
   * The last lines of a container and then what it goes on to write, also after it was started again and when the engine was away for a
   * while. Ends with the signal, or when the container is gone or its log cannot be read; never throws. A very long line comes in pieces.
   */
  followLog(container: ContainerId, how: { readonly tailLines: number; readonly signal: AbortSignal }): AsyncIterable<string>;
}
