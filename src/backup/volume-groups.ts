import type { VolumeUser } from '../docker/archive-port.ts';
import type { Service } from '../fleet/types.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ContainerId, ServiceKey } from '../model/ids.ts';
import { topologicalOrder } from '../plan/graph.ts';

/** A container that has to stand still while a volume is read or written. */
export interface Stopped {
  readonly container: ContainerId;
  readonly name: string;
  readonly service: ServiceKey;
}

/** Volumes that share users: these are stopped once, and what they keep in several volumes fits together. */
export interface VolumeGroup {
  readonly volumes: readonly string[];
  /** Dependents first: the order to stop in; they are started in the reverse order. */
  readonly users: readonly Stopped[];
}

/** Who is of the fleet, and in which order. */
export interface FleetServices {
  readonly services: readonly (Pick<Service, 'key' | 'project' | 'name'> & {
    readonly dependsOn: readonly { readonly to: ServiceKey }[];
  })[];
}

/** Who uses which volume now. */
export type UsersOf = ReadonlyMap<string, readonly VolumeUser[]>;

/** Volumes in groups with the fleet's containers to stop, in the order of the volumes. */
export function volumeGroups(fleet: FleetServices, users: UsersOf): readonly VolumeGroup[] {
  const groups: { volumes: string[]; containers: Set<ContainerId> }[] = [];
  for (const [volume, all] of users) {
    const containers = new Set(all.filter((u) => u.state === 'running').map((u) => u.container));
    const joined = groups.filter((group) => [...containers].some((id) => group.containers.has(id)));
    const rest = groups.filter((group) => !joined.includes(group));
    const merged = {
      volumes: [...joined.flatMap((g) => g.volumes), volume],
      containers: new Set([...joined.flatMap((g) => [...g.containers]), ...containers]),
    };
    groups.splice(0, groups.length, ...rest, merged);
  }
  const stops = stoppable(fleet, users);
  return groups.map(({ volumes, containers }) => ({ volumes, users: stops.filter((s) => containers.has(s.container)) }));
}

/** Why a volume cannot be left alone: somebody uses it whom Slipway must not stop. */
export function volumeObstacles(fleet: FleetServices, users: UsersOf): readonly Diagnostic[] {
  return [...users].flatMap(([volume, all]) =>
    all
      .filter((user) => user.state === 'paused' || (user.state === 'running' && serviceOf(fleet, user) === null))
      .map((user): Diagnostic => {
        const whose = serviceOf(fleet, user) === null ? ', which is not of this fleet' : '';
        const does = user.state === 'paused' ? 'is paused' : 'runs';
        return {
          code: 'volume-in-use',
          severity: 'error',
          message: `The volume ${volume} is used by the container ${user.name}${whose} and ${does}`,
          remedy: user.state === 'paused' ? `docker unpause ${user.name}` : `stop it first: docker stop ${user.name}`,
        };
      }),
  );
}

/** Keys of the fleet's services, who is needed before who needs it. */
export function inDependencyOrder(fleet: FleetServices): readonly ServiceKey[] {
  const order = topologicalOrder(new Map(fleet.services.map((s) => [s.key, s.dependsOn.map((edge) => edge.to)])));
  // What is on a cycle is missing from it; the order does not matter to that.
  return [...order, ...fleet.services.map((s) => s.key).filter((key) => !order.includes(key))];
}

function stoppable(fleet: FleetServices, users: UsersOf): readonly Stopped[] {
  const order = inDependencyOrder(fleet).toReversed();
  const found = new Map<ContainerId, Stopped>();
  for (const user of [...users.values()].flat()) {
    const service = serviceOf(fleet, user);
    if (service && user.state === 'running')
      found.set(user.container, { container: user.container, name: user.name, service: service.key });
  }
  return [...found.values()].sort((a, b) => order.indexOf(a.service) - order.indexOf(b.service) || (a.name < b.name ? -1 : 1));
}

function serviceOf(fleet: FleetServices, user: VolumeUser): FleetServices['services'][number] | null {
  return fleet.services.find((s) => s.project === user.project && s.name === user.service) ?? null;
}
