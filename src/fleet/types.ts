import type { Place } from '../model/diagnostic.ts';
import type { ServiceKey } from '../model/ids.ts';
import type { NotificationSettings, OtelSettings } from './telemetry-types.ts';
import type { ValidationSettings } from './validation-types.ts';

export type Risk = 'low' | 'medium' | 'high';
export type ReplaceOrder = 'auto' | 'stop-first' | 'start-first';
export type RollbackTrigger =
  | 'build_failure'
  | 'test_failure_critical'
  | 'health_check_failure_critical'
  | 'test_failure'
  | 'health_check_failure';

/** At most so many failed services, or so many percent of the selected ones (rounded down). */
export type MaxFailures = { readonly count: number } | { readonly percent: number };

/** The configuration with every default filled in; durations in milliseconds, sizes in bytes. */
export interface Settings {
  readonly phase: string;
  readonly batch: {
    readonly size: number | 'all';
    readonly maxParallelBuilds: number;
    readonly barrier: boolean;
    readonly maxFailures: MaxFailures | null;
  };
  readonly timeouts: { readonly buildMs: number; readonly testMs: number; readonly healthMs: number };
  readonly retry: { readonly maxAttempts: number; readonly backoffMs: number; readonly exponential: boolean };
  readonly buildkit: {
    readonly cache: boolean;
    readonly inlineCache: boolean;
    /** A buildx builder's name; `default` is the engine's own. */
    readonly builder: string;
    readonly progress: string;
    readonly cacheFrom: readonly string[];
    readonly cacheTo: readonly string[];
  };
  /** Limits of test containers; null = none. */
  readonly resources: { readonly memoryBytes: number | null; readonly cpus: number | null };
  readonly health: {
    readonly startupGraceMs: number;
    readonly intervalMs: number;
    readonly timeoutMs: number;
    readonly retries: number;
    readonly stableForMs: number;
  };
  readonly replace: { readonly order: ReplaceOrder; readonly preflight: boolean; readonly group: boolean };
  readonly rollback: {
    readonly onCriticalFailure: boolean;
    readonly tagPrefix: string;
    readonly keepReleases: number;
    readonly keyFile: string | null;
    readonly triggers: readonly RollbackTrigger[];
  };
  readonly backup: {
    /** How old a backup may be that a rebuild needs, milliseconds; null = it needs none. */
    readonly requiredMs: number | null;
    /** Folder of the backups, from the project dir. */
    readonly directory: string;
    /** Volumes that every backup holds, by name in the Compose files or on the engine. */
    readonly volumes: readonly string[];
  };
  readonly doctor: {
    /** What has to be free where images live, bytes; null = what they and a demanded backup take, and 10 GB is recommended. */
    readonly freeSpaceBytes: number | null;
  };
  readonly monitoring: {
    readonly logDirectory: string;
    readonly stateFile: string;
    readonly refreshIntervalMs: number;
    readonly notifications: readonly NotificationSettings[];
    readonly metrics: boolean;
    /** Null = no traces are sent. */
    readonly otel: OtelSettings | null;
  };
  readonly hooks: Readonly<Record<HookName, readonly (readonly string[])[]>>;
  readonly validation: ValidationSettings;
  /** Parts of the configuration that other commands read; validated there. */
  readonly libraries: unknown;
  readonly context7: unknown;
}

export type HookName = 'before_run' | 'before_replace' | 'after_replace' | 'on_failure' | 'after_run';

/** One Compose project of the fleet; all paths absolute. */
export interface ProjectRef {
  /** Empty only while it is rendered for the first time: then Compose decides it. */
  readonly name: string;
  readonly directory: string;
  readonly files: readonly string[];
  readonly envFiles: readonly string[];
  /** Profiles that are active; the model itself is rendered with all of them. */
  readonly profiles: readonly string[];
}

/** The JSON of `docker compose config --format json`; only what Slipway reads is typed. */
export interface ComposeModel {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks?: Readonly<Record<string, ComposeNamed | null>>;
  readonly volumes?: Readonly<Record<string, ComposeNamed | null>>;
  readonly [key: string]: unknown;
}

/** A rendered model with what Compose warned of meanwhile (unset variables, obsolete keys). */
export interface RenderedModel {
  readonly model: ComposeModel;
  readonly warnings: readonly string[];
}

/** A project as a release keeps it, encrypted: never shown, logged or put into argv. */
export interface StoredProject {
  /** The rendered model, each service as it ran. */
  readonly model: ComposeModel;
  /** Values of the variables that secrets and configs with `environment:` are made from. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A network or volume of the model; `name` is its name on the engine. */
interface ComposeNamed {
  readonly name?: string;
  readonly external?: boolean;
  readonly [key: string]: unknown;
}

/** A service as rendered by Compose. Unknown keys are kept: the fingerprint covers all of them. */
export interface ComposeService {
  readonly image?: string;
  readonly container_name?: string;
  readonly build?: ComposeBuild;
  readonly profiles?: readonly string[];
  readonly restart?: string;
  readonly scale?: number;
  readonly network_mode?: string;
  readonly pid?: string;
  readonly ipc?: string;
  readonly stop_grace_period?: string;
  readonly ports?: readonly {
    readonly host_ip?: string;
    readonly published?: string;
    readonly target: number;
    readonly protocol?: string;
  }[];
  readonly volumes?: readonly {
    readonly type: string;
    readonly source?: string;
    readonly target: string;
    readonly read_only?: boolean;
  }[];
  readonly volumes_from?: readonly string[];
  readonly depends_on?: Readonly<
    Record<string, { readonly condition?: string; readonly required?: boolean; readonly restart?: boolean }>
  >;
  readonly healthcheck?: {
    readonly disable?: boolean;
    readonly test?: readonly string[];
    readonly interval?: string;
    readonly timeout?: string;
    readonly retries?: number;
    readonly start_period?: string;
    readonly start_interval?: string;
  };
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly env_file?: readonly { readonly path: string; readonly required?: boolean }[];
  readonly deploy?: { readonly replicas?: number; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

/** The build section as rendered; `context` is absolute or a URL. */
export interface ComposeBuild {
  readonly context: string;
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string | null>>;
  readonly additional_contexts?: Readonly<Record<string, string>>;
  readonly platforms?: readonly string[];
  readonly [key: string]: unknown;
}

/** How Slipway itself asks a service whether it is well; `port` is the one published on the host. */
export type Probe =
  | { readonly kind: 'http'; readonly host: string; readonly port: number; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'command'; readonly command: readonly string[] }
  | { readonly kind: 'none' };

/** Docker's own health check of a service, if it has one, with its deadline's ingredients. */
export interface DockerHealthcheck {
  readonly intervalMs: number;
  readonly startPeriodMs: number;
  readonly retries: number;
}

export type EdgeCondition = 'started' | 'healthy' | 'completed';

/** Where an edge comes from. `namespace` (network_mode/pid/ipc: service:x) and `volumes_from` sharers break when x is recreated. */
export type EdgeSource = 'depends_on' | 'fleet' | 'links' | 'volumes_from' | 'namespace' | 'build';

/** `from` (the owner) needs `to`. */
export interface Edge {
  readonly to: ServiceKey;
  readonly condition: EdgeCondition;
  readonly required: boolean;
  /** Compose's `restart: true`: restart the dependent when `to` is replaced. */
  readonly restart: boolean;
  readonly source: EdgeSource;
}

/** The test of a candidate image. A null command means the stack has no default: there is no test step. */
export interface TestSpec {
  readonly command: readonly string[] | null;
  readonly target: string | null;
  /** Read-only bind mounts, absolute host path to container path. */
  readonly mounts: readonly { readonly source: string; readonly target: string }[];
  readonly isolation: 'sandbox' | 'project';
  readonly timeoutMs: number;
}

export type Stack = 'python' | 'nodejs' | 'other';

/** One Compose service of the fleet with the operator's view of it. Only valid values exist. */
export interface Service {
  readonly key: ServiceKey;
  readonly project: string;
  /** The name in the Compose file. */
  readonly name: string;
  /** Null: in no category, so rebuilt only when named, started only when something selected needs it. */
  readonly category: string | null;
  readonly risk: Risk;
  readonly critical: boolean;
  readonly stack: Stack;
  readonly kind: 'service' | 'one-shot';
  /** The tag that Compose runs, with its `:tag`. */
  readonly image: string;
  readonly build: ComposeBuild | null;
  readonly scale: number;
  /** Whether a profile that is not active hides it from a plain `up`. */
  readonly hiddenByProfile: boolean;
  readonly dependsOn: readonly Edge[];
  readonly probe: Probe;
  readonly healthcheck: DockerHealthcheck | null;
  readonly test: TestSpec;
  readonly replace: { readonly order: ReplaceOrder; readonly preflight: boolean };
  /** Why start-first is not possible, in the operator's words; empty = possible. */
  readonly startFirstObstacles: readonly string[];
  readonly stopGraceMs: number;
  readonly published: readonly {
    readonly hostIp: string;
    readonly port: number;
    readonly target: number;
    readonly protocol: string;
  }[];
  /** Container paths of anonymous volumes. */
  readonly anonymousVolumes: readonly string[];
  readonly compose: ComposeService;
  /** Where the configuration names it, or the Compose file. */
  readonly place: Place;
}

export interface Category {
  readonly name: string;
  readonly description: string;
  readonly risk: Risk;
  readonly priority: string;
}

export interface Project extends ProjectRef {
  readonly model: ComposeModel;
}

/** One or more Compose projects operated together. `services` is in the order of the configuration, then of the Compose files. */
export interface Fleet {
  /** The project dir of the contract, section 3; absolute. */
  readonly root: string;
  readonly configFile: string | null;
  readonly settings: Settings;
  readonly projects: readonly Project[];
  readonly categories: readonly Category[];
  readonly services: readonly Service[];
}

/** What goes into a service's image and container, as digests (hex). */
export interface Fingerprint {
  /** Dockerfile, used context files, args, target, platforms; null = cannot be known (a remote context, …): build. */
  readonly inputs: string | null;
  /** Why `inputs` is null. */
  readonly unknown: string | null;
  /** The rendered service without what does not reach the container. */
  readonly config: string;
  /** The Dockerfile's external bases and the ids they have on the engine now. */
  readonly bases: readonly { readonly ref: string; readonly image: string | null; readonly created: string | null }[];
}
