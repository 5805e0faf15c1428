import type { Failure } from '../model/failure.ts';
import type { ImageId, RunId, ServiceKey } from '../model/ids.ts';
import type { ExitCode, ServiceStatus } from '../model/status.ts';
import type { Plan } from '../plan/types.ts';

/** What a run did with a service. */
export interface ServiceOutcome {
  readonly service: ServiceKey;
  readonly status: ServiceStatus;
  /** Null unless it failed, was skipped or was rolled back. */
  readonly failure: Failure | null;
  /** What is in place now; null = nothing, or unknown. */
  readonly image: ImageId | null;
}

/** How a run ended. */
export type Outcome =
  | {
      /** `failed`: a service failed; `rollback-failed`: look now; `interrupted`: by a signal of the call or from elsewhere, and can be continued. */
      readonly status: 'done' | 'failed' | 'rollback-failed' | 'interrupted';
      readonly exitCode: ExitCode;
      /** One line, for people. */
      readonly why: string;
      readonly run: RunId;
      readonly plan: Plan;
      /** In the plan's order. */
      readonly services: readonly ServiceOutcome[];
      /** The folder of the run's build and test logs, absolute. */
      readonly logs: string;
    }
  /** There was nothing to continue. */
  | { readonly status: 'nothing'; readonly exitCode: ExitCode; readonly why: string };
