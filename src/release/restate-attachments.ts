import type { MountSetting } from '../docker/settings/types.ts';
import { type Draft, escaped, given, isEmpty, set, type Writer } from './restate-draft.ts';

/** What is published, and what is only exposed and not by the image. */
export const writePorts: Writer = ({ service }, { own, defaults }) => {
  const published = own.ports.filter((port) => port.published !== null);
  const exposed = own.ports.filter((port) => port.published === null).map(({ target, protocol }) => `${target}/${protocol}`);
  set(
    service,
    'ports',
    published.map(({ target, protocol, hostIp, published: port }) => ({
      mode: 'ingress',
      target: Number(target),
      protocol,
      ...(hostIp === '' ? {} : { host_ip: hostIp }),
      ...(port === '' ? {} : { published: port }),
    })),
  );
  set(
    service,
    'expose',
    exposed.filter((port) => !defaults.exposed.includes(port)),
  );
};

/** Files of secrets and configs are among the container's mounts; those that Compose copies into the container are not, and stay. */
export const writeVolumes: Writer = (draft, { own, model }) => {
  const { service } = draft;
  delete service.tmpfs;
  for (const kind of ['secrets', 'configs'] as const) {
    const definitions = (model[kind] ?? {}) as Readonly<Record<string, { readonly file?: string } | null>>;
    const used = (service[kind] ?? []) as readonly { readonly source: string }[];
    set(
      service,
      kind,
      used.filter(({ source }) => definitions[source]?.file === undefined),
    );
  }
  set(
    service,
    'volumes',
    own.volumes.filter((mount) => !('flags' in mount.options)).map((mount) => mountOf(draft, mount)),
  );
  set(
    service,
    'tmpfs',
    own.volumes.filter((mount) => 'flags' in mount.options).map(({ target, options }) => `${target}:${options.flags}`),
  );
};

function mountOf({ volumes }: Draft, { type, source, target, readOnly, options }: MountSetting): Record<string, unknown> {
  const { propagation, selinux, nocopy, subpath, size, mode } = options;
  const parts = {
    bind: type === 'bind' ? { create_host_path: true, ...given({ propagation, selinux }) } : {},
    volume: given({ nocopy, subpath }),
    tmpfs: given({ size: size === undefined ? undefined : String(size), mode }),
  };
  return {
    type,
    ...(source === '' ? {} : { source: type === 'volume' ? keyOf(volumes, source) : source }),
    target,
    ...(readOnly ? { read_only: true } : {}),
    ...Object.fromEntries(Object.entries(parts).filter(([, part]) => !isEmpty(part))),
  };
}

/** Its networks, or whose network it uses. */
export const writeNetworks: Writer = (draft, { own }) => {
  const { service } = draft;
  set(service, 'network_mode', own.network_mode);
  delete service.mac_address;
  if (own.network_mode !== '') return set(service, 'networks', null);
  const entries = Object.entries(own.networks).map(([name, network]) => {
    const asked = {
      aliases: network.aliases,
      ipv4_address: network.ipv4,
      ipv6_address: network.ipv6,
      link_local_ips: network.linkLocal,
      driver_opts: network.driverOptions,
    };
    const kept = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== '' && !isEmpty(value)));
    return [keyOf(draft.networks, name), isEmpty(kept) ? null : kept];
  });
  service.networks = escaped(Object.fromEntries(entries));
};

/** The model's key for what has this name on the engine; what the model does not know is named as somebody else's. */
function keyOf(definitions: Record<string, unknown>, name: string): string {
  const known = Object.entries(definitions).find(([, value]) => (value as { readonly name?: string } | null)?.name === name);
  if (known) return known[0];
  const key = `kept_${name}`;
  definitions[key] = { name, external: true };
  return key;
}
