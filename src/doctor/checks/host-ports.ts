import type { HostPort } from '../../docker/host-port.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { counted } from '../../util/human.ts';
import { activeServices, claimsOf, portsOf, rangesOf } from '../ports/claims.ts';
import { fleetClashes } from '../ports/fleet-clashes.ts';
import { fullRanges, hasIt, holdersOf, type PortScene, takenPorts } from '../ports/foreign-ports.ts';
import type { DoctorCheck, FleetContext } from '../types.ts';

/** Host ports that two services of the fleet want, or that something else has. */
export const checkHostPorts: DoctorCheck = {
  name: 'host-ports',
  title: 'Host ports',
  rebuild: 'stops',
  needs: 'fleet',
  run: async (context) => {
    const wanted = wantedOf(context);
    const seen = `${counted(wanted.claims.length, 'host port')} of ${counted(wanted.active.length, 'service')}`;
    if (!context.facts.ok) {
      const findings = fleetClashes({ ...wanted, hasIt: () => true });
      return { seen: `${seen}; what has them now is not known without an engine`, findings };
    }
    const { remark, ...scene } = await whoHasThem(wanted, context.host);
    const findings = findingsOf(wanted, scene, context);
    if (findings.length === 0) return { seen: `${seen}${remark}`, findings };
    // A container that starts or restarts between two answers looks like a stranger with its port: only what is there twice counts.
    const again = await whoHasThem(wanted, context.host.anew());
    const lasting = new Set(findingsOf(wanted, again, context).map(({ message }) => message));
    return { seen: `${seen}${remark}`, findings: findings.filter(({ message }) => lasting.has(message)) };
  },
};

type Held = Pick<PortScene, 'holders' | 'containers'>;

type Wants = ReturnType<typeof wantedOf>;

function wantedOf({ fleet, selected }: FleetContext) {
  const active = activeServices(fleet, selected);
  return {
    active,
    asked: new Set(selected.map(({ key }) => key)),
    claims: claimsOf(active),
    ranges: rangesOf(active),
  };
}

function findingsOf({ claims, ranges, asked }: Wants, { holders, containers }: Held, { fleet }: FleetContext): Diagnostic[] {
  const scene = { services: fleet.services, claims, holders, containers };
  const isAsked = ({ service }: { readonly service: { readonly key: string } }) => asked.has(service.key);
  return [
    ...fleetClashes({ claims, asked, hasIt: (claim) => hasIt(claim, holders) }),
    ...takenPorts(claims.filter(isAsked), scene),
    ...fullRanges(ranges.filter(isAsked), scene),
  ];
}

/** Listeners only where they are bound in the network that the engine publishes in. */
async function whoHasThem({ claims, ranges }: Wants, host: HostPort): Promise<Held & { readonly remark: string }> {
  const [engine, containers] = await Promise.all([host.engineHost(), host.containers()]);
  const listeners = engine.sharesNetwork ? await host.listeners() : null;
  const remark = listeners === null ? "; programs on the engine's machine cannot be seen from here" : '';
  const wanted = [...claims, ...ranges.flatMap(portsOf)];
  return { holders: await holdersOf(wanted, { containers, listeners: listeners ?? [] }, host), containers, remark };
}
