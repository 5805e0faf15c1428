import type { PortProtocol } from '../../docker/host-port.ts';
import { publishedPorts } from '../../fleet/service/published-ports.ts';
import type { Fleet, Service } from '../../fleet/types.ts';

/** A host address, or one that is wanted; '' = every address of both IP versions. */
export interface Address {
  readonly protocol: PortProtocol;
  readonly address: string;
  readonly port: number;
}

/** A host port that a service will have. */
export interface Claim extends Address {
  readonly service: Service;
}

/** Host ports of which the engine picks as many as the service has containers. */
export interface RangeClaim {
  readonly service: Service;
  readonly protocol: PortProtocol;
  readonly address: string;
  readonly from: number;
  readonly to: number;
}

/** The services that run at the same time: those that no inactive profile hides, and those that were asked for. */
export function activeServices({ services }: Fleet, selected: readonly Service[]): readonly Service[] {
  const asked = new Set(selected.map(({ key }) => key));
  return services.filter(({ key, hiddenByProfile, scale }) => (!hiddenByProfile || asked.has(key)) && scale > 0);
}

/** The host ports that are known before the services start. */
export function claimsOf(services: readonly Service[]): readonly Claim[] {
  return services
    .filter(canPublish)
    .flatMap((service) =>
      service.published.flatMap(({ hostIp, port, protocol }): Claim[] =>
        isProtocol(protocol)
          ? [{ service, protocol, address: addressOf(service, { hostIp, written: `${port}`, protocol }), port }]
          : [],
      ),
    );
}

/** The ranges that Compose leaves to the engine. */
export function rangesOf(services: readonly Service[]): readonly RangeClaim[] {
  return services.filter(canPublish).flatMap((service) =>
    publishedPorts(service.compose).floating.flatMap(({ hostIp, written, protocol }): RangeClaim[] => {
      const [, from, to] = /^(\d+)-(\d+)$/.exec(written) ?? [];
      if (from === undefined || to === undefined || !isProtocol(protocol)) return [];
      const address = addressOf(service, { hostIp, written, protocol });
      return [{ service, protocol, address, from: Number(from), to: Number(to) }];
    }),
  );
}

/** Each host port of a range. */
export function portsOf({ protocol, address, from, to }: RangeClaim): readonly Address[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({ protocol, address, port: from + index }));
}

/**
 * Whether two sockets cannot both be bound: a wildcard takes the port on every address of its IP version. The engine binds `[::]` for IPv6
 * alone, beside an IPv4 wildcard (moby `libnetwork/portmapper`, IPV6_V6ONLY).
 */
export function overlap(a: Address, b: Address): boolean {
  if (a.protocol !== b.protocol || a.port !== b.port) return false;
  if (a.address === b.address || a.address === '' || b.address === '') return true;
  return a.address.includes(':') === b.address.includes(':') && (isWildcard(a.address) || isWildcard(b.address));
}

/** As people write it: `8009/tcp`, with the address when it is not every one. */
export function portText({ protocol, address, port }: Address): string {
  const where = isWildcard(address) ? '' : address.includes(':') ? `[${address}]:` : `${address}:`;
  return `${where}${port}/${protocol}`;
}

/** Without networking, and on the network of the host itself, the engine leaves `ports` unheeded (moby `daemon/container_operations.go`). */
function canPublish({ compose }: Service): boolean {
  return compose.network_mode !== 'host' && compose.network_mode !== 'none';
}

function addressOf(
  { compose }: Service,
  { hostIp, written, protocol }: { readonly hostIp: string; readonly written: string; readonly protocol: string },
): string {
  const entry = compose.ports?.find(
    (port) => `${port.published}` === written && (port.protocol ?? 'tcp') === protocol && !port.host_ip,
  );
  return entry === undefined ? hostIp.replace(/^\[(.*)\]$/, '$1') : '';
}

function isWildcard(address: string): boolean {
  return ['', '0.0.0.0', '::'].includes(address);
}

function isProtocol(protocol: string): protocol is PortProtocol {
  return protocol === 'tcp' || protocol === 'udp';
}
