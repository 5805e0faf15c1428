import type { Service } from '../fleet/types.ts';
import type { ImageId, Instant, RunId, ServiceKey } from '../model/ids.ts';
import type { PlanInput } from './input.ts';

/** What a release says of one service; `src/release/types.ts` has the whole. */
export interface PastService {
  readonly project: string;
  readonly name: string;
  readonly tag: string;
  /** Null = it had no container. */
  readonly image: ImageId | null;
  /** Digest of the rendered service that it ran with; null = not known. */
  readonly config: string | null;
  readonly healthy: boolean;
}

/** A release as a rollback looks at it. */
export interface PastRelease {
  readonly release: RunId;
  readonly at: Instant;
  readonly services: Readonly<Record<ServiceKey, PastService>>;
}

/** How a service runs now, as far as a release describes it. */
export interface Present {
  /** The release that has it as it runs; null = none has. */
  readonly release: RunId | null;
  /** Digest of the configuration that it runs with; null = not known. */
  readonly config: string | null;
}

/** What a continued run has done already. */
export interface RollbackProgress {
  /** Names that narrow this part of the run; null = all that is left. */
  readonly only: readonly ServiceKey[] | null;
  /** Put back, or done beside that, and judged well. */
  readonly settled: ReadonlySet<ServiceKey>;
  readonly backedUp: ReadonlySet<ServiceKey>;
  /** Put back by a recorded step, and not settled: only to be judged. */
  readonly putBack: ReadonlySet<ServiceKey>;
  /** Of what is done beside that: in place without a verdict. */
  readonly replaced: ReadonlyMap<ServiceKey, { readonly image: ImageId }>;
}

/** What the choice of releases is made from. */
export interface RollbackInput extends Omit<PlanInput, 'resume'> {
  /** Kept ones, the newest first. */
  readonly releases: readonly PastRelease[];
  readonly present: ReadonlyMap<ServiceKey, Present>;
  readonly progress: RollbackProgress | null;
}

/** Where a service goes back to. */
export interface Target {
  readonly release: RunId;
  readonly image: ImageId;
  readonly past: PastService;
  /** The operator named this very service. */
  readonly named: boolean;
  /** Set when it only goes along because it runs the same tag as this one. */
  readonly with: ServiceKey | null;
}

/** A target with what was looked up for it. */
export interface FoundTarget extends Target {
  /** The service as the release has it. */
  readonly as: Service;
  /** Whether its image still is on the engine. */
  readonly imageIs: 'there' | 'gone';
  /** Files of the host (bind-mounted, file-based secrets and configs) that are not what they were then; absolute. */
  readonly changedFiles: readonly string[];
}
