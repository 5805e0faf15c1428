import { imageLayers } from './api/archive-images.ts';
import { createApi, unusableApi } from './api/client.ts';
import { dockerEndpoint, type Environment } from './environment.ts';
import { findBuilder } from './host/builder.ts';
import { readContainers } from './host/containers.ts';
import { readEngineHost } from './host/engine-host.ts';
import { availableMemory, freeSpace } from './host/free-space.ts';
import { clearLookHelpers, haveAny } from './host/image-files.ts';
import { findPrograms, readListeners } from './host/listeners.ts';
import type { HostPort } from './host-port.ts';

/** The machine of the engine that the docker CLI would use with this environment; nothing is connected before the first call. */
export function createDockerHost(own: Environment): HostPort {
  const endpoint = dockerEndpoint(own);
  const api = endpoint.ok ? createApi(endpoint.value) : unusableApi(endpoint.error);
  return {
    engineHost: () => readEngineHost(api, endpoint.ok ? endpoint.value : null),
    freeSpace,
    availableMemory,
    listeners: readListeners,
    programs: findPrograms,
    containers: () => readContainers(api),
    layers: (image) => imageLayers(api, image),
    haveAny: (place, lists) => haveAny(api, place, lists),
    clearHelpers: (projects) => clearLookHelpers(api, projects),
    builder: (name) => findBuilder(own, name),
  };
}
