import { setTimeout as wait } from 'node:timers/promises';
import type { ContainerInspectInfo } from 'dockerode';
import { err, ok, type Result } from '../../model/result.ts';
import { LABEL } from '../labels.ts';
import type { EngineLock, EngineProblem } from '../port.ts';
import { problemOf, refusedWith } from '../problem.ts';
import type { EngineApi } from './client.ts';
import { discardContainer } from './containers.ts';
import { splitRef, untagImage } from './images.ts';

/** An image without content: a container needs one, and a lock is never started. */
export const LOCK_IMAGE = 'slipway-lock:1';

/** Pauses between attempts at a lock: 5 s in all, as long as a busy engine may take to make a container. */
const LOOK_AGAIN_MS = [0, 20, 50, 100, 200, 400, 800, 1600, 1800] as const;

/** The name that makes the lock atomic: the engine gives it to one container only. */
function lockName(project: string): string {
  return `slipway-lock-${project}`;
}

/** Creates the project's lock container, or returns the lock of its present holder. */
export async function acquireLock(api: EngineApi, lock: EngineLock): Promise<Result<null, EngineLock | EngineProblem>> {
  try {
    // The image may be missing; another's lock may be gone by the time that we look at it, or may not be there yet: the engine gives the
    // name away before the container can be seen.
    for (const pauseMs of LOOK_AGAIN_MS) {
      if (await createMarker(api, lock)) return ok(null);
      const holder = await lockHolder(api, lock.project);
      if (holder) return err(holder);
      await wait(pauseMs);
    }
    const message = `the name ${lockName(lock.project)} is taken and given back again and again`;
    return err({ code: 'engine-error', message, remedy: 'try again' });
  } catch (error) {
    return err(problemOf(error));
  }
}

/** Who holds the project's lock, if anybody; a foreign container of that name is a holder without a record. */
export async function lockHolder(api: EngineApi, project: string): Promise<EngineLock | null> {
  const labels = await markerLabels(api, project);
  return labels && { project, holder: holderRecord(labels[LABEL.holder]) };
}

/** Removes the project's lock container, if it is one of ours, and the lock's image after the last one. */
export async function releaseLock(api: EngineApi, project: string): Promise<Result<null, EngineProblem>> {
  try {
    const labels = await markerLabels(api, project);
    if (labels && labels[LABEL.role] !== 'lock') {
      const message = `the container ${lockName(project)} is not a lock of Slipway`;
      return err({ code: 'engine-error', message, remedy: 'rename or remove that container' });
    }
    const removed = await discardContainer(api, lockName(project));
    if (!removed.ok) return removed;
    // Refused while another project's lock rests on it, which is as it should be.
    await untagImage(api, LOCK_IMAGE);
    return ok(null);
  } catch (error) {
    return err(problemOf(error));
  }
}

/** Whether the marker was made; false when the name is taken or the image was missing. */
async function createMarker(api: EngineApi, lock: EngineLock): Promise<boolean> {
  const body = {
    Image: LOCK_IMAGE,
    Cmd: ['never-started'],
    Labels: { [LABEL.role]: 'lock', [LABEL.project]: lock.project, [LABEL.holder]: JSON.stringify(lock.holder) },
    HostConfig: { NetworkMode: 'none' },
  };
  try {
    await api.call({ method: 'POST', path: '/containers/create', query: { name: lockName(lock.project) }, body });
    return true;
  } catch (error) {
    if (refusedWith(error, 404)) await importLockImage(api);
    else if (!refusedWith(error, 409)) throw error;
    return false;
  }
}

async function importLockImage(api: EngineApi): Promise<void> {
  const { repo, tag } = splitRef(LOCK_IMAGE);
  // Two blocks of zeros: an archive of nothing.
  const emptyTar = Buffer.alloc(1024);
  const query = { fromSrc: '-', repo, tag, changes: `LABEL ${LABEL.role}=lock` };
  await api.call({ method: 'POST', path: '/images/create', query, body: emptyTar });
}

async function markerLabels(api: EngineApi, project: string): Promise<Readonly<Record<string, string>> | null> {
  try {
    const info = await api.call<ContainerInspectInfo>({ method: 'GET', path: `/containers/${lockName(project)}/json` });
    return info.Config.Labels ?? {};
  } catch (error) {
    if (refusedWith(error, 404)) return null;
    throw error;
  }
}

function holderRecord(label: string | undefined): Readonly<Record<string, string>> {
  try {
    const record: unknown = JSON.parse(label ?? '{}');
    return record && typeof record === 'object' ? (record as Record<string, string>) : {};
  } catch {
    return {};
  }
}
