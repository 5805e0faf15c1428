import { posix } from 'node:path';
import type { ComposeModel, ComposeService } from '../../fleet/types.ts';
import { parseDuration } from '../../util/duration.ts';
import { disabledOr } from './from-image.ts';
import { sortedMounts, tmpfsAt } from './mounts.ts';
import { exposedPort, sortedPorts } from './ports.ts';
import { resourcesOf } from './resources.ts';
import { capability, extraHost, folder, logging, securityOption, sharesNetwork, sorted, unlessUsual, withTag } from './rules.ts';
import type {
  ContainerSettings,
  EngineDefaults,
  HealthcheckSetting,
  ImageDefaults,
  MountSetting,
  NetworkSetting,
} from './types.ts';

/** One container that a rendered model asks for. */
export interface Definition {
  readonly model: ComposeModel;
  readonly service: string;
  /** The tag that the service runs. */
  readonly tag: string;
  /** Which of the service's containers. */
  readonly number: number;
}

/**
 * The settings that a container gets which Compose makes of a rendered service (docker/compose `pkg/compose/create.go`) and the engine
 * completes from its image (moby `daemon/commit.go`, merge).
 */
export function settingsAskedFor(definition: Definition, image: ImageDefaults, engine: EngineDefaults): ContainerSettings {
  const { model, tag, number } = definition;
  const service = unescaped(model.services[definition.service] ?? {}) as Rendered;
  const mode = service.network_mode ?? '';
  const list = (key: string) => (service[key] ?? []) as readonly string[];
  const text = (key: string) => String(service[key] ?? '');
  return {
    image: withTag(tag),
    container_name: service.container_name ?? `${model.name}-${definition.service}-${number}`,
    ...processOf(service, image),
    environment: environmentOf(service, image),
    user: text('user') || image.user,
    working_dir: folder(text('working_dir')) || image.working_dir,
    hostname: sharesNetwork(mode) ? '' : text('hostname'),
    domainname: sharesNetwork(mode) ? '' : text('domainname'),
    labels: { ...image.labels, ...(service.labels ?? {}) },
    ports: portsOf(service, image),
    volumes: sortedMounts(mountsOf(model, service), image.volumes),
    volumes_from: sorted(list('volumes_from').map(volumesFrom)),
    network_mode: mode,
    networks: mode === '' ? networksOf(model, service) : {},
    links: sorted([...list('links'), ...list('external_links')].map((link) => link.split(':').at(-1)!)),
    extra_hosts: sorted(list('extra_hosts').map(extraHost)),
    dns: list('dns'),
    dns_search: list('dns_search'),
    dns_opt: list('dns_opt'),
    restart: restartOf(service),
    healthcheck: healthcheckOf(service, image),
    stop_signal: text('stop_signal') || image.stop_signal,
    stop_grace_period: service.stop_grace_period === undefined ? null : Math.floor(ms(service.stop_grace_period) / 1000) * 1000,
    init: service.init ?? null,
    tty: service.tty ?? false,
    stdin_open: service.stdin_open ?? false,
    privileged: service.privileged ?? false,
    read_only: service.read_only ?? false,
    cap_add: sorted(list('cap_add').map(capability)),
    cap_drop: sorted(list('cap_drop').map(capability)),
    security_opt: sorted(list('security_opt').map(securityOption), (option) => option !== 'label=disable'),
    group_add: sorted(list('group_add').map(String)),
    ipc: unlessUsual(text('ipc'), engine.ipc, ''),
    pid: text('pid'),
    uts: text('uts'),
    cgroup: unlessUsual(text('cgroup'), engine.cgroup ?? text('cgroup'), ''),
    cgroup_parent: text('cgroup_parent'),
    userns_mode: text('userns_mode'),
    isolation: text('isolation'),
    runtime: unlessUsual(text('runtime'), engine.runtime, ''),
    sysctls: service.sysctls ?? {},
    shm_size: unlessUsual(Number(service.shm_size ?? 0), engine.shmBytes, 0),
    storage_opt: service.storage_opt ?? {},
    logging: logging(service.logging ?? {}, engine),
    annotations: service.annotations ?? {},
    ...resourcesOf(service),
  };
}

/** The parts of a rendered service that are read here. */
type Rendered = ComposeService & {
  readonly command?: readonly string[] | null;
  readonly entrypoint?: readonly string[] | null;
  readonly labels?: Readonly<Record<string, string>>;
  readonly expose?: readonly string[];
  readonly networks?: Readonly<Record<string, RenderedNetwork | null>>;
  readonly mac_address?: string;
  readonly init?: boolean;
  readonly tty?: boolean;
  readonly stdin_open?: boolean;
  readonly privileged?: boolean;
  readonly read_only?: boolean;
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly shm_size?: string;
  readonly storage_opt?: Readonly<Record<string, string>>;
  readonly logging?: { readonly driver?: string; readonly options?: Readonly<Record<string, string>> };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly tmpfs?: readonly string[];
  readonly secrets?: readonly { readonly source: string; readonly target?: string }[];
  readonly configs?: readonly { readonly source: string; readonly target?: string }[];
};

interface RenderedNetwork {
  readonly aliases?: readonly string[];
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly link_local_ips?: readonly string[];
  readonly mac_address?: string;
  readonly driver_opts?: Readonly<Record<string, string>>;
}

/** A rendered model is written to be read again: each dollar stands there twice. */
function unescaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$$', '$');
  if (Array.isArray(value)) return value.map(unescaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unescaped(inner)]));
}

/** The image's command goes only with the image's own entry point. */
function processOf({ command, entrypoint }: Rendered, image: ImageDefaults): Pick<ContainerSettings, 'command' | 'entrypoint'> {
  if (entrypoint && entrypoint.length > 0) return { entrypoint, command: command ?? [] };
  return {
    command: command && command.length > 0 ? command : image.command,
    entrypoint: entrypoint ? [] : image.entrypoint,
  };
}

/** A variable without a value takes the image's away. */
function environmentOf({ environment = {} }: Rendered, image: ImageDefaults): Record<string, string> {
  const all = Object.entries({ ...image.environment, ...environment });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== null));
}

function portsOf({ ports = [], expose = [] }: Rendered, image: ImageDefaults): ContainerSettings['ports'] {
  const published = ports.map(({ target, protocol = 'tcp', host_ip, published: port }) => {
    return { target: String(target), protocol, hostIp: host_ip ?? '', published: port ?? '' };
  });
  return sortedPorts([...published, ...[...expose.map(String), ...image.exposed].map(exposedPort)]);
}

function mountsOf(model: ComposeModel, service: Rendered): MountSetting[] {
  const files = (kind: 'secrets' | 'configs', folderOf: string) => {
    const definitions = (model[kind] ?? {}) as Readonly<Record<string, { readonly file?: string } | null>>;
    return (service[kind] ?? []).flatMap(({ source, target }): MountSetting[] => {
      const file = definitions[source]?.file;
      const at = posix.resolve(folderOf, target || source);
      return file === undefined ? [] : [{ type: 'bind', source: file, target: at, readOnly: true, options: {} }];
    });
  };
  return [
    ...(service.volumes ?? []).map((volume) => mountOf(model, volume as RenderedMount)),
    ...(service.tmpfs ?? []).map((entry) => {
      const [target = '', ...flags] = entry.split(':');
      return tmpfsAt(target, flags.join(':'));
    }),
    ...files('secrets', '/run/secrets'),
    ...files('configs', '/'),
  ];
}

interface RenderedMount {
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly bind?: { readonly propagation?: string; readonly selinux?: string };
  readonly volume?: { readonly nocopy?: boolean; readonly subpath?: string };
  readonly tmpfs?: { readonly size?: string; readonly mode?: number };
}

function mountOf(model: ComposeModel, mount: RenderedMount): MountSetting {
  const { type, source = '', bind, volume, tmpfs } = mount;
  const { propagation, selinux } = bind ?? {};
  const options = {
    ...(propagation && propagation !== 'rprivate' ? { propagation } : {}),
    ...(selinux ? { selinux } : {}),
    ...(volume?.nocopy ? { nocopy: true } : {}),
    ...(volume?.subpath ? { subpath: volume.subpath } : {}),
    ...(tmpfs?.size ? { size: Number(tmpfs.size) } : {}),
    ...(tmpfs?.mode ? { mode: tmpfs.mode } : {}),
  };
  const named = type === 'volume' && source !== '' ? (model.volumes?.[source]?.name ?? `${model.name}_${source}`) : source;
  return { type, source: named, target: folder(mount.target), readOnly: mount.read_only ?? false, options };
}

/** Compose does not pass on whether they are to be read only. */
function volumesFrom(entry: string): string {
  const [first = '', second = ''] = entry.split(':');
  return first === 'container' ? `container:${second}` : `service:${first}`;
}

function networksOf(model: ComposeModel, { networks, mac_address }: Rendered): Record<string, NetworkSetting> {
  const asked = Object.entries(networks ?? { default: null });
  return Object.fromEntries(
    asked.map(([key, network], at) => [
      model.networks?.[key]?.name ?? `${model.name}_${key}`,
      {
        aliases: sorted(new Set(network?.aliases ?? [])),
        ipv4: network?.ipv4_address ?? '',
        ipv6: network?.ipv6_address ?? '',
        linkLocal: sorted(network?.link_local_ips ?? []),
        mac: network?.mac_address ?? (at === 0 ? (mac_address ?? '') : ''),
        driverOptions: network?.driver_opts ?? {},
      },
    ]),
  );
}

function restartOf({ restart, deploy }: Rendered): string {
  const policy = deploy?.restart_policy as { readonly condition?: string; readonly max_attempts?: number } | undefined;
  const [name = '', most = '0'] = policy
    ? [policy.condition ?? '', String(policy.max_attempts ?? 0)]
    : (restart ?? '').split(':');
  const known = { none: 'no', any: 'always', '': 'no' }[name] ?? name;
  return known === 'on-failure' && Number(most) > 0 ? `on-failure:${most}` : known;
}

function healthcheckOf({ healthcheck: check }: Rendered, { healthcheck: inherited }: ImageDefaults): HealthcheckSetting | null {
  if (!check) return inherited;
  if (check.disable) return disabledOr({ ...NOTHING, test: ['NONE'] });
  const or = (own: number, key: keyof Omit<HealthcheckSetting, 'test'>) => own || inherited?.[key] || 0;
  return disabledOr({
    test: check.test && check.test.length > 0 ? check.test : (inherited?.test ?? []),
    intervalMs: or(ms(check.interval), 'intervalMs'),
    timeoutMs: or(ms(check.timeout), 'timeoutMs'),
    startPeriodMs: or(ms(check.start_period), 'startPeriodMs'),
    startIntervalMs: or(ms(check.start_interval), 'startIntervalMs'),
    retries: or(check.retries ?? 0, 'retries'),
  });
}

const NOTHING = { intervalMs: 0, timeoutMs: 0, startPeriodMs: 0, startIntervalMs: 0, retries: 0 };

function ms(duration: string | undefined): number {
  return duration === undefined ? 0 : (parseDuration(duration) ?? 0);
}
