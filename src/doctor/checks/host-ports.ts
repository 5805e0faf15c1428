import { counted } from '../../util/human.ts';
import { activeServices, claimsOf, rangesOf } from '../ports/claims.ts';
import { fleetClashes } from '../ports/fleet-clashes.ts';
import { fullRanges, type Holder, holdersOf, takenPorts } from '../ports/foreign-ports.ts';
import type { DoctorCheck, FleetContext } from '../types.ts';

/** Host ports that two services of the fleet want, or that something else has. */
export const checkHostPorts: DoctorCheck = {
  name: 'host-ports',
  title: 'Host ports',
  rebuild: 'stops',
  needs: 'fleet',
  run: async (context) => {
    const { fleet, selected, facts } = context;
    const active = activeServices(fleet, selected);
    const asked = new Set(selected.map(({ key }) => key));
    const claims = claimsOf(active);
    const clashes = fleetClashes(claims, asked);
    const seen = `${counted(claims.length, 'host port')} of ${counted(active.length, 'service')}`;
    if (!facts.ok) return { seen: `${seen}; what has them now is not known without an engine`, findings: clashes };
    const { holders, remark } = await whoHasThem(context);
    const scene = { services: fleet.services, claims, holders };
    const wanted = claims.filter(({ service }) => asked.has(service.key));
    const ranges = rangesOf(active).filter(({ service }) => asked.has(service.key));
    const taken = await takenPorts(wanted, scene, context.host);
    return { seen: `${seen}${remark}`, findings: [...clashes, ...taken, ...fullRanges(ranges, scene)] };
  },
};

/** Listeners only where they are bound in the network that the engine publishes in. */
async function whoHasThem({ host }: FleetContext): Promise<{ readonly holders: readonly Holder[]; readonly remark: string }> {
  const [engine, containers] = await Promise.all([host.engineHost(), host.containers()]);
  const listeners = engine.sharesNetwork ? await host.listeners() : null;
  const remark = listeners === null ? "; programs on the engine's machine cannot be seen from here" : '';
  return { holders: holdersOf(containers, listeners ?? []), remark };
}
