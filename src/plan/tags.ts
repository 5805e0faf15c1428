import { wholeTag } from '../fleet/tags.ts';
import type { Service } from '../fleet/types.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ServiceKey } from '../model/ids.ts';

/** Services that run one whole tag: one replace unit (contract, section 3). */
export interface TagUnit {
  readonly tag: string;
  readonly members: readonly Service[];
  /** The first that builds the tag; null when all are image-only. */
  readonly builder: ServiceKey | null;
}

/** The units of two services and more, by member. */
export function tagUnits(services: readonly Service[]): ReadonlyMap<ServiceKey, TagUnit> {
  const byTag = new Map<string, Service[]>();
  for (const service of services) {
    const tag = wholeTag(service.image);
    const members = byTag.get(tag);
    if (members) members.push(service);
    else byTag.set(tag, [service]);
  }
  const units = new Map<ServiceKey, TagUnit>();
  for (const members of byTag.values()) {
    if (members.length < 2) continue;
    const unit = { tag: members[0]!.image, members, builder: members.find((s) => s.build !== null)?.key ?? null };
    for (const member of members) units.set(member.key, unit);
  }
  return units;
}

/** A warning for each tag that two services build: the last build would win (traps T8). */
export function sharedTagProblems(services: readonly Service[], units: ReadonlyMap<ServiceKey, TagUnit>): Diagnostic[] {
  const building = services.filter((s) => s.build !== null && units.get(s.key)?.builder === s.key);
  return building.flatMap((first) => {
    const { tag, members } = units.get(first.key)!;
    const claimants = members.filter((s) => s.build !== null).map((s) => s.key);
    if (claimants.length < 2) return [];
    return {
      code: 'shared-tag',
      severity: 'warning' as const,
      service: first.key,
      message: `${claimants.join(', ')} all build the tag ${tag}: it is built once and they are replaced as one`,
      remedy: 'give each its own image name, or let only one of them build it',
      ...first.place,
    };
  });
}

/**
 * What makes two builds the same (traps T8): every build option but those that only say where the result or the cache goes. The
 * context is absolute, so this holds across projects; Compose renders the keys in a fixed order.
 */
export function buildIdentity(service: Service): string | null {
  if (service.build === null) return null;
  const { tags: _tags, cache_from: _from, cache_to: _to, no_cache: _no, pull: _pull, ...rest } = service.build;
  return JSON.stringify(rest);
}
