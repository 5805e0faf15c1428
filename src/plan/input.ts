import type { Fingerprint, Fleet } from '../fleet/types.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ImageId, ServiceKey } from '../model/ids.ts';
import type { Observed, PlanOptions, ServiceRecord, Tested } from './types.ts';

/** All that a plan is made from; nothing else is looked at. */
export interface PlanInput {
  readonly fleet: Fleet;
  readonly options: PlanOptions;
  readonly observed: Observed;
  readonly fingerprints: ReadonlyMap<ServiceKey, Fingerprint>;
  readonly records: ReadonlyMap<ServiceKey, ServiceRecord>;
  /** Of the fleet; carried into the plan. An error among them forbids planning. */
  readonly diagnostics: readonly Diagnostic[];
  /** Of `--continue`: what the interrupted run has already achieved. */
  readonly resume?: ResumeFacts;
}

/** The successes that an interrupted run recorded; none of them is done twice. */
export interface ResumeFacts {
  /** Completed in that run. */
  readonly settled: ReadonlySet<ServiceKey>;
  readonly built: ReadonlyMap<ServiceKey, { readonly image: ImageId; readonly inputs: string | null }>;
  readonly tested: ReadonlyMap<ServiceKey, { readonly image: ImageId; readonly result: Tested }>;
  /** Failed in that run or taken back by it, and not mended since; left out = none. */
  readonly failed?: ReadonlySet<ServiceKey>;
  readonly backedUp: ReadonlySet<ServiceKey>;
  readonly replaced: ReadonlyMap<ServiceKey, { readonly image: ImageId }>;
}
