import { mapBounded } from '../../util/bounded.ts';
import type { EngineApi } from '../api/client.ts';
import { discardContainer, discardHelpers } from '../api/containers.ts';
import type { ImagePlace } from '../host-port.ts';
import { COMPOSE_LABEL, LABEL, newSuffix } from '../labels.ts';
import { refusedWith } from '../problem.ts';

const ROLE = 'look';
const AT_ONCE = 8;

/** Whether one path of each list exists in a container, or in an image through a helper that is never started; null when it is gone. */
export async function haveAny(
  api: EngineApi,
  { image, container, project }: ImagePlace,
  lists: readonly (readonly string[])[],
): Promise<readonly boolean[] | null> {
  if (container !== null) return lookIn(api, container, lists);
  const helper = await createHelper(api, { image, project });
  if (helper === null) return null;
  try {
    return await lookIn(api, helper, lists);
  } finally {
    await discardContainer(api, helper);
  }
}

/** Removes helpers of these projects that a killed look left behind. */
export function clearLookHelpers(api: EngineApi, projects: readonly string[]): Promise<void> {
  return discardHelpers(api, ROLE, projects);
}

async function lookIn(
  api: EngineApi,
  container: string,
  lists: readonly (readonly string[])[],
): Promise<readonly boolean[] | null> {
  const there = await mapBounded(lists, AT_ONCE, (paths) => isAnyIn(api, container, paths));
  // A container that has gone has no paths either.
  return there.some(Boolean) || (await exists(api, container)) ? there : null;
}

/** One after the other: the first is mostly right, and each question has the engine mount the container's files. */
async function isAnyIn(api: EngineApi, container: string, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (await isIn(api, container, path)) return true;
  return false;
}

/** A link counts wherever it leads: the engine does not follow the last one. */
async function isIn(api: EngineApi, container: string, path: string): Promise<boolean> {
  return answers(api, { method: 'HEAD', path: `/containers/${container}/archive`, query: { path } });
}

function exists(api: EngineApi, container: string): Promise<boolean> {
  return answers(api, { method: 'GET', path: `/containers/${container}/json` });
}

async function answers(api: EngineApi, request: Parameters<EngineApi['stream']>[0]): Promise<boolean> {
  try {
    (await api.stream(request)).resume();
    return true;
  } catch (error) {
    if (refusedWith(error, 404)) return false;
    throw error;
  }
}

async function createHelper(api: EngineApi, { image, project }: Pick<ImagePlace, 'image' | 'project'>): Promise<string | null> {
  const body = {
    Image: image,
    Cmd: ['never-started'],
    Entrypoint: [],
    Labels: {
      [LABEL.role]: ROLE,
      [LABEL.project]: project,
      [COMPOSE_LABEL.project]: '',
      [COMPOSE_LABEL.service]: '',
      [COMPOSE_LABEL.version]: '',
    },
    HostConfig: { NetworkMode: 'none' },
  };
  try {
    const name = `slipway-${ROLE}-${newSuffix()}`;
    const { Id } = await api.call<{ Id: string }>({ method: 'POST', path: '/containers/create', query: { name }, body });
    return Id;
  } catch (error) {
    if (refusedWith(error, 404)) return null;
    throw error;
  }
}
