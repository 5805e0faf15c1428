import type { ComposeService } from '../../fleet/types.ts';
import { sorted, sortedBy, withoutZero } from './rules.ts';
import type { ContainerSettings, DeviceSetting } from './types.ts';

type Resources = Pick<
  ContainerSettings,
  | 'devices'
  | 'device_cgroup_rules'
  | 'gpus'
  | 'ulimits'
  | 'mem_limit'
  | 'mem_reservation'
  | 'memswap_limit'
  | 'mem_swappiness'
  | 'cpus'
  | 'cpu_shares'
  | 'cpu_quota'
  | 'cpu_period'
  | 'cpu_rt_runtime'
  | 'cpu_rt_period'
  | 'cpuset'
  | 'pids_limit'
  | 'blkio_config'
  | 'oom_kill_disable'
  | 'oom_score_adj'
>;

/** The resources that a rendered service asks for; those under `deploy` count more (docker/compose `pkg/compose/create.go`). */
export function resourcesOf(service: ComposeService): Resources {
  const { limits, reservations } = (service.deploy?.resources ?? {}) as Deployed;
  const number = (key: string) => Number(service[key] ?? 0);
  const memory = Number(limits?.memory ?? 0) || number('mem_limit');
  const swap = number('memswap_limit');
  const devices = (service.devices ?? []) as readonly DeviceSetting[];
  return {
    devices: sortedBy(
      devices
        .filter((device) => !isNamedByInterface(device))
        .map((device) => ({ ...device, permissions: device.permissions || 'rwm' })),
      (device) => device.target,
    ),
    device_cgroup_rules: sorted((service.device_cgroup_rules ?? []) as readonly string[]),
    gpus: [
      ...(reservations?.devices ?? []).map((device) => request(device, device.capabilities ?? [])),
      ...named(devices),
      ...((service.gpus ?? []) as readonly Requested[]).map((gpu) => request(gpu, [...(gpu.capabilities ?? []), 'gpu'])),
    ],
    ulimits: ulimitsOf(service.ulimits),
    mem_limit: memory,
    mem_reservation: Number(reservations?.memory ?? 0) || number('mem_reservation'),
    // As much again is what the engine takes by itself.
    memswap_limit: swap === 2 * memory ? 0 : swap,
    mem_swappiness: number('mem_swappiness') || null,
    cpus: Number(limits?.cpus ?? 0) || number('cpus'),
    cpu_shares: number('cpu_shares'),
    cpu_quota: number('cpu_quota'),
    cpu_period: microseconds(service.cpu_period),
    cpu_rt_runtime: microseconds(service.cpu_rt_runtime),
    cpu_rt_period: microseconds(service.cpu_rt_period),
    cpuset: String(service.cpuset ?? ''),
    pids_limit: Math.max(Number(limits?.pids ?? 0) || number('pids_limit'), 0),
    blkio_config: blockIo(service.blkio_config as BlockIo | undefined),
    oom_kill_disable: service.oom_kill_disable === true,
    oom_score_adj: number('oom_score_adj'),
  };
}

interface Deployed {
  readonly limits?: { readonly cpus?: number | string; readonly memory?: string; readonly pids?: number };
  readonly reservations?: { readonly memory?: string; readonly devices?: readonly Requested[] };
}

interface Requested {
  readonly driver?: string;
  readonly count?: number | string;
  readonly device_ids?: readonly string[];
  readonly capabilities?: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
}

function request(of: Requested, capabilities: readonly string[]): Readonly<Record<string, unknown>> {
  const count = of.count === 'all' ? -1 : Number(of.count ?? 0);
  const asked = { Driver: of.driver, Count: count, DeviceIDs: of.device_ids, Capabilities: [capabilities] };
  return withoutZero({ ...asked, Options: Object.keys(of.options ?? {}).length > 0 ? of.options : null });
}

/** `vendor.com/class=name` is a device of the container device interface, which the engine takes as a request. */
function isNamedByInterface({ source, target }: DeviceSetting): boolean {
  return source === target && /^[^/]+\/[^=]+=.+$/.test(source);
}

function named(devices: readonly DeviceSetting[]): readonly Readonly<Record<string, unknown>>[] {
  const ids = devices.filter(isNamedByInterface).map((device) => device.source);
  return ids.length > 0 ? [{ Driver: 'cdi', DeviceIDs: ids }] : [];
}

function ulimitsOf(ulimits: unknown): ContainerSettings['ulimits'] {
  const all = Object.entries(
    (ulimits ?? {}) as Readonly<Record<string, number | { readonly soft?: number; readonly hard?: number }>>,
  );
  return Object.fromEntries(
    all.map(([name, limit]) => [
      name,
      typeof limit === 'number' ? { soft: limit, hard: limit } : { soft: limit.soft ?? 0, hard: limit.hard ?? 0 },
    ]),
  );
}

type Rates = readonly { readonly path: string; readonly rate?: number | string; readonly weight?: number }[];
type BlockIo = { readonly weight?: number } & { readonly [key: string]: Rates | number | undefined };

function blockIo(asked: BlockIo = {}): Readonly<Record<string, unknown>> {
  const rates = (value: Rates) =>
    value.map(({ path, rate, weight }) =>
      weight === undefined ? { Path: path, Rate: Number(rate) } : { Path: path, Weight: weight },
    );
  return withoutZero(
    Object.fromEntries(Object.entries(asked).map(([key, value]) => [key, Array.isArray(value) ? rates(value as Rates) : value])),
  );
}

function microseconds(value: unknown): number {
  const text = String(value ?? 0);
  return /^\d+$/.test(text) ? Number(text) : 0;
}
