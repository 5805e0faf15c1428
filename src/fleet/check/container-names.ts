import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ModelService } from '../service/model-service.ts';
import type { Operated } from './missing-files.ts';

/** What the engine takes as a container's name (moby `daemon/names/names.go`). */
const CONTAINER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** Container names that Compose renders and that the engine refuses only when the container is to be created. */
export function checkContainerNames(services: readonly ModelService[], operated: Operated): Diagnostic[] {
  return services.flatMap((service) => {
    const name = service.compose.container_name;
    if (typeof name !== 'string' || CONTAINER_NAME.test(name)) return [];
    return [
      {
        code: 'bad-container-name',
        severity: operated(service) ? 'error' : 'warning',
        service: service.key,
        message: `${service.key} cannot have the container name \`${name}\``,
        ...service.project.source.place(['services', service.name, 'container_name']),
        remedy: 'Use letters, digits, `_`, `.` and `-`, two characters at least, with a letter or digit first',
      },
    ];
  });
}
