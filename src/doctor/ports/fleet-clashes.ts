import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ServiceKey } from '../../model/ids.ts';
import { type Claim, overlap, portText } from './claims.ts';

/** Who wants which ports: `asked` = who is to be rebuilt; `hasIt` = whether a claim's own container has the port now. */
export interface Wanted {
  readonly claims: readonly Claim[];
  readonly asked: ReadonlySet<ServiceKey>;
  readonly hasIt: (claim: Claim) => boolean;
}

/**
 * Services of the fleet that want the same host port, also in different projects, when one of them is to be rebuilt. Who neither is to be
 * nor has the port is in nobody's way: a fleet may hold two that are never run at once.
 */
export function fleetClashes({ claims, asked, hasIt }: Wanted): Diagnostic[] {
  const isAsked = ({ service }: Claim) => asked.has(service.key);
  const wanted = claims.filter((claim) => isAsked(claim) || hasIt(claim));
  const clashes = groupsOf(wanted).filter((group) => group.some(isAsked));
  return [...clashes.map(clash), ...claims.filter((claim) => claim.service.scale > 1 && isAsked(claim)).map(scaled)];
}

/** Claims by port, where two different services have one that overlaps. */
function groupsOf(claims: readonly Claim[]): (readonly Claim[])[] {
  const byPort = new Map<string, Claim[]>();
  for (const claim of claims) {
    const key = `${claim.port}/${claim.protocol}`;
    const known = byPort.get(key) ?? [];
    byPort.set(key, [...known, claim]);
  }
  return [...byPort.values()]
    .map((group) =>
      group.filter((claim) => group.some((other) => other.service.key !== claim.service.key && overlap(claim, other))),
    )
    .filter((group) => group.length > 1);
}

function clash(group: readonly Claim[]): Diagnostic {
  const [first, ...others] = [...new Map(group.map((claim) => [claim.service.key, claim])).values()];
  const names = [first!, ...others].map(({ service }) => service.key);
  return {
    code: 'host-port-clash',
    severity: 'error',
    service: others[0]!.service.key,
    message: `${names.slice(0, -1).join(', ')} and ${names.at(-1)} publish the same host port ${first!.port}/${first!.protocol}: only one of them can start`,
    ...others[0]!.service.place,
    evidence: group.map((claim) => `${claim.service.key} publishes ${portText(claim)}`).join('\n'),
    related: [{ ...first!.service.place, message: first!.service.key }],
    remedy: 'give each its own host port in the Compose files, or leave the host port out where nobody needs it',
  };
}

function scaled(claim: Claim): Diagnostic {
  const { service } = claim;
  return {
    code: 'host-port-scaled',
    severity: 'error',
    service: service.key,
    message: `${service.key} runs ${service.scale} containers, and only one of them can have the host port ${portText(claim)}`,
    ...service.place,
    remedy: `publish a range of ${service.scale} host ports, or none`,
  };
}
