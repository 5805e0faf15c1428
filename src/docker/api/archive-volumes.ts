import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { ContainerInfo, VolumeInspectInfo } from 'dockerode';
import { err, ok, type Result } from '../../model/result.ts';
import { mapBounded } from '../../util/bounded.ts';
import { emptyFileTar, readTar } from '../../util/tar.ts';
import {
  type OpenVolume,
  VOLUME_ROOT,
  type VolumeInfo,
  type VolumeOpening,
  type VolumeSpec,
  type VolumeUser,
} from '../archive-port.ts';
import { COMPOSE_LABEL, LABEL } from '../labels.ts';
import type { EngineProblem } from '../port.ts';
import { EngineRefusal, problemOf, refusedWith } from '../problem.ts';
import type { EngineApi } from './client.ts';
import { discardContainer, discardHelpers, settled } from './containers.ts';

const AT_ONCE = 8;
/** The engine walks through every volume to tell their sizes. */
const SIZES_LIMIT_MS = 10 * 60_000;
const TRANSFER_LIMIT_MS = 12 * 3600_000;
const ROLE = 'volume';

/** The volumes of these names that exist, with their sizes. */
export async function inspectVolumes(api: EngineApi, names: readonly string[]): Promise<readonly VolumeInfo[]> {
  if (names.length === 0) return [];
  const [sizes, found] = await Promise.all([volumeSizes(api), mapBounded(names, AT_ONCE, (name) => inspectVolume(api, name))]);
  return found.filter((volume) => volume !== null).map((volume) => ({ ...volume, sizeBytes: sizes.get(volume.name) ?? null }));
}

async function inspectVolume(api: EngineApi, name: string): Promise<VolumeSpec | null> {
  try {
    const info = await api.call<VolumeInspectInfo>({ method: 'GET', path: `/volumes/${encodeURIComponent(name)}` });
    return { name: info.Name, driver: info.Driver, labels: info.Labels ?? {}, options: info.Options ?? {} };
  } catch (error) {
    if (refusedWith(error, 404)) return null;
    throw error;
  }
}

async function volumeSizes(api: EngineApi): Promise<ReadonlyMap<string, number>> {
  const usage = await api.call<{ Volumes: VolumeInspectInfo[] | null }>({
    method: 'GET',
    path: '/system/df',
    query: { type: 'volume' },
    timeoutMs: SIZES_LIMIT_MS,
  });
  const known = (usage.Volumes ?? []).filter(({ UsageData }) => UsageData && UsageData.Size >= 0);
  return new Map(known.map(({ Name, UsageData }) => [Name, UsageData!.Size]));
}

/** Makes a volume; the engine leaves one that exists as it is. */
export function createVolume(
  api: EngineApi,
  { name, driver, labels, options }: VolumeSpec,
): Promise<Result<null, EngineProblem>> {
  const body = { Name: name, Driver: driver, Labels: labels, DriverOpts: options };
  return settled(api.call({ method: 'POST', path: '/volumes/create', body }));
}

/** Every container of the engine that mounts the volume, but for our own helpers. */
export async function volumeUsers(api: EngineApi, volume: string): Promise<readonly VolumeUser[]> {
  const filters = JSON.stringify({ volume: [volume] });
  const listed = await api.call<ContainerInfo[]>({ method: 'GET', path: '/containers/json', query: { all: true, filters } });
  return listed
    .filter(({ Labels }) => Labels[LABEL.role] === undefined || Labels[LABEL.role] === '')
    .filter(({ Mounts }) => (Mounts ?? []).some(({ Name }) => Name === volume))
    .map(({ Id, Names, State, Labels }) => ({
      container: Id,
      name: Names[0]?.replace(/^\//, '') ?? Id,
      state: State === 'paused' ? 'paused' : ['running', 'restarting'].includes(State) ? 'running' : 'still',
      project: isServices(Labels) ? (Labels[COMPOSE_LABEL.project] ?? null) : null,
      service: isServices(Labels) ? (Labels[COMPOSE_LABEL.service] ?? null) : null,
    }));
}

/** Whoever runs an image that Compose built has the names of project and service from it; only a service's own container has these (traps T8). */
function isServices(labels: Readonly<Record<string, string>>): boolean {
  return Boolean(labels[COMPOSE_LABEL.configHash]) && labels[COMPOSE_LABEL.oneOff] === 'False';
}

/** Opens a volume through a container that is created and never started, and removes that again however the work ends. */
export async function withVolume<T>(
  api: EngineApi,
  opening: VolumeOpening,
  work: (volume: OpenVolume) => Promise<T>,
): Promise<T> {
  const helper = await createHelper(api, opening);
  try {
    return await work({
      read: (signal) => readAll(api, helper, signal),
      empty: () => emptyVolume(api, helper),
      write: (tar, signal) => write(api, { helper, tar, signal }),
    });
  } finally {
    await discardContainer(api, helper);
  }
}

/** Removes helpers that were left behind. */
export function clearHelpers(api: EngineApi, projects: readonly string[]): Promise<void> {
  return discardHelpers(api, ROLE, projects);
}

async function createHelper(api: EngineApi, { volume, image, run, project }: VolumeOpening): Promise<string> {
  const name = `slipway-${ROLE}-${run}-${randomBytes(4).toString('hex')}`;
  const body = {
    Image: image,
    Cmd: ['never-started'],
    Entrypoint: [],
    Labels: {
      [LABEL.role]: ROLE,
      [LABEL.run]: run,
      [LABEL.project]: project,
      [COMPOSE_LABEL.project]: '',
      [COMPOSE_LABEL.service]: '',
      [COMPOSE_LABEL.version]: '',
    },
    HostConfig: {
      NetworkMode: 'none',
      // NoCopy: else the engine fills an empty volume with what the image has at that path.
      Mounts: [{ Type: 'volume', Source: volume, Target: `/${VOLUME_ROOT}`, VolumeOptions: { NoCopy: true } }],
    },
  };
  await api.call({ method: 'POST', path: '/containers/create', query: { name }, body });
  return name;
}

function readAll(api: EngineApi, helper: string, signal: AbortSignal): Promise<Readable> {
  const query = { path: `/${VOLUME_ROOT}` };
  return api.stream({ method: 'GET', path: `/containers/${helper}/archive`, query, timeoutMs: TRANSFER_LIMIT_MS, signal });
}

/**
 * Empties a volume without starting anything in it. An entry of a tar that is of another type than what is there replaces that with all
 * that is in it (moby `pkg/archive`, createTarFile after os.RemoveAll): a file in the place of the mount point takes everything away but
 * the mount point itself, which is busy. So the refusal is what is expected, and whether the volume is empty is looked at.
 */
async function emptyVolume(api: EngineApi, helper: string): Promise<Result<null, EngineProblem>> {
  try {
    await api
      .call({ ...archiveAt(helper), body: await emptyFileTar(VOLUME_ROOT), timeoutMs: TRANSFER_LIMIT_MS })
      .catch((error) => {
        if (!(error instanceof EngineRefusal)) throw error;
      });
    if (await isEmpty(api, helper)) return ok(null);
    const message = 'the volume could not be emptied';
    return err({ code: 'engine-error', message, remedy: 'remove it with docker volume rm, then try again' });
  } catch (error) {
    return err(problemOf(error));
  }
}

/** A tar of the volume has its top folder and nothing else. */
async function isEmpty(api: EngineApi, helper: string): Promise<boolean> {
  const ending = new AbortController();
  const tar = await readAll(api, helper, ending.signal);
  let entries = 0;
  try {
    await readTar(tar, async (_, skip) => {
      entries += 1;
      if (entries > 1) throw new NotEmpty();
      return skip();
    });
    return true;
  } catch (error) {
    if (error instanceof NotEmpty) return false;
    throw error;
  } finally {
    ending.abort();
  }
}

class NotEmpty extends Error {}

async function write(
  api: EngineApi,
  { helper, tar, signal }: { readonly helper: string; readonly tar: Readable; readonly signal: AbortSignal },
): Promise<Result<null, EngineProblem>> {
  try {
    await api.call({ ...archiveAt(helper), body: tar, timeoutMs: TRANSFER_LIMIT_MS, signal });
    return ok(null);
  } catch (error) {
    return err(problemOf(error));
  } finally {
    tar.destroy();
  }
}

function archiveAt(helper: string) {
  return { method: 'PUT', path: `/containers/${helper}/archive`, query: { path: '/' } } as const;
}
