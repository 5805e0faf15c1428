import type { HostContainer, HostPort, Listener, Program } from '../../docker/host-port.ts';
import type { Service } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { counted } from '../../util/human.ts';
import { type Address, type Claim, overlap, portText, type RangeClaim } from './claims.ts';

/** Who has a host port now. */
export type Holder =
  | (Address & { readonly kind: 'container'; readonly container: HostContainer })
  | (Address & { readonly kind: 'program'; readonly listener: Listener });

/** Holders of the engine's host ports: containers, and listeners of the machine that do not stand for one of them. */
export function holdersOf(containers: readonly HostContainer[], listeners: readonly Listener[]): readonly Holder[] {
  const held = containers.flatMap((container) =>
    container.ports.map((port): Holder => ({ ...port, kind: 'container', container })),
  );
  const programs = listeners
    .filter((listener) => !held.some((port) => overlap(port, listener)))
    .map(
      (listener): Holder => ({
        protocol: listener.protocol,
        address: listener.address,
        port: listener.port,
        kind: 'program',
        listener,
      }),
    );
  return [...held, ...programs];
}

/** Who wants which ports, and who has them now. */
export interface PortScene {
  readonly services: readonly Service[];
  /** Of all services that run at the same time. */
  readonly claims: readonly Claim[];
  readonly holders: readonly Holder[];
}

/**
 * Wanted ports that others have. A service's own container is no clash, it gives the port away when it is replaced; two services that both
 * want it are a clash of the fleet.
 */
export async function takenPorts(
  wanted: readonly Claim[],
  { services, claims, holders }: PortScene,
  host: Pick<HostPort, 'programs'>,
): Promise<Diagnostic[]> {
  const names = new Set(services.map(nameOf));
  const wantedToo = (holder: Holder) => claims.some((claim) => overlap(claim, holder) && isOwn(holder, claim));
  const taken = wanted.flatMap((claim) => {
    const holder = holders.find((candidate) => overlap(candidate, claim) && !wantedToo(candidate));
    return holder === undefined ? [] : [{ claim, holder }];
  });
  const inodes = taken.flatMap(({ holder }) => (holder.kind === 'program' ? [holder.listener.inode] : []));
  const programs = await host.programs(inodes);
  return taken.flatMap(({ claim, holder }) => {
    if (holder.kind === 'program') return isEngines(holder, programs) ? [] : [portTaken(claim, holder, programs)];
    const isSibling = names.has(serviceOf(holder.container));
    return [isSibling ? stillHeld(claim, holder.container) : portTaken(claim, holder, programs)];
  });
}

/** The engine's own forwarder, of a container that came or went between two looks: the engine sees to it. */
function isEngines(holder: Extract<Holder, { kind: 'program' }>, programs: ReadonlyMap<string, Program>): boolean {
  return programs.get(holder.listener.inode)?.name === 'docker-proxy';
}

/** Ranges in which too few ports are free for the service's containers. */
export function fullRanges(ranges: readonly RangeClaim[], { claims, holders }: PortScene): Diagnostic[] {
  return ranges.flatMap((range) => {
    const ports = Array.from({ length: range.to - range.from + 1 }, (_, index) => range.from + index);
    const isFree = (port: number) => {
      const wanted: Address = { protocol: range.protocol, address: '0.0.0.0', port };
      const isClaimed = claims.some((claim) => claim.service.key !== range.service.key && overlap(claim, wanted));
      return !isClaimed && !holders.some((holder) => overlap(holder, wanted) && !isOwn(holder, range));
    };
    const free = ports.filter(isFree).length;
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

function portTaken(claim: Claim, holder: Holder, programs: ReadonlyMap<string, Program>): Diagnostic {
  const { service } = claim;
  return {
    code: 'host-port-taken',
    severity: 'error',
    service: service.key,
    message: `The host port ${portText(claim)} of ${service.key} is taken by ${holderText(holder, programs)}`,
    ...service.place,
    evidence: `${portText(holder)} is in use`,
    remedy: 'end what has the port, or publish another one in the Compose file',
  };
}

function holderText(holder: Holder, programs: ReadonlyMap<string, Program>): string {
  if (holder.kind === 'container') {
    const { name, project } = holder.container;
    return `container ${name}${project === null ? '' : ` of project ${project}`}`;
  }
  const program = programs.get(holder.listener.inode);
  return program === undefined ? 'a program that this user may not see' : `${program.name ?? 'a program'} (pid ${program.pid})`;
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
