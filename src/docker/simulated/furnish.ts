import type { Fleet, Service } from '../../fleet/types.ts';
import { imageOf } from './build.ts';
import { createContainers } from './caller.ts';
import { definitionOf, wholeRef } from './definition.ts';
import type { HostOptions } from './host-types.ts';
import type { World } from './world.ts';

/** The fleet has been up for so long when the simulation begins. */
const UP_MS = 3_600_000;

/** Brings the fleet up as it was before: images of the first version under their live tags, networks, volumes, containers. */
export function furnish(world: World, { fleet, running = () => true }: HostOptions): void {
  for (const service of fleet.services) world.keys.set(`${service.project}/${service.name}`, service.key);
  for (const service of makers(fleet)) placeImage(world, fleet, service);
  for (const service of inOrder(fleet)) {
    if (running(service)) bringUp(world, fleet, service);
  }
}

/** Services whose namespace others share come first. */
function inOrder({ services }: Fleet): readonly Service[] {
  const shares = ({ compose }: Service) =>
    [compose.network_mode, compose.pid, compose.ipc].some((mode) => mode?.startsWith('service:'));
  return [...services.filter((service) => !shares(service)), ...services.filter(shares)];
}

/** What several services tag alike is the image of the first that builds it. */
function makers({ services }: Fleet): Iterable<Service> {
  const byRef = new Map<string, Service>();
  for (const service of services) {
    const ref = wholeRef(service.image);
    const first = byRef.get(ref);
    if (!first || (first.build === null && service.build !== null)) byRef.set(ref, service);
  }
  return byRef.values();
}

function placeImage(world: World, fleet: Fleet, maker: Service): void {
  const ref = wholeRef(maker.image);
  const project = fleet.projects.find(({ name }) => name === maker.project)!;
  const request = { service: maker, project, target: null };
  const image = imageOf(world, { request, verb: maker.build ? 'build' : 'pull' }, 0);
  world.images.add({ ...image, createdMs: world.engineMs() - 2 * UP_MS });
  world.images.tag(image.id, ref);
}

function bringUp(world: World, fleet: Fleet, service: Service): void {
  const project = fleet.projects.find(({ name }) => name === service.project)!;
  const definition = definitionOf(service, project.model);
  for (const container of createContainers(world, definition)) world.machine.startLongAgo(container, UP_MS);
}
