import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageId } from '../model/ids.ts';
import { imageLayers, loadImages, saveImages } from './api/archive-images.ts';
import { clearHelpers, createVolume, inspectVolumes, volumeUsers, withVolume } from './api/archive-volumes.ts';
import { createApi, type EngineApi, unusableApi } from './api/client.ts';
import { listContainers } from './api/containers.ts';
import type { EngineArchive } from './archive-port.ts';
import { dockerEndpoint, type Environment } from './environment.ts';
import { COMPOSE_LABEL } from './labels.ts';

/** Images and volumes of the engine that the docker CLI would use with this environment, as streams. */
export function createDockerArchive(own: Environment): EngineArchive {
  const endpoint = dockerEndpoint(own);
  const api = endpoint.ok ? createApi(endpoint.value) : unusableApi(endpoint.error);
  const isLocal = endpoint.ok && endpoint.value.kind === 'unix';
  return {
    layers: (image) => imageLayers(api, image),
    spoolFolder: async () => (isLocal ? spoolFolder(api) : null),
    saveImages: (images, signal) => saveImages(api, images, signal),
    loadImages: (tar, signal) => loadImages(api, tar, signal),
    volumes: (names) => inspectVolumes(api, names),
    createVolume: (volume) => createVolume(api, volume),
    volumeUsers: (volume) => volumeUsers(api, volume),
    runningImages: (project) => runningImages(api, project),
    withVolume: (opening, work) => withVolume(api, opening, work),
    clearHelpers: (projects) => clearHelpers(api, projects),
  };
}

async function runningImages(api: EngineApi, project: string): Promise<ReadonlyMap<string, ImageId>> {
  const labels = [`${COMPOSE_LABEL.project}=${project}`, `${COMPOSE_LABEL.oneOff}=False`];
  const running = (await listContainers(api, labels)).filter(({ State }) => State === 'running');
  return new Map(running.map(({ Labels, ImageID }) => [Labels[COMPOSE_LABEL.service] ?? '', ImageID]));
}

/** The engine's temporary folder (moby `daemon/daemon.go`, prepareTempDir), if its socket is not forwarded from elsewhere. */
async function spoolFolder(api: EngineApi): Promise<string | null> {
  const { DockerRootDir } = await api.call<{ DockerRootDir: string }>({ method: 'GET', path: '/info' });
  const folder = join(DockerRootDir, 'tmp');
  return existsSync(folder) ? folder : null;
}
