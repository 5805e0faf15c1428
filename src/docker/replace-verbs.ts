import type { ContainerId } from '../model/ids.ts';
import type { Result } from '../model/result.ts';
import type { ObservedContainer } from '../plan/types.ts';
import type { Clock } from '../util/clock.ts';
import type { Engine, EngineProblem } from './port.ts';

/** The engine calls that putting an image in place, and trying it in a shadow, are made of. */
export interface ReplaceVerbs extends Pick<Engine, 'now' | 'inspect' | 'tag' | 'remove' | 'events' | 'logs'> {
  /** This process's own clock: what it waits by. */
  readonly clock: Clock;
  /** Compose's own containers of a service, by number. */
  containersOf(service: { readonly project: string; readonly name: string }): Promise<readonly ObservedContainer[]>;
  /** Restarts a container with its own grace period. */
  restart(id: ContainerId): Promise<Result<null, EngineProblem>>;
  /** Kills and removes a helper container with its anonymous volumes; one that is gone is fine. */
  discard(name: string): Promise<Result<null, EngineProblem>>;
  /** A few digits that make a helper's name its own. */
  newSuffix(): string;
}
