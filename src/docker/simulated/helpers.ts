import type { Service } from '../../fleet/types.ts';
import type { ImageId } from '../../model/ids.ts';
import { shortId } from '../../model/ids.ts';
import { LOCK_IMAGE } from '../api/lock.ts';
import { COMPOSE_LABEL, LABEL } from '../labels.ts';
import type { EngineLock, Keeper, Leftover } from '../port.ts';
import { EngineRefusal } from '../problem.ts';
import { createContainer } from './caller.ts';
import type { Container } from './containers.ts';
import { repositoryOf } from './images.ts';
import { sha256 } from './sources.ts';
import type { World } from './world.ts';

const CANDIDATE = /:candidate-(\d{8}_\d{6}(?:_\d+)?)(?:-|$)/;

/** Helper containers of the services' projects, candidate tags of their repositories, and the lock's image when no lock is held. */
export function leftovers(world: World, services: readonly Service[]): readonly Leftover[] {
  const projects = new Set(services.map((service) => service.project));
  const helpers = world.containers
    .helpers()
    .filter(({ labels }) => labels[LABEL.run] && projects.has(labels[LABEL.project] ?? ''));
  const repositories = [...new Set(services.map((service) => repositoryOf(service.image)))];
  const candidates = repositories.flatMap((repository) => world.images.tagsIn(repository)).filter((ref) => CANDIDATE.test(ref));
  const lockImage = world.images.find(LOCK_IMAGE) !== null && locks(world).length === 0;
  return [
    ...helpers.map(leftoverContainer),
    ...candidates.map((name): Leftover => ({ kind: 'candidate-tag', run: CANDIDATE.exec(name)![1]!, name })),
    ...(lockImage ? [{ kind: 'lock-image', run: null, name: LOCK_IMAGE } as const] : []),
  ];
}

/** All tags of these repositories, with what they point to. */
export function tagsIn(world: World, repositories: readonly string[]): Readonly<Record<string, ImageId>> {
  const all = world.images.tags();
  return Object.fromEntries(repositories.flatMap((name) => world.images.tagsIn(name)).map((ref) => [ref, all[ref]!]));
}

/** Makes the lock's marker; the present one's record when the name is taken. */
export function takeLock(world: World, { project, holder }: EngineLock): EngineLock | null {
  const present = lockHolder(world, project);
  if (present !== null) return present;
  const image = `sha256:${sha256(LOCK_IMAGE)}`;
  world.images.add({ id: image, createdMs: world.engineMs(), sizeBytes: 0, labels: {}, volumes: [], of: null });
  world.images.tag(image, LOCK_IMAGE);
  const labels = { [LABEL.role]: 'lock', [LABEL.project]: project, [LABEL.holder]: JSON.stringify(holder) };
  createContainer(world, { name: lockName(project), image, labels, definition: null });
  return null;
}

/** Who holds it; a foreign container of that name is a holder without a record. */
export function lockHolder(world: World, project: string): EngineLock | null {
  const marker = world.containers.find(lockName(project));
  return marker && { project, holder: JSON.parse(marker.labels[LABEL.holder] ?? '{}') as Record<string, string> };
}

/** Removes the marker if it is one of ours, and the lock's image after the last. */
export function giveLockBack(world: World, project: string): void {
  const marker = world.containers.find(lockName(project));
  if (marker === null) return;
  if (marker.labels[LABEL.role] !== 'lock') throw new EngineRefusal(409, `the container ${marker.name} is not a lock of Slipway`);
  world.machine.destroy(marker);
  if (locks(world).length === 0 && world.images.find(LOCK_IMAGE)) world.images.untag(LOCK_IMAGE);
}

/** Makes the project's keeper of an image. */
export function keep(world: World, project: string, image: ImageId): void {
  const name = `slipway-keeper-${project}-${shortId(image)}`;
  if (world.containers.find(name) !== null) return;
  const composes = [COMPOSE_LABEL.project, COMPOSE_LABEL.service, COMPOSE_LABEL.version];
  const labels = {
    ...Object.fromEntries(composes.map((label) => [label, ''])),
    [LABEL.role]: 'keeper',
    [LABEL.project]: project,
    [LABEL.image]: image,
  };
  createContainer(world, { name, image, labels, definition: null });
}

/** The project's keepers. */
export function keepers(world: World, project: string): readonly Keeper[] {
  return keeperContainers(world, project).map(({ image }) => ({ project, image }));
}

/** Removes a keeper. */
export function dropKeeper(world: World, { project, image }: Keeper): void {
  const kept = keeperContainers(world, project).filter((container) => container.image === image);
  for (const container of kept) world.machine.destroy(container);
}

function keeperContainers(world: World, project: string): readonly Container[] {
  return world.containers.helpers().filter(({ labels }) => labels[LABEL.role] === 'keeper' && labels[LABEL.project] === project);
}

function locks(world: World): readonly Container[] {
  return world.containers.helpers().filter(({ labels }) => labels[LABEL.role] === 'lock');
}

function lockName(project: string): string {
  return `slipway-lock-${project}`;
}

function leftoverContainer({ name, labels }: Container): Leftover {
  const kind = labels[LABEL.role] === 'preflight' ? 'preflight-container' : 'test-container';
  return { kind, run: labels[LABEL.run] ?? null, name };
}
