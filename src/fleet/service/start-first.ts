import type { ComposeService } from '../types.ts';
import { serviceReference } from './edges.ts';
import { publishedPorts } from './published-ports.ts';

type Volume = NonNullable<ComposeService['volumes']>[number];

/** Why two containers of the service cannot run at once (traps T5), in the operator's words; empty = they can. */
export function startFirstObstacles(compose: ComposeService, kind: 'service' | 'one-shot'): string[] {
  return [
    ...(kind === 'one-shot' ? ['a one-shot is not kept running'] : []),
    ...nameObstacles(compose),
    ...networkObstacles(compose),
    ...deviceObstacles(compose),
    ...sharedFileObstacles(compose),
  ];
}

/**
 * Why not even a shadow can run beside the service: it has no name, port or address of its own, but the same files and devices; in the
 * host's or another service's network it would listen on the same ports.
 */
export function preflightObstacles(compose: ComposeService): string[] {
  return [...sharedNetworkObstacles(compose), ...deviceObstacles(compose), ...sharedFileObstacles(compose)];
}

function nameObstacles({ container_name }: ComposeService): string[] {
  return container_name ? [`container_name ${container_name} can exist only once`] : [];
}

function networkObstacles(compose: ComposeService): string[] {
  const { fixed, floating } = publishedPorts(compose);
  const ports = [...new Set(fixed.map((p) => p.port))];
  const scale = compose.scale ?? compose.deploy?.replicas ?? 1;
  const narrow = floating.map((p) => p.written).filter((written) => portsIn(written) < 2 * scale);
  const networks = Object.entries((compose.networks as Record<string, Record<string, unknown> | null> | undefined) ?? {});
  const addressed = networks.filter(([, options]) => options?.ipv4_address || options?.ipv6_address || options?.mac_address);
  return [
    ...(ports.length > 0 ? [`host port ${ports.join(', ')} can be bound only once`] : []),
    ...narrow.map((range) => `host ports ${range} are too few for old and new at once`),
    ...sharedNetworkObstacles(compose),
    ...addressed.map(([network]) => `has a fixed address in network ${network}`),
  ];
}

/** How many ports of the host a range such as `8000-8003` has; what is no range has as many as there are. */
function portsIn(written: string): number {
  const range = /^(\d+)-(\d+)$/.exec(written);
  return range ? Number(range[2]) - Number(range[1]) + 1 : Number.POSITIVE_INFINITY;
}

function sharedNetworkObstacles({ network_mode }: ComposeService): string[] {
  const shared = serviceReference(network_mode);
  return [...(network_mode === 'host' ? ['uses the host network'] : []), ...(shared ? [`shares the network of ${shared}`] : [])];
}

function deviceObstacles(compose: ComposeService): string[] {
  const devices = (compose.devices as readonly (string | { source?: string })[] | undefined) ?? [];
  return devices.map((device) => `uses the device ${typeof device === 'string' ? device.split(':')[0] : device.source}`);
}

/** Old and new would write to the same files at once; a socket such as Docker's own is meant for many. */
function volumeObstacles(volumes: readonly Volume[]): string[] {
  return volumes
    .filter(
      ({ type, source, read_only }) =>
        (type === 'volume' || type === 'bind') && source && !read_only && !source.endsWith('.sock'),
    )
    .map(({ type, source }) => `writes to ${type === 'bind' ? source : `volume ${source}`}, which both would share`);
}

function sharedFileObstacles({ volumes, volumes_from }: ComposeService): string[] {
  return [
    ...volumeObstacles(volumes ?? []),
    ...(volumes_from?.length ? [`shares the volumes of ${volumes_from.map((v) => v.split(':')[0]).join(', ')}`] : []),
  ];
}
