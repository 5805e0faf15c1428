import type { NetworkInspectInfo } from 'dockerode';
import type { Service } from '../../fleet/types.ts';
import type { ImageId } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Observed, ObservedContainer, ObservedService } from '../../plan/types.ts';
import { mapBounded } from '../../util/bounded.ts';
import type { EngineProblem } from '../port.ts';
import { problemOf } from '../problem.ts';
import type { EngineApi } from './client.ts';
import { composeContainers } from './containers.ts';
import { imageVolumes, inspectImage } from './images.ts';
import type { ServiceKeys } from './service-keys.ts';

const IMAGES_AT_ONCE = 16;
/** Up to so many services of a project are listed one by one; of more, the whole project is: one call, but every container inspected. */
const LISTED_ONE_BY_ONE = 3;

/** The services as they are on the engine now, and the names of its networks and volumes. */
export async function observeServices(
  api: EngineApi,
  keys: ServiceKeys,
  services: readonly Service[],
): Promise<Result<Observed, EngineProblem>> {
  keys.learn(services);
  try {
    const [containers, tags, networks, volumes] = await Promise.all([
      Promise.all(listsOf(services).map((list) => composeContainers(api, keys, list))),
      tagImages(api, services),
      api.call<NetworkInspectInfo[]>({ method: 'GET', path: '/networks' }),
      api.call<{ Volumes: { Name: string }[] | null }>({ method: 'GET', path: '/volumes' }),
    ]);
    const known = await withImageVolumes(api, services, containers.flat());
    return ok({
      services: byService(services, known, tags),
      networks: networks.map((network) => network.Name),
      volumes: (volumes.Volumes ?? []).map((volume) => volume.Name),
    });
  } catch (error) {
    return err(problemOf(error));
  }
}

/** What to ask for so that the services' containers are among the answers. */
function listsOf(services: readonly Service[]): readonly { readonly project: string; readonly service?: string }[] {
  const projects = [...new Set(services.map((service) => service.project))];
  return projects.flatMap((project): { project: string; service?: string }[] => {
    const own = services.filter((service) => service.project === project);
    return own.length > LISTED_ONE_BY_ONE ? [{ project }] : own.map(({ name }) => ({ project, service: name }));
  });
}

/**
 * An anonymous volume comes from the model or from the image, and a container does not say which. Where the model has none at the path (any
 * more), the image is asked: what it declares is inherited as long as the next image declares it too.
 */
function withImageVolumes(
  api: EngineApi,
  services: readonly Service[],
  containers: readonly ObservedContainer[],
): Promise<ObservedContainer[]> {
  const modelled = new Map(services.map((service) => [service.key, service.anonymousVolumes]));
  return mapBounded(containers, IMAGES_AT_ONCE, async (container) => {
    const paths = Object.keys(container.anonymousVolumes ?? {});
    const asked = modelled.get(container.service);
    if (!asked || paths.every((path) => asked.includes(path))) return container;
    return { ...container, imageVolumes: await imageVolumes(api, container.image) };
  });
}

async function tagImages(api: EngineApi, services: readonly Service[]): Promise<ReadonlyMap<string, ImageId | null>> {
  const refs = [...new Set(services.map((service) => service.image))];
  return new Map(
    await mapBounded(refs, IMAGES_AT_ONCE, async (ref) => [ref, (await inspectImage(api, ref))?.id ?? null] as const),
  );
}

function byService(
  services: readonly Service[],
  containers: readonly ObservedContainer[],
  tags: ReadonlyMap<string, ImageId | null>,
): Observed['services'] {
  const entries = services.map((service): [string, ObservedService] => [
    service.key,
    {
      containers: containers.filter((container) => container.service === service.key),
      tagImage: tags.get(service.image) ?? null,
    },
  ]);
  return Object.fromEntries(entries);
}
