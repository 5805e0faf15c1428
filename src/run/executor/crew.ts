import type { ServiceKey } from '../../model/ids.ts';
import type { ServiceRecord } from '../../plan/types.ts';
import type { RunContext } from '../context.ts';
import type { Board } from './board.ts';
import type { Lanes } from './lane-set.ts';

/** A run in progress, as the parts of the executor share it. */
export interface Crew {
  readonly ctx: RunContext;
  readonly board: Board;
  readonly lanes: Lanes;
  readonly failureLimit: number | null;
  /** What is known of each service from before. */
  readonly records: ReadonlyMap<ServiceKey, ServiceRecord>;
}
