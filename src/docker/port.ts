import type { Probe, Project, ProjectRef, RenderedModel, Service, StoredProject } from '../fleet/types.ts';
import type { Before, Progress } from '../journal/events.ts';
import type { Failure } from '../model/failure.ts';
import type { ContainerId, ImageId, Instant, RunId, ServiceKey } from '../model/ids.ts';
import type { Result } from '../model/result.ts';
import type { Observed, ObservedContainer, ReplaceAction } from '../plan/types.ts';
import type { ImageDefaults, OwnSettings } from './settings/types.ts';

/** Why the engine cannot be used or did not answer. Everything but `rejected` is exit 2 at the start of a command. */
export type EngineProblem =
  | { readonly code: 'no-engine'; readonly message: string; readonly remedy: string }
  | { readonly code: 'no-permission'; readonly message: string; readonly remedy: string }
  | { readonly code: 'not-installed'; readonly message: string; readonly remedy: string }
  | { readonly code: 'too-old'; readonly message: string; readonly remedy: string }
  /** Compose refused the model; `message` is what it said, paths kept. */
  | { readonly code: 'rejected'; readonly message: string; readonly remedy: string }
  | { readonly code: 'engine-error'; readonly message: string; readonly remedy: string };

/**
 * Thrown by the verbs whose result has no place for a problem (`inspect`, `image`, `now`, `logs`, …) when the engine cannot be used.
 * Whoever calls turns it into an `engine-error` failure or exit 2; it is no bug of Slipway.
 */
export class EngineUnavailable extends Error {
  readonly problem: EngineProblem;

  constructor(problem: EngineProblem) {
    super(problem.message);
    this.name = 'EngineUnavailable';
    this.problem = problem;
  }
}

export interface EngineFacts {
  readonly docker: string;
  readonly compose: string;
  readonly buildx: string;
  readonly engineId: string;
}

export interface ImageInfo {
  readonly id: ImageId;
  readonly created: Instant;
  readonly sizeBytes: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a long step reports while it runs. `log` receives whole or partial text, redacted by the caller. */
export interface StepIo {
  readonly signal: AbortSignal;
  readonly log: (text: string) => void;
  readonly progress: (progress: Progress) => void;
}

export interface BuildRequest {
  readonly run: RunId;
  readonly project: Project;
  readonly service: Service;
  /** The tag to build to; never the live one. */
  readonly candidate: string;
  /** Another stage of the same Dockerfile, for tests; null = the service's own. */
  readonly target: string | null;
  readonly noCache: boolean;
  /** `--pull`: refresh base images. */
  readonly pull: boolean;
  readonly timeoutMs: number;
  readonly buildkit: {
    readonly cache: boolean;
    readonly inlineCache: boolean;
    readonly builder: string;
    readonly cacheFrom: readonly string[];
    readonly cacheTo: readonly string[];
  };
}

export interface BuildFacts {
  readonly image: ImageId;
  readonly totalSteps: number;
  readonly cachedSteps: number;
  readonly sizeBytes: number | null;
}

/** A failure with whether trying again may help (registry 5xx, reset connections, DNS; never a failed test). */
export interface StepFailure {
  readonly failure: Failure;
  readonly transient: boolean;
}

export interface TestRequest {
  readonly run: RunId;
  /** Compose project of the service: tells our leftovers from those of another fleet on the same engine. */
  readonly project: string;
  readonly service: ServiceKey;
  /** Tested by id, never by tag. */
  readonly image: ImageId;
  readonly command: readonly string[];
  readonly mounts: readonly { readonly source: string; readonly target: string }[];
  /** `null` = no network but loopback; else the engine's name of the network to join without alias or ports. */
  readonly network: string | null;
  readonly memoryBytes: number | null;
  readonly cpus: number | null;
  readonly timeoutMs: number;
}

/**
 * How a test ended; a non-zero exit is no error of the call. `missing` = why nothing was tested, whatever the exit code: the runner is
 * not in the image, is not configured, or says that it found no test. `tests` = how many it says it executed, if it says.
 */
export interface TestFacts {
  readonly exitCode: number;
  readonly tests: number | null;
  readonly missing: string | null;
}

export interface ReplaceRequest {
  readonly run: RunId;
  readonly project: Project;
  readonly service: Service;
  readonly action: ReplaceAction;
  readonly order: 'stop-first' | 'start-first';
  /** The live tag is moved to this image inside the call, right before Compose runs. */
  readonly image: ImageId;
  readonly before: Before;
  /**
   * What a release stored, to run instead of the project's files (rollback); null = the project's files. Its values go to the environment of
   * Compose and nowhere else.
   */
  readonly stored: StoredProject | null;
}

export interface ReplaceFacts {
  /** The containers that serve now, all of the wanted image. */
  readonly containers: readonly ContainerId[];
  /** When the first old container stopped, on the engine's clock; null when there was none. */
  readonly stoppedAt: Instant | null;
  /** Names of their anonymous volumes by container path; left out when there are none. */
  readonly anonymousVolumes?: Readonly<Record<string, string>>;
}

/** A shadow of a service: the candidate as the service is configured, but without its name, ports, addresses and aliases. */
export interface PreflightRequest {
  readonly run: RunId;
  readonly project: Project;
  readonly service: Service;
  /** Started by id, never by tag. */
  readonly image: ImageId;
}

/** One answer of Slipway's own probe. `answered` false: nothing listens yet, or the probe could not run. */
export interface ProbeSample {
  readonly good: boolean;
  readonly answered: boolean;
  readonly text: string;
}

/** An engine event about one of the watched containers, on the engine's clock. */
export interface ContainerEvent {
  readonly at: Instant;
  readonly container: ContainerId;
  readonly action: 'create' | 'start' | 'die' | 'kill' | 'stop' | 'destroy' | 'restart' | 'oom' | 'rename' | 'health';
  readonly exitCode: number | null;
  readonly health: 'healthy' | 'unhealthy' | null;
}

/** The marker container that holds the fleet's lock on the engine. */
export interface EngineLock {
  readonly project: string;
  readonly holder: Readonly<Record<string, string>>;
}

/** A container that is never started: while it exists, no pruning of images takes its image. */
export interface Keeper {
  readonly project: string;
  readonly image: ImageId;
}

/** A helper container or candidate tag that carries our label, found at start. */
export interface Leftover {
  readonly kind: 'test-container' | 'preflight-container' | 'candidate-tag' | 'lock-image';
  readonly run: RunId | null;
  readonly name: string;
}

/**
 * All that Slipway asks of a container engine. Implementations: `docker` (Compose and buildx through their CLIs, the Engine API
 * for the rest) and a simulated one; both pass the same contract tests. Hosts and placement stay behind it.
 */
export interface Engine {
  /** Versions, and whether all that Slipway needs can be done. */
  facts(): Promise<Result<EngineFacts, EngineProblem>>;
  /** The project's model with all profiles, as Compose itself renders it, and its warnings. Paths of missing env files do not fail it. */
  render(project: ProjectRef): Promise<Result<RenderedModel, EngineProblem>>;
  /** The services' containers (only Compose's own: with `config-hash` and not one-off), tags, networks and volumes. */
  observe(services: readonly Service[]): Promise<Result<Observed, EngineProblem>>;
  /** One container, whole; null when it is gone. */
  inspect(id: ContainerId): Promise<ObservedContainer | null>;
  /** A container's own settings, for comparison with what its service's definition asks for; null when it is gone. */
  settings(id: ContainerId): Promise<OwnSettings | null>;
  /** What an image, by tag or id, brings into each container; null when there is none. */
  imageDefaults(ref: string): Promise<ImageDefaults | null>;
  /** Values of the variables that the project's secrets and configs with `environment:` are made from; unset ones are left out. */
  variables(project: Project): Promise<Result<StoredProject['environment'], EngineProblem>>;
  /** An image by tag or id; null when there is none. */
  image(ref: string): Promise<ImageInfo | null>;
  build(request: BuildRequest, io: StepIo): Promise<Result<BuildFacts, StepFailure>>;
  /** Pulls an image-only service's tag to the candidate tag; the live tag is put back to what it was. */
  pull(request: BuildRequest, io: StepIo): Promise<Result<BuildFacts, StepFailure>>;
  runTest(request: TestRequest, io: StepIo): Promise<Result<TestFacts, StepFailure>>;
  /** Moves `ref` to the image. */
  tag(image: ImageId, ref: string): Promise<Result<null, EngineProblem>>;
  /** Removes a tag, never the image's last layer holder by force; a missing tag is fine. */
  untag(ref: string): Promise<Result<null, EngineProblem>>;
  /** Starts a shadow of the service beside it and waits until it is ready; the shadow is gone afterwards, however the call ends. */
  preflight(request: PreflightRequest, io: StepIo): Promise<Result<null, StepFailure>>;
  /** Puts the image in place. A failed call leaves things as they are: recovery is the caller's (traps T4). */
  replace(request: ReplaceRequest, io: StepIo): Promise<Result<ReplaceFacts, StepFailure>>;
  /**
   * Engine events of the project's containers until the signal; starts at `since` so that none is missed. `onLost`: called when the engine
   * broke off in between, as it does when it ends; it may have been started again since, with containers that are down until it starts them.
   */
  events(project: string, since: Instant, signal: AbortSignal, onLost?: () => void): AsyncIterable<ContainerEvent>;
  /** The engine's clock. */
  now(): Promise<Instant>;
  probe(probe: Probe, container: ContainerId, timeoutMs: number): Promise<ProbeSample>;
  /** The last lines a container wrote. */
  logs(id: ContainerId, lines: number): Promise<readonly string[]>;
  start(id: ContainerId): Promise<Result<null, EngineProblem>>;
  /** Stops a container in its own time; one that is being stopped already is waited for. */
  stop(id: ContainerId): Promise<Result<null, EngineProblem>>;
  rename(id: ContainerId, name: string): Promise<Result<null, EngineProblem>>;
  /** Removes one container by id; its anonymous volumes stay. */
  remove(id: ContainerId): Promise<Result<null, EngineProblem>>;
  /**
   * Ends the calls that a Slipway which is gone left working on these Compose projects, and waits until they have ended. Returns the names
   * of their programs.
   */
  endOrphans(projects: readonly string[]): Promise<readonly string[]>;
  /** All tags of these repositories, with what they point to. */
  tagsOf(repositories: readonly string[]): Promise<Readonly<Record<string, ImageId>>>;
  /** Helper containers and candidate tags that carry our label. */
  leftovers(services: readonly Service[]): Promise<readonly Leftover[]>;
  clear(leftover: Leftover): Promise<Result<null, EngineProblem>>;
  /** Makes the project's keeper of an image; one that exists is fine. */
  keep(project: string, image: ImageId): Promise<Result<null, EngineProblem>>;
  /** The project's keepers. */
  keepers(project: string): Promise<readonly Keeper[]>;
  /** Removes a keeper; one that is gone is fine. The image stays as long as a tag or a container names it. */
  dropKeeper(keeper: Keeper): Promise<Result<null, EngineProblem>>;
  /** Creates the project's lock container; the present holder when there is one (atomic by name). */
  lock(lock: EngineLock): Promise<Result<null, EngineLock | EngineProblem>>;
  unlock(project: string): Promise<Result<null, EngineProblem>>;
  /** Who holds the project's lock, if anybody. */
  lockHolder(project: string): Promise<EngineLock | null>;
}
