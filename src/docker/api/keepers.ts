import { createHash } from 'node:crypto';
import { err, ok, type Result } from '../../model/result.ts';
import { COMPOSE_LABEL, LABEL } from '../labels.ts';
import type { EngineProblem, Keeper } from '../port.ts';
import { problemOf, refusedWith } from '../problem.ts';
import type { EngineApi } from './client.ts';
import { discardContainer, listContainers } from './containers.ts';
import type { SettingsReader } from './settings.ts';

/** Reads images, each by its id once. */
type ImageReader = Pick<SettingsReader, 'image'>;

/**
 * Creates a container of the image that is never started: as long as it exists the engine does not let the image go, however it is asked to
 * prune images (traps T1). One that exists already is fine.
 */
export async function keepImage(api: EngineApi, images: ImageReader, keeper: Keeper): Promise<Result<null, EngineProblem>> {
  const { image } = keeper;
  try {
    const found = await images.image(image);
    if (found === null) return err({ code: 'engine-error', message: `there is no image ${image}`, remedy: 'see docker images' });
    const { Config: config } = found;
    const body = {
      Image: image,
      Entrypoint: ['never-started'],
      Cmd: [],
      Labels: keeperLabels(keeper, Object.keys(config?.Labels ?? {})),
      Healthcheck: { Test: ['NONE'] },
      HostConfig: {
        NetworkMode: 'none',
        // Else the engine would make a volume for each, with a copy of what the image has there.
        Mounts: Object.keys(config?.Volumes ?? {}).map((path) => ({ Type: 'tmpfs', Target: path })),
      },
    };
    await api.call({ method: 'POST', path: '/containers/create', query: { name: keeperName(keeper) }, body });
    return ok(null);
  } catch (error) {
    // 409: its name is taken, so another run made it.
    return refusedWith(error, 409) ? ok(null) : err(problemOf(error));
  }
}

/** The keepers that were made for a project. */
export async function findKeepers(api: EngineApi, project: string): Promise<readonly Keeper[]> {
  const listed = await listContainers(api, [`${LABEL.role}=keeper`, `${LABEL.project}=${project}`]);
  return listed.map(({ Labels }) => ({ project, image: Labels[LABEL.image] ?? '' }));
}

/** Removes a keeper, if it is one of ours; the image stays as long as anything else names it. One that is gone is fine. */
export async function removeKeeper(api: EngineApi, { project, image }: Keeper): Promise<Result<null, EngineProblem>> {
  try {
    const labels = [`${LABEL.role}=keeper`, `${LABEL.project}=${project}`, `${LABEL.image}=${image}`];
    for (const { Id } of await listContainers(api, labels)) {
      const removed = await discardContainer(api, Id);
      if (!removed.ok) return removed;
    }
    return ok(null);
  } catch (error) {
    return err(problemOf(error));
  }
}

/** Two projects may keep one image: each has a keeper of its own. */
function keeperName({ project, image }: Keeper): string {
  const hex = /^sha256:([0-9a-f]{12})/.exec(image)?.[1] ?? createHash('sha256').update(image).digest('hex').slice(0, 12);
  return `slipway-keeper-${project}-${hex}`;
}

/** A container inherits its image's labels: all of Compose's are emptied, so that nobody counts a keeper as a replica (traps T8). */
function keeperLabels({ project, image }: Keeper, inherited: readonly string[]): Record<string, string> {
  const composes = [COMPOSE_LABEL.project, COMPOSE_LABEL.service, COMPOSE_LABEL.version, ...inherited.filter(isComposes)];
  return {
    ...Object.fromEntries(composes.map((label) => [label, ''])),
    [LABEL.role]: 'keeper',
    [LABEL.project]: project,
    [LABEL.image]: image,
  };
}

function isComposes(label: string): boolean {
  return label.startsWith('com.docker.compose.');
}
