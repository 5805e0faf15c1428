import type { Fingerprint, Risk } from '../fleet/types.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ContainerId, ImageId, Instant, RunId, ServiceKey, StepId } from '../model/ids.ts';
import type { ServiceStatus } from '../model/status.ts';

/** The closed list of the contract, section 6. */
export type CauseCode =
  | 'never-built'
  | 'inputs-changed'
  | 'config-changed'
  | 'base-changed'
  | 'forced'
  | 'no-cache'
  | 'untested'
  | 'failed-before'
  | 'rolled-back'
  | 'dependency-down'
  | 'dependent-of'
  | 'unchanged';

/** Why something is done, or left alone. */
export interface Cause {
  readonly code: CauseCode;
  readonly text: string;
}

export type StepKind = 'backup' | 'build' | 'test' | 'replace' | 'verify' | 'rollback';

/**
 * What a replace does: `up` = `compose up` as the model says, `recreate` = the same with `--force-recreate`,
 * `restart` = restart the same container (Compose's `restart: true` dependents).
 */
export type ReplaceAction = 'up' | 'recreate' | 'restart';

/**
 * `image-differs`: only when the built image is not the one that runs. `dependency-replaced`: only when a service of the step's
 * `follows` was replaced in this run. `image-or-dependency`: when either holds. The plan decides, the run supplies the fact.
 */
export type Guard = 'image-differs' | 'dependency-replaced' | 'image-or-dependency';

/** One effect on one service. */
export interface PlanStep {
  readonly id: StepId;
  readonly kind: StepKind;
  /**
   * Step ids whose success it waits for, and gates: `risk:low` / `risk:medium` = the outcome of every planned service of that effective risk
   * (whatever it is).
   */
  readonly needs: readonly string[];
  /** Step ids of `required: false` dependencies: waited for, but their failure skips nobody. */
  readonly after?: readonly string[];
  readonly guard?: Guard;
  readonly cause: Cause;
  /** Of a replace. */
  readonly action?: ReplaceAction;
  /** Of a build: pull instead (image-only service), or the service whose identical build must be done first. */
  readonly pull?: boolean;
  readonly sameBuildAs?: ServiceKey;
  /** Of a build: the service whose build section is used, for an image-only service that runs another's tag. */
  readonly as?: ServiceKey;
  /** With the guard `dependency-replaced` or `image-or-dependency`: the services whose replacement breaks this one. */
  readonly follows?: readonly ServiceKey[];
  /** The image this step works with when no build step comes before it in the plan. */
  readonly image?: ImageId;
  /** The release whose configuration is put in place instead of the project's files: of every rollback, and of a replace beside one. */
  readonly release?: RunId;
  /** Of a rollback: what will be another than what runs now; empty = it only has to be started. */
  readonly changes?: readonly RollbackChange[];
}

export type RollbackChange = 'image' | 'configuration';

/** How a service is replaced and why so. */
export interface Strategy {
  readonly order: 'stop-first' | 'start-first' | 'none';
  readonly why: string;
  /** The candidate has to get ready as a shadow beside the old container before that one is stopped. */
  readonly preflight?: true;
}

export interface PlannedService {
  readonly service: ServiceKey;
  readonly category: string;
  readonly risk: Risk;
  /** The highest of its own risk and those of its planned dependencies; gates count by this one. */
  readonly effectiveRisk: Risk;
  readonly critical: boolean;
  readonly wave: number;
  readonly cause: Cause;
  readonly strategy: Strategy;
  readonly steps: readonly PlanStep[];
  /** Required dependencies within this plan: when one fails, this is skipped and names it. */
  readonly requires: readonly ServiceKey[];
  /** Forecast of the service's own steps, milliseconds; null when it has never been seen. */
  readonly estimateMs: number | null;
  /** Each of its steps by itself. Left out when no planned service has been seen before. */
  readonly stepsMs?: Readonly<Partial<Record<StepKind, StepEstimate>>>;
  /** The external bases of what is built, with the instant each was created; left out when nothing is built on any. */
  readonly bases?: Fingerprint['bases'];
}

/** What one step of one service takes, milliseconds. */
export interface StepEstimate {
  /** The median. */
  readonly typicalMs: number;
  /** The 90th percentile. */
  readonly slowMs: number;
  /** How many recorded durations of the service's own this rests on; 0 = none, it is what other services take, or a default. */
  readonly samples: number;
}

/** Forecast of one category as if it were rebuilt alone, at the plan's batch size; null = none of its services was ever seen. */
export interface CategoryEstimate {
  readonly category: string;
  readonly services: number;
  readonly typicalMs: number | null;
  readonly slowMs: number | null;
  readonly unseen: number;
}

/** Forecast of the whole plan at its batch size, from recorded durations, milliseconds. */
export interface PlanEstimate {
  readonly typicalMs: number;
  /** The same with each step as slow as its 90th percentile. */
  readonly slowMs: number;
  /** Planned services that were never seen before and count with a default. */
  readonly unseen: number;
  /** In the order in which they begin; plans that earlier versions wrote have none. */
  readonly categories?: readonly CategoryEstimate[];
}

interface UntouchedService {
  readonly service: ServiceKey;
  readonly cause: Cause;
}

/** Options that shape a plan and are recorded with the run. */
export interface PlanOptions {
  readonly services: readonly ServiceKey[];
  readonly categories: readonly string[];
  readonly skipTests: boolean;
  readonly noCache: boolean;
  readonly force: boolean;
  readonly pull: boolean;
  readonly batchSize: number | 'all' | null;
  readonly maxFailures: string | null;
  readonly rollbackOnFail: boolean;
  readonly rollbackScope: 'service' | 'wave' | 'run';
  readonly profiles: readonly string[];
  /** Of a run that puts releases back (`rollback`, `restore`); left out by a rebuild. */
  readonly rollback?: RollbackOptions;
}

/** What a rollback was asked for, and what it made of it. */
export interface RollbackOptions {
  /** `--to RELEASE`; null = each service its own default. */
  readonly to: RunId | null;
  /** `--all`: the whole fleet, not only the named services. */
  readonly all: boolean;
  /** The release that each planned service goes back to, set by the plan, so that a continuation goes to the same; empty before. */
  readonly targets: Readonly<Record<ServiceKey, RunId>>;
}

/** The plan document (contract, section 6). Services are in start order. */
export interface Plan {
  readonly version: 1;
  /** Digest of all the rest except `diagnostics`: two plans with the same id do the same from the same state. */
  readonly plan: string;
  readonly phase: string;
  readonly options: PlanOptions;
  /** The facts that the plan rests on; `rebuild --plan` compares them with the fleet as it is then. */
  readonly observed: Readonly<Record<ServiceKey, PlanFacts>>;
  readonly services: readonly PlannedService[];
  readonly untouched: readonly UntouchedService[];
  /** Left out when no planned service has been seen before. */
  readonly estimate?: PlanEstimate;
  readonly diagnostics: readonly Diagnostic[];
}

/** What must not have moved between plan and run. */
export interface PlanFacts {
  readonly containers: readonly ContainerId[];
  readonly image: ImageId | null;
  readonly tagImage: ImageId | null;
  readonly inputs: string | null;
  readonly config: string;
  readonly status: ServiceStatus;
}

/** A container of a service as the engine shows it now. */
export interface ObservedContainer {
  readonly id: ContainerId;
  readonly name: string;
  readonly service: ServiceKey;
  readonly number: number;
  readonly image: ImageId;
  readonly state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  readonly exitCode: number;
  readonly error: string;
  readonly oomKilled: boolean;
  /** The engine's own clock. */
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly restartCount: number;
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  /** The newest health log entry's end, if any. */
  readonly healthAt: Instant | null;
  readonly healthLog: readonly { readonly at: Instant; readonly exitCode: number; readonly output: string }[];
  readonly configHash: string;
  /** Compose's temporary name `<12 hex>_name`: a recreate that did not finish. */
  readonly temporary: boolean;
  /** Names of its anonymous volumes by container path; left out when there are none. */
  readonly anonymousVolumes?: Readonly<Record<string, string>>;
  /** Paths of anonymous volumes that its image declares; looked up only when it has some that its service's model does not ask for. */
  readonly imageVolumes?: readonly string[];
}

/** A service as it is on the engine now. */
export interface ObservedService {
  readonly containers: readonly ObservedContainer[];
  /** What the service's tag points to. */
  readonly tagImage: ImageId | null;
}

/** The fleet as it is on the engine now. */
export interface Observed {
  readonly services: Readonly<Record<ServiceKey, ObservedService>>;
  /** Names of networks and volumes that exist. */
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

export type Tested = 'passed' | 'no-tests' | 'untested';

/** What the journals say of a service: the last time it settled, and the last time it was completed. */
export interface ServiceRecord {
  readonly status: ServiceStatus;
  readonly run: RunId;
  readonly at: Instant;
  /** The image in place when it settled. */
  readonly image: ImageId | null;
  readonly code: string | null;
  readonly tested: Tested;
  /** Of the last completed run, so that what is in place can be compared with the inputs now. */
  readonly completed: {
    readonly image: ImageId;
    readonly inputs: string | null;
    readonly config: string;
    readonly bases: Fingerprint['bases'];
  } | null;
  /** Anonymous volumes of what a run put in place last, by container path; left out when none is known. */
  readonly anonymousVolumes?: Readonly<Record<string, string>>;
  /** Recorded durations by step kind, newest last, milliseconds. */
  readonly durationsMs: Readonly<Partial<Record<StepKind, readonly number[]>>>;
}
