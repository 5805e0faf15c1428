import type { HostContainer, HostPort, Listener, Program } from '../../docker/host-port.ts';
import type { Service } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { counted } from '../../util/human.ts';
import { type Address, type Claim, overlap, portsOf, portText, type RangeClaim } from './claims.ts';

/** Who has a host port now. */
export type Holder =
  | (Address & { readonly kind: 'container'; readonly container: HostContainer })
  | (Address & { readonly kind: 'program'; readonly program: Program | null });

/**
 * Holders of these host ports: containers, and listeners of the machine that do not stand for a published port. A program inside a container
 * that uses the host's network is that container's.
 */
export async function holdersOf(
  wanted: readonly Address[],
  { containers, listeners }: { readonly containers: readonly HostContainer[]; readonly listeners: readonly Listener[] },
  host: Pick<HostPort, 'programs'>,
): Promise<readonly Holder[]> {
  const published = containers.flatMap((container) =>
    container.ports.map((port): Holder => ({ ...port, kind: 'container', container })),
  );
  const others = listeners
    .map((listener) => ({ listener, ...addressOf(listener) }))
    .filter((address) => !published.some((port) => overlap(port, address)) && wanted.some((one) => overlap(one, address)));
  const programs = await host.programs(others.map(({ listener }) => listener.inode));
  return [
    ...published,
    ...others.flatMap(({ listener, ...address }): Holder[] => {
      const program = programs.get(listener.inode) ?? null;
      // Its forwarder for a container that came or went between two looks: the engine sees to it.
      if (program?.name === 'docker-proxy') return [];
      const container = containers.find(({ id }) => id === program?.container);
      return [container === undefined ? { ...address, kind: 'program', program } : { ...address, kind: 'container', container }];
    }),
  ];
}

/** A program's IPv6 wildcard takes the IPv4 addresses too unless told otherwise (ipv6(7)), which cannot be seen from outside. */
function addressOf({ protocol, address, port }: Listener): Address {
  return { protocol, address: address === '::' ? '' : address, port };
}

/** Who wants which ports, and who has them now. */
export interface PortScene {
  readonly services: readonly Service[];
  /** Of all services that run at the same time. */
  readonly claims: readonly Claim[];
  readonly holders: readonly Holder[];
  readonly containers: readonly HostContainer[];
}

/**
 * Wanted ports that others have. A service's own container is no clash, it gives the port away when it is replaced; nor is who has it beside
 * that one. Two services that both want it are a clash of the fleet.
 */
export function takenPorts(wanted: readonly Claim[], { services, claims, holders, containers }: PortScene): Diagnostic[] {
  const byName = new Map(services.map((service) => [nameOf(service), service]));
  const wantedToo = (holder: Holder) => claims.some((claim) => overlap(claim, holder) && isOwn(holder, claim));
  return wanted.flatMap((claim) => {
    if (hasIt(claim, holders)) return [];
    const mayBeOwn = (holder: Holder) => isUnseen(holder) && containers.some((one) => isOnHost(one, claim));
    const holder = holders.find(
      (candidate) => overlap(candidate, claim) && !isOwn(candidate, claim) && !wantedToo(candidate) && !mayBeOwn(candidate),
    );
    if (holder === undefined) return [];
    const sibling = holder.kind === 'container' ? byName.get(serviceOf(holder.container)) : undefined;
    // On the host's own network no Compose file says which ports it has: it takes them again when it is replaced.
    const givesItUp = sibling !== undefined && sibling.compose.network_mode !== 'host';
    return [holder.kind === 'container' && givesItUp ? stillHeld(claim, holder.container) : portTaken(claim, holder)];
  });
}

/** A program of which this user may not see the process, nor so the container. */
function isUnseen(holder: Holder): boolean {
  return holder.kind === 'program' && holder.program === null;
}

function isOnHost(container: HostContainer, { service }: Claim): boolean {
  return container.onHostNetwork && container.isRunning && serviceOf(container) === nameOf(service);
}

/** Whether a service's own container has the very port that it claims. */
export function hasIt(claim: Claim, holders: readonly Holder[]): boolean {
  const { protocol, port } = claim;
  return holders.some(
    (holder) =>
      isOwn(holder, claim) &&
      holder.protocol === protocol &&
      holder.port === port &&
      (holder.address === claim.address || (claim.address === '' && holder.address === '0.0.0.0')),
  );
}

/** Ranges in which too few ports are free for the service's containers. */
export function fullRanges(ranges: readonly RangeClaim[], { claims, holders }: PortScene): Diagnostic[] {
  return ranges.flatMap((range) => {
    const isFree = (wanted: Address) => {
      const there = holders.filter((holder) => overlap(holder, wanted));
      if (there.some((holder) => isOwn(holder, range))) return true;
      return there.length === 0 && !claims.some((claim) => claim.service.key !== range.service.key && overlap(claim, wanted));
    };
    const free = portsOf(range).filter(isFree).length;
    return free >= range.service.scale ? [] : [rangeFull(range, free)];
  });
}

function isOwn(holder: Holder, { service }: Pick<Claim, 'service'>): boolean {
  return holder.kind === 'container' && serviceOf(holder.container) === nameOf(service);
}

function nameOf({ project, name }: Pick<Service, 'project' | 'name'>): string {
  return `${project}/${name}`;
}

function serviceOf({ project, service }: HostContainer): string {
  return `${project ?? ''}/${service ?? ''}`;
}

function portTaken(claim: Claim, holder: Holder): Diagnostic {
  const { service } = claim;
  return {
    code: 'host-port-taken',
    severity: 'error',
    service: service.key,
    message: `The host port ${portText(claim)} of ${service.key} is taken by ${holderText(holder)}`,
    ...service.place,
    evidence: `${portText(holder)} is in use`,
    remedy: 'end what has the port, or publish another one in the Compose file',
  };
}

function holderText(holder: Holder): string {
  if (holder.kind === 'container') {
    const { name, project } = holder.container;
    return `container ${name}${project === null ? '' : ` of project ${project}`}`;
  }
  const { program } = holder;
  return program === null ? 'a program that this user may not see' : `${program.name ?? 'a program'} (pid ${program.pid})`;
}

/** Whose definition has moved on: it gives the port away when it is replaced, which has to come first. */
function stillHeld(claim: Claim, container: HostContainer): Diagnostic {
  const { service } = claim;
  return {
    code: 'host-port-still-held',
    severity: 'warning',
    service: service.key,
    message: `The host port ${portText(claim)} of ${service.key} is still held by ${container.name}, whose service no longer publishes it`,
    ...service.place,
    remedy: `rebuild ${container.service} first: slipway rebuild ${container.service}`,
  };
}

function rangeFull({ service, protocol, from, to }: RangeClaim, free: number): Diagnostic {
  return {
    code: 'host-port-range-full',
    severity: 'error',
    service: service.key,
    message: `${service.key} needs ${counted(service.scale, 'host port')} of ${from}-${to}/${protocol}, and ${free} are free`,
    ...service.place,
    remedy: 'end what has the ports, or publish a larger range in the Compose file',
  };
}
