import type { Service } from '../fleet/types.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ObservedContainer } from './types.ts';

/** A service that gets new containers: as it is going to be, and the containers that go. */
export interface Recreation {
  readonly service: Service;
  readonly containers: readonly ObservedContainer[];
}

/**
 * Anonymous volumes that a replace would leave behind: neither the new model nor the image that runs asks for one at the path, so Compose
 * carries nothing over (traps T4). They are never deleted, and only their names lead to the data.
 */
export function droppedVolumes(recreations: readonly Recreation[]): Diagnostic[] {
  return recreations.flatMap(({ service, containers }) =>
    containers.flatMap(({ anonymousVolumes = {}, imageVolumes = [] }) =>
      Object.entries(anonymousVolumes)
        .filter(([path]) => !service.anonymousVolumes.includes(path) && !imageVolumes.includes(path))
        .map(
          ([path, volume]): Diagnostic => ({
            code: 'anonymous-volume-dropped',
            severity: 'warning',
            service: service.key,
            message: `${service.key}: the anonymous volume at ${path} is not in the configuration any more and stays behind as ${volume}`,
            ...service.place,
            remedy: 'what is needed of it has to be copied by hand; a volume with a name is kept',
          }),
        ),
    ),
  );
}

/** A service that is to be put in place although its containers are gone, and the anonymous volumes that they had, by path. */
export interface Lost {
  readonly service: Service;
  readonly volumes: Readonly<Record<string, string>>;
}

/**
 * Anonymous volumes whose containers were removed by somebody: Compose inherits them from a container only, so the new one gets empty ones
 * (traps T4). `present` = the volumes that still exist.
 */
export function lostVolumes(lost: readonly Lost[], present: readonly string[]): Diagnostic[] {
  return lost.flatMap(({ service, volumes }) =>
    Object.entries(volumes)
      .filter(([, volume]) => present.includes(volume))
      .map(
        ([path, volume]): Diagnostic => ({
          code: 'anonymous-volume-lost',
          severity: 'warning',
          service: service.key,
          message: `${service.key}: its container is gone, so the anonymous volume that it had at ${path} stays behind as ${volume}`,
          ...service.place,
          remedy: 'what is needed of it has to be copied by hand; a volume with a name is kept',
        }),
      ),
  );
}
