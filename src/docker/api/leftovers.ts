import type { Service } from '../../fleet/types.ts';
import type { Result } from '../../model/result.ts';
import { LABEL } from '../labels.ts';
import type { EngineProblem, Leftover } from '../port.ts';
import type { EngineApi } from './client.ts';
import { discardContainer, listContainers } from './containers.ts';
import { inspectImage, splitRef, tagsOf, untagImage } from './images.ts';
import { LOCK_IMAGE } from './lock.ts';

const CANDIDATE = /^candidate-(\d{8}_\d{6}(?:_\d+)?)(?:-|$)/;

/**
 * Helper containers of the services' projects and candidate tags of their repositories, of whatever run: which of them are still
 * needed is the caller's to know. The lock's image counts once no lock at all is held.
 */
export async function findLeftovers(api: EngineApi, services: readonly Service[]): Promise<readonly Leftover[]> {
  const [containers, tags, lockImage] = await Promise.all([
    helperContainers(api, services),
    candidateTags(api, services),
    unusedLockImage(api),
  ]);
  return [...containers, ...tags, ...lockImage];
}

/** Removes a leftover: a container with its anonymous volumes, a tag as `untag` does. */
export function clearLeftover(api: EngineApi, leftover: Leftover): Promise<Result<null, EngineProblem>> {
  switch (leftover.kind) {
    case 'test-container':
    case 'preflight-container':
      return discardContainer(api, leftover.name);
    case 'candidate-tag':
    case 'lock-image':
      return untagImage(api, leftover.name);
  }
}

async function helperContainers(api: EngineApi, services: readonly Service[]): Promise<Leftover[]> {
  const projects = [...new Set(services.map((service) => service.project))];
  const listed = await Promise.all(projects.map((project) => listContainers(api, [LABEL.run, `${LABEL.project}=${project}`])));
  return listed.flat().map(({ Id, Names, Labels }) => ({
    kind: Labels[LABEL.role] === 'preflight' ? 'preflight-container' : 'test-container',
    run: Labels[LABEL.run] ?? null,
    name: Names[0]?.replace(/^\//, '') ?? Id,
  }));
}

async function candidateTags(api: EngineApi, services: readonly Service[]): Promise<Leftover[]> {
  const tags = await tagsOf(api, [...new Set(services.map((service) => splitRef(service.image).repo))]);
  return Object.keys(tags).flatMap((name): Leftover[] => {
    const run = CANDIDATE.exec(splitRef(name).tag)?.[1];
    return run ? [{ kind: 'candidate-tag', run, name }] : [];
  });
}

async function unusedLockImage(api: EngineApi): Promise<Leftover[]> {
  if (!(await inspectImage(api, LOCK_IMAGE))) return [];
  const locks = await listContainers(api, [`${LABEL.role}=lock`]);
  return locks.length > 0 ? [] : [{ kind: 'lock-image', run: null, name: LOCK_IMAGE }];
}
