import type { Probe, Service } from '../../fleet/types.ts';
import type { ContainerId } from '../../model/ids.ts';
import type { Observed, ObservedContainer } from '../../plan/types.ts';
import { instantAt } from '../../util/instant.ts';
import type { ImageInfo, ProbeSample } from '../port.ts';
import { wholeRef } from './definition.ts';
import { isWell, observedContainer } from './views.ts';
import type { World } from './world.ts';

/** The services' containers (Compose's own), tags, and the names of networks and volumes, as they are at this moment. */
export function observe(world: World, services: readonly Service[]): Observed {
  for (const { project, name, key } of services) world.keys.set(`${project}/${name}`, key);
  const found = services.map((service) => {
    const containers = world.containers.ofService(service.project, service.name);
    const tagImage = world.images.find(wholeRef(service.image))?.id ?? null;
    return [
      service.key,
      { containers: containers.map((c) => withImageVolumes(world, service, observedContainer(world, c))), tagImage },
    ] as const;
  });
  return { services: Object.fromEntries(found), networks: world.networks.list(), volumes: world.volumes.list() };
}

/** What the image declares is told where the model does not ask for the same path (see the real engine's `observe`). */
function withImageVolumes(world: World, { anonymousVolumes }: Service, container: ObservedContainer): ObservedContainer {
  const paths = Object.keys(container.anonymousVolumes ?? {});
  if (paths.every((path) => anonymousVolumes.includes(path))) return container;
  return { ...container, imageVolumes: world.images.find(container.image)?.volumes ?? [] };
}

/** An image by tag or id. */
export function imageInfo(world: World, ref: string): ImageInfo | null {
  const image = world.images.find(ref);
  return image && { id: image.id, created: instantAt(image.createdMs), sizeBytes: image.sizeBytes, labels: image.labels };
}

/** One answer of a container to Slipway's own probe. */
export function probe(world: World, asked: Probe, id: ContainerId): ProbeSample {
  const container = world.containers.find(id);
  if (asked.kind === 'none') return { good: false, answered: false, text: 'no probe is configured' };
  if (container?.state !== 'running') return { good: false, answered: false, text: `${asked.kind}: nothing listens` };
  if (isWell(world, container)) return { good: true, answered: true, text: `${asked.kind}: ok` };
  const answered = container.course?.answersBadly ?? false;
  return { good: false, answered, text: `${asked.kind}: ${answered ? 'it answers that it is not well' : 'nothing listens yet'}` };
}
