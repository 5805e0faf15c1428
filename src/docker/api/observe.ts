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
import { inspectImage } from './images.ts';
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
    return ok({
      services: byService(services, containers.flat(), tags),
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
