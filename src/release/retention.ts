import type { ImageId, ServiceKey } from '../model/ids.ts';
import type { Release, ReleaseId } from './types.ts';

/**
 * The releases that are kept: the newest ones, for each service the newest in which it ran well, and those that are `needed` by an open run.
 * `releases`: newest first.
 */
export function keptReleases(
  releases: readonly Release[],
  keep: number,
  needed: ReadonlySet<ReleaseId> = new Set(),
): readonly Release[] {
  const lastGood = new Map<ServiceKey, ReleaseId>();
  for (const { release, services } of releases) {
    for (const [key, service] of Object.entries(services))
      if (service.healthy && service.image !== null && !lastGood.has(key)) lastGood.set(key, release);
  }
  const good = new Set(lastGood.values());
  return releases.filter(({ release }, at) => at < keep || good.has(release) || needed.has(release));
}

/** The images that releases need, by Compose project. */
export function neededImages(releases: readonly Release[]): ReadonlyMap<string, ReadonlySet<ImageId>> {
  const needed = new Map<string, Set<ImageId>>();
  for (const { services } of releases) {
    for (const { project, image } of Object.values(services)) {
      if (image !== null) needed.set(project, (needed.get(project) ?? new Set()).add(image));
    }
  }
  return needed;
}
