import type { ContainerId, Instant, ServiceKey } from '../model/ids.ts';
import type { Result } from '../model/result.ts';
import type { FleetSample } from '../model/usage.ts';
import type { EngineProblem } from './port.ts';

/** A Compose project whose containers are watched. */
export interface WatchedProject {
  readonly name: string;
  /** The key of one of its services in the fleet, by Compose's name. */
  keyOf(service: string): ServiceKey;
}

/** A place in a container's log, from which on it is read. */
export interface LogCursor {
  /**
   * Gives the lines since the last reading, or since where it began, without line ends; of more than `newest` lines only the newest, and of
   * very much a part: then it is `cut`. A line that was given is not given again.
   */
  read(
    onLine: (line: string) => void,
    how: { readonly newest: number; readonly signal: AbortSignal },
  ): Promise<Result<'whole' | 'cut', EngineProblem>>;
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
  /** A container's log from `since` on, by the engine's clock; null = from its beginning. Nothing is asked before the first reading. */
  openLog(container: ContainerId, since: Instant | null): LogCursor;
  /**
   * The last lines of a container and then what it goes on to write, also after it was started again and when the engine was away for a
   * while. Ends with the signal, or when the container is gone or its log cannot be read; never throws. A very long line comes in pieces.
   */
  followLog(container: ContainerId, how: { readonly tailLines: number; readonly signal: AbortSignal }): AsyncIterable<string>;
}
