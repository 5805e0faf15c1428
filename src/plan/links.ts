import type { ServiceKey } from '../model/ids.ts';
import { buildIdentity, type TagUnit } from './tags.ts';
import type { StepKind } from './types.ts';
import type { Work } from './work.ts';

/** `of` waits for a part of `to` within the plan. */
export interface Link {
  readonly to: ServiceKey;
  /** The step of `of` that waits, and the step of `to` that it waits for. */
  readonly step: StepKind;
  readonly waitsFor: StepKind;
  /** A failure of `to` skips `of`. */
  readonly required: boolean;
}

export type Links = ReadonlyMap<ServiceKey, readonly Link[]>;

/** The dependency edges between planned services. What is selected but untouched needs nothing. */
export function dependencyLinks(works: ReadonlyMap<ServiceKey, Work>): Map<ServiceKey, readonly Link[]> {
  return new Map([...works].map(([key, work]) => [key, linksOf(work, works)]));
}

function linksOf(work: Work, works: ReadonlyMap<ServiceKey, Work>): Link[] {
  return work.service.dependsOn.flatMap((edge): Link[] => {
    const target = works.get(edge.to);
    if (!target || edge.to === work.service.key) return [];
    const { to, required } = edge;
    if (edge.source === 'build') return work.build && target.build ? [{ to, required, step: 'build', waitsFor: 'build' }] : [];
    return [{ to, required, step: 'replace', waitsFor: edge.condition === 'started' ? 'replace' : 'verify' }];
  });
}

/** Where a service stands among the planned ones: a lower one never waits for a higher one. */
export type Rank = (key: ServiceKey) => number;

/**
 * Links between the planned services of one tag: the first by rank builds it and moves it, each other takes over its build and follows its
 * replace. `leaders` names whose build each other takes over.
 */
export function tagLinks(works: ReadonlyMap<ServiceKey, Work>, units: ReadonlyMap<ServiceKey, TagUnit>, rank: Rank): Grouping {
  return group(works, (work) => units.get(work.service.key)?.tag ?? null, rank);
}

/** Which builds are the same as an earlier one, by rank (traps T8); only the builds wait for each other. */
export function buildLeaders(works: ReadonlyMap<ServiceKey, Work>, taken: Leaders, rank: Rank): Leaders {
  return group(works, (work) => (taken.has(work.service.key) || !work.build ? null : buildIdentity(work.service)), rank).leaders;
}

/** For each build that is the same as another: the service that does it first. */
export type Leaders = ReadonlyMap<ServiceKey, ServiceKey>;

interface Grouping {
  readonly leaders: Leaders;
  readonly links: Links;
}

function group(works: ReadonlyMap<ServiceKey, Work>, identity: (work: Work) => string | null, rank: Rank): Grouping {
  const groups = new Map<string, Work[]>();
  for (const work of works.values()) {
    const id = work.build ? identity(work) : null;
    const members = id === null ? undefined : groups.get(id);
    if (members) members.push(work);
    else if (id !== null) groups.set(id, [work]);
  }
  const leaders = new Map<ServiceKey, ServiceKey>();
  const links = new Map<ServiceKey, readonly Link[]>();
  for (const members of groups.values()) {
    const leader = members.reduce((first, m) => (rank(m.service.key) < rank(first.service.key) ? m : first));
    for (const { service } of members) {
      if (service.key === leader.service.key) continue;
      leaders.set(service.key, leader.service.key);
      links.set(service.key, [{ to: leader.service.key, required: true, step: 'replace', waitsFor: 'replace' }]);
    }
  }
  return { leaders, links };
}

/** Both sets of links, service by service. */
export function joinLinks(a: Links, b: Links): Links {
  return new Map([...a].map(([key, links]) => [key, [...links, ...(b.get(key) ?? [])]]));
}
