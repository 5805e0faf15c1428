import type { Edge, Service } from '../fleet/types.ts';
import type { ServiceKey } from '../model/ids.ts';
import { findCycles } from './graph.ts';
import { breaks } from './ripples.ts';

/** `of` waits for all of `to`. */
export interface Wait {
  readonly to: ServiceKey;
  /** `forward`: what it needs comes first. `reverse`: what needs it goes back first. */
  readonly direction: 'forward' | 'reverse';
  /** A failure of `to` skips `of`. */
  readonly required: boolean;
  /** Waited for until it is well, or only until it is in place. */
  readonly until: 'placed' | 'well';
}

export type Waits = ReadonlyMap<ServiceKey, readonly Wait[]>;

/** A service that the plan has to do with, as it is going to be. */
export interface Member {
  readonly service: Service;
  /** It runs now, so that it can go back after what needs it. */
  readonly serving: boolean;
  /** Whether it goes back, or is only started or made anew because of others. */
  readonly part: 'target' | 'beside';
}

/**
 * Who waits for whom: dependents go back before what they need. What shares something with a container, or restarts with it, comes after it,
 * and so does what needs a service that is down. Where both rules form a circle the first one gives way.
 */
export function rollbackWaits(members: ReadonlyMap<ServiceKey, Member>): Waits {
  const waits = new Map<ServiceKey, Wait[]>([...members.keys()].map((key) => [key, []]));
  for (const [key, member] of members) {
    for (const edges of edgesByTarget(member.service, members).values()) {
      const { to } = edges[0]!;
      if (edges.some((edge) => comesFirst(edge, member, members.get(to)!))) waits.get(key)!.push(forward(edges));
      else waits.get(to)!.push({ to: key, direction: 'reverse', required: false, until: 'well' });
    }
  }
  for (const direction of ['reverse', 'forward'] as const) breakCircles(waits, direction);
  return waits;
}

function edgesByTarget({ key, dependsOn }: Service, members: ReadonlyMap<ServiceKey, Member>): ReadonlyMap<ServiceKey, Edge[]> {
  const byTarget = new Map<ServiceKey, Edge[]>();
  for (const edge of dependsOn) {
    if (edge.source === 'build' || edge.to === key || !members.has(edge.to)) continue;
    byTarget.set(edge.to, [...(byTarget.get(edge.to) ?? []), edge]);
  }
  return byTarget;
}

function comesFirst(edge: Edge, member: Member, needed: Member): boolean {
  return breaks(edge) || !needed.serving || (member.part === 'beside' && needed.part === 'beside');
}

function forward(edges: readonly Edge[]): Wait {
  return {
    to: edges[0]!.to,
    direction: 'forward',
    required: edges.some((edge) => edge.required),
    until: edges.every((edge) => edge.condition === 'started') ? 'placed' : 'well',
  };
}

/** Takes waits of one direction out of every circle, until there is none that has any. */
function breakCircles(waits: Map<ServiceKey, Wait[]>, direction: Wait['direction']): void {
  for (;;) {
    const circles = findCycles(new Map([...waits].map(([key, list]) => [key, list.map((wait) => wait.to)])));
    const before = countWaits(waits);
    for (const circle of circles) {
      circle.forEach((key, i) => {
        const next = circle[(i + 1) % circle.length]!;
        waits.set(
          key,
          waits.get(key)!.filter((wait) => wait.to !== next || wait.direction !== direction),
        );
      });
    }
    if (countWaits(waits) === before) return;
  }
}

function countWaits(waits: ReadonlyMap<ServiceKey, readonly Wait[]>): number {
  return [...waits.values()].reduce((sum, list) => sum + list.length, 0);
}
