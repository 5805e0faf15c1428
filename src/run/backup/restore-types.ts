import type { Report } from '../../backup/events.ts';
import type { RestorePlan, RestoreWish } from '../../backup/restore-plan.ts';
import type { EngineArchive } from '../../docker/archive-port.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { RebuildDeps, RunRequest } from '../rebuild-types.ts';

/** What the operator asked for. */
export interface RestoreRequest extends RunRequest {
  /** The backup's; absolute. */
  readonly folder: string;
  /** The project dir; absolute. */
  readonly root: string;
  readonly wish: RestoreWish;
}

/** The world that a restore works in. */
export interface RestoreDeps extends RebuildDeps {
  readonly archive: EngineArchive;
  readonly report: Report;
  /** Shows the plan to the operator; a diagnostic = the answer was no. */
  readonly confirm: (plan: RestorePlan) => Promise<Diagnostic | null>;
}
