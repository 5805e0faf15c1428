import type { ImageId } from '../../model/ids.ts';

/** A mount as it was asked for. `source` of an anonymous volume and of a tmpfs is empty; `options` differ from what Docker takes by itself. */
export interface MountSetting {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/** A published or only exposed port; `published` is empty when Docker chooses, null when it is only exposed. */
export interface PortSetting {
  readonly target: string;
  readonly protocol: string;
  readonly hostIp: string;
  readonly published: string | null;
}

/** How a container is in a network, by the network's name on the engine. Its own name and its service's are no aliases here. */
export interface NetworkSetting {
  readonly aliases: readonly string[];
  readonly ipv4: string;
  readonly ipv6: string;
  readonly linkLocal: readonly string[];
  readonly mac: string;
  readonly driverOptions: Readonly<Record<string, string>>;
}

/** A health check. Durations in milliseconds, 0 = Docker's own default. */
export interface HealthcheckSetting {
  readonly test: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly startPeriodMs: number;
  readonly startIntervalMs: number;
  readonly retries: number;
}

/** A device of the host in the container. */
export interface DeviceSetting {
  readonly source: string;
  readonly target: string;
  readonly permissions: string;
}

/**
 * What a container is made of besides its image, by the names that an operator knows from Compose, and the same for equal containers: lists
 * without an order of their own are sorted, times are milliseconds, sizes bytes, what Docker fills in by itself is left out. What its image
 * says is included.
 */
export interface ContainerSettings {
  /** The tag or id that it was made from. */
  readonly image: string;
  readonly container_name: string;
  readonly command: readonly string[];
  readonly entrypoint: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly working_dir: string;
  /** Empty: its own id. */
  readonly hostname: string;
  readonly domainname: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PortSetting[];
  readonly volumes: readonly MountSetting[];
  /** `service:NAME` or `container:NAME` whose volumes it shares. */
  readonly volumes_from: readonly string[];
  /** `bridge`, `host`, `none`, `service:NAME`, `container:NAME`; empty: the networks below. */
  readonly network_mode: string;
  readonly networks: Readonly<Record<string, NetworkSetting>>;
  readonly links: readonly string[];
  readonly extra_hosts: readonly string[];
  readonly dns: readonly string[];
  readonly dns_search: readonly string[];
  readonly dns_opt: readonly string[];
  readonly restart: string;
  readonly healthcheck: HealthcheckSetting | null;
  readonly stop_signal: string;
  /** Milliseconds; null = Docker's own. */
  readonly stop_grace_period: number | null;
  readonly init: boolean | null;
  readonly tty: boolean;
  readonly stdin_open: boolean;
  readonly privileged: boolean;
  readonly read_only: boolean;
  readonly cap_add: readonly string[];
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly group_add: readonly string[];
  readonly devices: readonly DeviceSetting[];
  readonly device_cgroup_rules: readonly string[];
  /** Requests for graphics cards and the like, as the engine holds them. */
  readonly gpus: readonly unknown[];
  readonly ipc: string;
  readonly pid: string;
  readonly uts: string;
  readonly cgroup: string;
  readonly cgroup_parent: string;
  readonly userns_mode: string;
  readonly isolation: string;
  readonly runtime: string;
  readonly sysctls: Readonly<Record<string, string>>;
  readonly ulimits: Readonly<Record<string, { readonly soft: number; readonly hard: number }>>;
  readonly shm_size: number;
  readonly mem_limit: number;
  readonly mem_reservation: number;
  readonly memswap_limit: number;
  readonly mem_swappiness: number | null;
  readonly cpus: number;
  readonly cpu_shares: number;
  readonly cpu_quota: number;
  readonly cpu_period: number;
  readonly cpu_rt_runtime: number;
  readonly cpu_rt_period: number;
  readonly cpuset: string;
  readonly pids_limit: number;
  /** Weights and rates of block devices, as the engine holds them; empty = none. */
  readonly blkio_config: Readonly<Record<string, unknown>>;
  readonly oom_kill_disable: boolean;
  readonly oom_score_adj: number;
  readonly storage_opt: Readonly<Record<string, string>>;
  readonly logging: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  readonly annotations: Readonly<Record<string, string>>;
}

/** The name of a setting. */
export type SettingName = keyof ContainerSettings;

/** What an image brings into each container that says nothing else. */
export interface ImageDefaults {
  readonly command: readonly string[];
  readonly entrypoint: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly working_dir: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `80/tcp` and the like. */
  readonly exposed: readonly string[];
  /** Paths of anonymous volumes. */
  readonly volumes: readonly string[];
  readonly healthcheck: HealthcheckSetting | null;
  readonly stop_signal: string;
}

/** What an engine gives containers that ask for nothing; it depends on how it is configured. */
export interface EngineDefaults {
  readonly logging: ContainerSettings['logging'];
  /** The control group namespace; null = not known. */
  readonly cgroup: string | null;
  readonly ipc: string;
  readonly shmBytes: number;
  readonly runtime: string;
}

/** A container's own settings, with what it would have had without asking. */
export interface OwnSettings {
  readonly image: ImageId;
  /** Its number among the containers of its service. */
  readonly number: number;
  readonly settings: ContainerSettings;
  /** Of its image; null when that is gone. */
  readonly defaults: ImageDefaults | null;
  readonly engine: EngineDefaults;
}
