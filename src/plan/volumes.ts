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
