import type { PortProtocol } from '../../docker/host-port.ts';
import { publishedPorts } from '../../fleet/service/published-ports.ts';
import type { Fleet, Service } from '../../fleet/types.ts';

/** A host address, or one that is wanted. */
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
  return services.flatMap((service) =>
    service.published.flatMap(({ hostIp, port, protocol }): Claim[] =>
      isProtocol(protocol) ? [{ service, protocol, address: hostIp.replace(/^\[(.*)\]$/, '$1'), port }] : [],
    ),
  );
}

/** The ranges that Compose leaves to the engine. */
export function rangesOf(services: readonly Service[]): readonly RangeClaim[] {
  return services.flatMap((service) =>
    publishedPorts(service.compose).floating.flatMap(({ written, protocol }): RangeClaim[] => {
      const [, from, to] = /^(\d+)-(\d+)$/.exec(written) ?? [];
      if (from === undefined || to === undefined || !isProtocol(protocol)) return [];
      return [{ service, protocol, from: Number(from), to: Number(to) }];
    }),
  );
}

/**
 * Whether two sockets cannot both be bound: a wildcard takes the port on every address, that of IPv6 on those of IPv4 too unless told
 * otherwise (ip(7), ipv6(7)).
 */
export function overlap(a: Address, b: Address): boolean {
  if (a.protocol !== b.protocol || a.port !== b.port) return false;
  return a.address === b.address || isWildcard(a.address) || isWildcard(b.address);
}

/** As people write it: `8009/tcp`, with the address when it is not every one. */
export function portText({ protocol, address, port }: Address): string {
  const where = isWildcard(address) ? '' : address.includes(':') ? `[${address}]:` : `${address}:`;
  return `${where}${port}/${protocol}`;
}

function isWildcard(address: string): boolean {
  return ['', '0.0.0.0', '::'].includes(address);
}

function isProtocol(protocol: string): protocol is PortProtocol {
  return protocol === 'tcp' || protocol === 'udp';
}
