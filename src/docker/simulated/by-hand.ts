import type { Fleet, Service } from '../../fleet/types.ts';
import { assertNever } from '../../util/assert.ts';
import { composeLabels, createContainer, createContainers } from './caller.ts';
import { definitionOf, wholeRef } from './definition.ts';
import type { HandAct } from './faults.ts';
import { sha256 } from './sources.ts';
import type { World } from './world.ts';

/** What somebody else does on the engine, at once. */
export function actByHand(world: World, fleet: Fleet, act: HandAct): void {
  switch (act.act) {
    case 'untag':
      if (world.images.find(act.ref) !== null) world.images.untagByForce(act.ref);
      return;
    case 'move-tag':
      world.images.tag(foreignImage(world), wholeRef(find(fleet, act.service).image));
      return;
    case 'replace':
      replace(world, fleet, find(fleet, act.service));
      return;
    case 'stop':
      for (const container of containersOf(world, find(fleet, act.service))) void world.machine.stop(container);
      return;
    case 'remove':
      for (const container of containersOf(world, find(fleet, act.service))) world.machine.destroy(container);
      return;
    case 'remove-image': {
      const images = new Set(containersOf(world, find(fleet, act.service)).map(({ image }) => image));
      for (const image of images) world.images.remove(image);
      return;
    }
    case 'take-name':
      if (world.containers.find(act.name) === null)
        createContainer(world, { name: act.name, image: foreignImage(world), labels: {}, definition: null });
      return;
    case 'take-port':
      world.ports.set(`${act.port}/tcp`, null);
      return;
    default:
      assertNever(act);
  }
}

/** `docker compose up --force-recreate`, whose stop nobody waits for. */
function replace(world: World, fleet: Fleet, service: Service): void {
  const project = fleet.projects.find(({ name }) => name === service.project)!;
  const definition = definitionOf(service, project.model);
  if (world.images.find(definition.ref) === null) return;
  if (containersOf(world, service).length === 0) {
    for (const made of createContainers(world, definition)) world.machine.startIfPossible(made);
    return;
  }
  for (const old of containersOf(world, service)) {
    const { name, volumes: inherited, sharesWith } = old;
    world.machine.destroy(old);
    const labels = composeLabels(definition, Number(name.match(/\d+$/)?.[0] ?? 1));
    const made = createContainer(world, { name, image: definition.ref, labels, definition, inherited, sharesWith });
    world.machine.startIfPossible(made);
  }
}

function containersOf(world: World, { project, name }: Service) {
  return world.containers.ofService(project, name);
}

function foreignImage(world: World): string {
  const id = `sha256:${sha256(`foreign ${world.newId()}`)}`;
  world.images.add({ id, createdMs: world.engineMs(), sizeBytes: 1, labels: {}, volumes: [], of: null });
  return id;
}

function find(fleet: Fleet, key: string): Service {
  const service = fleet.services.find((candidate) => candidate.key === key);
  if (!service) throw new Error(`${key} is not a service of the simulated fleet`);
  return service;
}
