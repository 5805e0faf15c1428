import type { Diagnostic } from '../model/diagnostic.ts';
import type { ServiceKey } from '../model/ids.ts';
import type { Work } from './work.ts';

/**
 * Anonymous volumes that a replace would leave behind: neither the new model nor the image that runs asks for one at the path, so Compose
 * carries nothing over (traps T4). They are never deleted, and only their names lead to the data.
 */
export function droppedVolumes(works: ReadonlyMap<ServiceKey, Work>): Diagnostic[] {
  return [...works.values()].flatMap(({ service, standing, replace }) => {
    if (!replace || replace.action === 'restart') return [];
    return standing.containers.flatMap(({ anonymousVolumes = {}, imageVolumes = [] }) =>
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
    );
  });
}
