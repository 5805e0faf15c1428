import type { ServiceKey } from '../../model/ids.ts';
import type { ObservedContainer } from '../../plan/types.ts';
import { instantAt } from '../../util/instant.ts';
import { COMPOSE_LABEL } from '../labels.ts';
import { type Container, numberOf } from './containers.ts';
import type { World } from './world.ts';

const TEMPORARY_NAME = /^[0-9a-f]{12}_/;

/** A container as `inspect` shows it. */
export function observedContainer(world: World, container: Container): ObservedContainer {
  const healthLog = healthLogOf(world, container);
  return {
    id: container.id,
    name: container.name,
    service: keyOf(world, container),
    number: numberOf(container),
    image: container.image,
    state: container.state,
    exitCode: container.exitCode,
    error: container.error,
    oomKilled: container.oomKilled,
    createdAt: instantAt(container.createdMs),
    startedAt: container.startedMs === null ? null : instantAt(container.startedMs),
    finishedAt: container.finishedMs === null ? null : instantAt(container.finishedMs),
    restartCount: container.restartCount,
    health: container.health === null ? 'none' : (healthLog.at(-1)?.health ?? 'starting'),
    healthAt: healthLog.at(-1)?.at ?? null,
    healthLog: healthLog.map(({ at, exitCode, output }) => ({ at, exitCode, output })),
    configHash: container.labels[COMPOSE_LABEL.configHash] ?? '',
    temporary: TEMPORARY_NAME.test(container.name),
    anonymousVolumes: container.volumes,
  };
}

/** Whether it answers well at this moment. */
export function isWell(world: World, { state, course, startedMs }: Container): boolean {
  if (state !== 'running' || course === null || startedMs === null) return false;
  const ageMs = world.engineMs() - startedMs;
  return ageMs >= course.readyMs && ageMs < course.fallsMs;
}

/** The fleet's key of the service that it belongs to; before the fleet is known the Compose name. */
function keyOf(world: World, { labels }: Container): ServiceKey {
  const name = labels[COMPOSE_LABEL.service] ?? '';
  return world.keys.get(`${labels[COMPOSE_LABEL.project]}/${name}`) ?? name;
}

function healthLogOf(world: World, { health, startedMs, finishedMs }: Container) {
  if (health === null || startedMs === null) return [];
  return health.log((finishedMs ?? world.engineMs()) - startedMs).map((checked) => ({
    at: instantAt(startedMs + checked.endMs),
    exitCode: checked.good ? 0 : 1,
    output: checked.good ? 'ok' : 'not well',
    health: checked.health,
  }));
}
