import type { RunCommand } from '../journal/events.ts';
import type { RunState } from '../journal/projection.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ServiceKey } from '../model/ids.ts';
import type { Result } from '../model/result.ts';
import type { Plan, PlanOptions } from '../plan/types.ts';
import type { Replaced } from './executor/board.ts';
import type { Sources, World } from './planning.ts';
import type { RebuildDeps } from './rebuild-types.ts';
import type { ContinueChanges } from './recovery/resume.ts';
import type { StoredForms } from './rollback/stored-forms.ts';
import type { Stock } from './stock.ts';

/** What one kind of run brings to the machinery that all runs share: lock, recovery, journal, executor, release. */
export interface Planner {
  readonly command: RunCommand;
  /**
   * Checks what the operator asked for, before anything is done: a mistake must not cost the run that could still be continued.
   */
  check(world: World, deps: RebuildDeps): Promise<Result<Wanted, readonly Diagnostic[]>>;
  /**
   * Does under the lock what has to be there before the run is planned, and gives the world as it is then. It has no journal: whatever it does
   * must be good to do again. A continued run is not prepared anew.
   */
  prepare?(world: World, deps: RebuildDeps): Promise<Result<World, readonly Diagnostic[]>>;
  readonly plan: MakePlan;
}

/** Plans a run from the facts of the moment. */
export type MakePlan = (scene: Scene) => Promise<Result<RunPlan, readonly Diagnostic[]>>;

/** What was asked for. */
export interface Wanted {
  readonly options: PlanOptions;
  /** What is different from a plan that the operator has seen; errors keep the run from being started. */
  moved(plan: Plan): readonly Diagnostic[];
}

/** The facts that a run is planned from. */
export interface Scene {
  readonly world: World;
  /** All runs of the phase as they stand now, the oldest first. */
  readonly runs: readonly RunState[];
  readonly stock: Stock;
  readonly options: PlanOptions;
  readonly sources: Sources;
  /** Of a continued run; null = a new one. */
  readonly resumed: Resumed | null;
}

/** A run that goes on. */
export interface Resumed {
  readonly state: RunState;
  /** In place without a recorded outcome, as was seen on the engine. */
  readonly replaced: ReadonlyMap<ServiceKey, Replaced>;
  readonly changes: ContinueChanges;
}

/** What is going to be done, and what releases it needs for it. */
export interface RunPlan {
  readonly plan: Plan;
  readonly forms: StoredForms;
}
