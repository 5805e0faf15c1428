import type { ContainerInspectInfo, HostConfig, ImageInspectInfo } from 'dockerode';
import { COMPOSE_LABEL } from '../labels.ts';
import { properName } from '../names.ts';
import { healthcheckOf, withoutCompose } from './from-image.ts';
import { mountsOf } from './mounts.ts';
import { exposedPort, sortedPorts } from './ports.ts';
import {
  capability,
  deviceRequest,
  extraHost,
  folder,
  logging,
  securityOption,
  sharesNetwork,
  sorted,
  sortedBy,
  unlessUsual,
  withoutZero,
  withTag,
} from './rules.ts';
import type { ContainerSettings, EngineDefaults, NetworkSetting, PortSetting } from './types.ts';

/** A Docker engine as it is installed. */
export const USUAL_DEFAULTS: EngineDefaults = {
  logging: { driver: 'json-file', options: {} },
  cgroup: null,
  ipc: 'private',
  shmBytes: 64 * 2 ** 20,
  runtime: 'runc',
};

/** What a container was made beside: the engine's defaults, and who the containers are that it refers to. */
export interface Surroundings {
  readonly engine: EngineDefaults;
  /** A container id or name as `service:NAME` of the same project, or `container:NAME`. */
  readonly owner: (container: string) => string;
}

/** What the type of the library leaves out. */
type Inspected = ContainerInspectInfo & {
  readonly Config: { readonly StopTimeout?: number; readonly StopSignal?: string; readonly Healthcheck?: object | null };
  readonly HostConfig: { readonly Annotations?: Record<string, string>; readonly CgroupnsMode?: string };
};

/** `docker inspect` of a container as settings. */
export function settingsOf(info: ContainerInspectInfo, image: ImageInspectInfo | null, around: Surroundings): ContainerSettings {
  const { Config: config, HostConfig: host } = info as Inspected;
  const { engine } = around;
  const name = properName(info.Name.replace(/^\//, ''));
  const mode = networkMode(host, around);
  const security = ((host.SecurityOpt ?? []) as readonly string[]).map(securityOption);
  const memory = host.Memory ?? 0;
  return {
    image: withTag(config.Image),
    container_name: name,
    command: config.Cmd ?? [],
    entrypoint: listOf(config.Entrypoint),
    environment: environmentOf(config.Env),
    user: config.User ?? '',
    working_dir: folder(config.WorkingDir ?? ''),
    // Docker writes the host's or the other container's name here when it shares their network.
    hostname: sharesNetwork(mode) || info.Id.startsWith(config.Hostname) ? '' : config.Hostname,
    domainname: sharesNetwork(mode) ? '' : (config.Domainname ?? ''),
    labels: withoutCompose(config.Labels),
    ports: sortedPorts([...bindings(host), ...Object.keys(config.ExposedPorts ?? {}).map(exposedPort)]),
    volumes: mountsOf(host, Object.keys(image?.Config.Volumes ?? {})),
    volumes_from: sorted(((host.VolumesFrom ?? []) as readonly string[]).map((from) => volumesFrom(from, around))),
    network_mode: mode,
    networks: mode === '' ? networksOf(info, name) : {},
    links: linksOf(info, name),
    extra_hosts: sorted((host.ExtraHosts ?? []).map(extraHost)),
    dns: host.Dns ?? [],
    dns_search: host.DnsSearch ?? [],
    dns_opt: host.DnsOptions ?? [],
    restart: restartOf(host),
    healthcheck: healthcheckOf(config.Healthcheck),
    stop_signal: config.StopSignal ?? '',
    stop_grace_period: config.StopTimeout === undefined ? null : config.StopTimeout * 1000,
    init: host.Init ?? null,
    tty: config.Tty ?? false,
    stdin_open: config.OpenStdin ?? false,
    privileged: host.Privileged ?? false,
    read_only: host.ReadonlyRootfs ?? false,
    cap_add: sorted((host.CapAdd ?? []).map(capability)),
    cap_drop: sorted((host.CapDrop ?? []).map(capability)),
    // The engine adds this one by itself to containers that share so much with the host that it would be of no use.
    security_opt: sorted(security.filter((option) => option !== 'label=disable')),
    group_add: sorted((host.GroupAdd ?? []).map(String)),
    devices: sortedBy(
      (host.Devices ?? []).map((device: Device) => ({
        source: device.PathOnHost,
        target: device.PathInContainer,
        permissions: device.CgroupPermissions || 'rwm',
      })),
      (device) => device.target,
    ),
    device_cgroup_rules: sorted(host.DeviceCgroupRules ?? []),
    gpus: (host.DeviceRequests ?? []).map(deviceRequest),
    ipc: unlessUsual(sharedWith(host.IpcMode ?? '', around), engine.ipc, ''),
    pid: sharedWith(host.PidMode ?? '', around),
    uts: host.UTSMode ?? '',
    cgroup: engine.cgroup === null ? '' : unlessUsual((host as Inspected['HostConfig']).CgroupnsMode ?? '', engine.cgroup, ''),
    cgroup_parent: host.CgroupParent ?? '',
    userns_mode: host.UsernsMode ?? '',
    isolation: host.Isolation ?? '',
    runtime: unlessUsual(host.Runtime ?? '', engine.runtime, ''),
    sysctls: host.Sysctls ?? {},
    ulimits: Object.fromEntries(
      (host.Ulimits ?? []).map(({ Name = '', Soft = 0, Hard = 0 }) => [Name, { soft: Soft, hard: Hard }]),
    ),
    shm_size: unlessUsual(host.ShmSize ?? 0, engine.shmBytes, 0),
    mem_limit: memory,
    mem_reservation: host.MemoryReservation ?? 0,
    // As much again is what the engine takes by itself.
    memswap_limit: unlessUsual(host.MemorySwap ?? 0, 2 * memory, 0),
    mem_swappiness: (host.MemorySwappiness ?? -1) < 0 ? null : host.MemorySwappiness!,
    cpus: (host.NanoCpus ?? 0) / 1e9,
    cpu_shares: host.CpuShares ?? 0,
    cpu_quota: host.CpuQuota ?? 0,
    cpu_period: host.CpuPeriod ?? 0,
    cpu_rt_runtime: host.CpuRealtimeRuntime ?? 0,
    cpu_rt_period: host.CpuRealtimePeriod ?? 0,
    cpuset: host.CpusetCpus ?? '',
    pids_limit: Math.max(host.PidsLimit ?? 0, 0),
    blkio_config: withoutZero({
      weight: host.BlkioWeight,
      weight_device: host.BlkioWeightDevice,
      device_read_bps: host.BlkioDeviceReadBps,
      device_read_iops: host.BlkioDeviceReadIOps,
      device_write_bps: host.BlkioDeviceWriteBps,
      device_write_iops: host.BlkioDeviceWriteIOps,
    }),
    oom_kill_disable: host.OomKillDisable ?? false,
    oom_score_adj: host.OomScoreAdj ?? 0,
    storage_opt: host.StorageOpt ?? {},
    logging: logging({ driver: host.LogConfig?.Type, options: host.LogConfig?.Config }, engine),
    annotations: host.Annotations ?? {},
  };
}

interface Device {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

function listOf(value: string | string[] | null | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : (value ?? []);
}

/** A name without `=` is not set in the container, not even when the image has it. */
function environmentOf(env: readonly string[] | null | undefined): Record<string, string> {
  const pairs = (env ?? []).map((line) => /^([^=]+)=([\s\S]*)$/.exec(line)).filter((match) => match !== null);
  return Object.fromEntries(pairs.map((match) => [match[1]!, match[2]!]));
}

function bindings(host: HostConfig): PortSetting[] {
  const all = Object.entries((host.PortBindings ?? {}) as Record<string, { HostIp?: string; HostPort?: string }[] | null>);
  return all.flatMap(([port, bound]) =>
    (bound ?? []).map(({ HostIp, HostPort }) => ({ ...exposedPort(port), hostIp: HostIp ?? '', published: HostPort ?? '' })),
  );
}

function networkMode(host: HostConfig, around: Surroundings): string {
  const mode = host.NetworkMode ?? '';
  if (mode === 'default') return 'bridge';
  return ['bridge', 'host', 'none'].includes(mode) || mode.startsWith('container:') ? sharedWith(mode, around) : '';
}

/** `container:ID` as `service:NAME` where that container is a service's. */
function sharedWith(mode: string, { owner }: Surroundings): string {
  return mode.startsWith('container:') ? owner(mode.slice('container:'.length)) : mode;
}

function volumesFrom(from: string, { owner }: Surroundings): string {
  return owner(from.split(':')[0]!);
}

function networksOf(info: ContainerInspectInfo, name: string): Record<string, NetworkSetting> {
  const service = info.Config.Labels?.[COMPOSE_LABEL.service] ?? '';
  const own = new Set([name, info.Name.replace(/^\//, ''), service, info.Id.slice(0, 12)]);
  return Object.fromEntries(
    Object.entries(info.NetworkSettings.Networks).map(([network, endpoint]) => [
      network,
      {
        aliases: sorted(new Set(endpoint.Aliases ?? []), (alias) => !own.has(alias)),
        ipv4: endpoint.IPAMConfig?.IPv4Address ?? '',
        ipv6: endpoint.IPAMConfig?.IPv6Address ?? '',
        linkLocal: sorted(endpoint.IPAMConfig?.LinkLocalIPs ?? []),
        mac: endpoint.MacAddress ?? '',
        driverOptions: (endpoint as { DriverOpts?: Record<string, string> | null }).DriverOpts ?? {},
      },
    ]),
  );
}

/** The names under which it knows others by its own links; `SERVICE-1` and `PROJECT-SERVICE-1`, which Compose adds, are left out. */
function linksOf(info: ContainerInspectInfo, name: string): readonly string[] {
  const endpoints = Object.values(info.NetworkSettings.Networks).flatMap((network): string[] => network.Links ?? []);
  const links = [...((info.HostConfig.Links ?? []) as string[]), ...endpoints];
  const project = info.Config.Labels?.[COMPOSE_LABEL.project] ?? '';
  const aliases = new Set(links.map((link) => link.replace(`/${name}/`, '').split(':').at(-1) ?? ''));
  const isAdded = (alias: string) =>
    /-\d+$/.test(alias) && (aliases.has(`${project}-${alias}`) || aliases.has(alias.replace(`${project}-`, '')));
  return sorted(aliases, (alias) => !isAdded(alias));
}

function restartOf(host: HostConfig): string {
  const { Name: name = '', MaximumRetryCount: most = 0 } = host.RestartPolicy ?? {};
  return name === 'on-failure' && most > 0 ? `on-failure:${most}` : name || 'no';
}
