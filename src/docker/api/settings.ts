import type { ContainerInspectInfo, ImageInspectInfo } from 'dockerode';
import type { ContainerId } from '../../model/ids.ts';
import { COMPOSE_LABEL, LABEL } from '../labels.ts';
import { refusedWith } from '../problem.ts';
import { settingsOf, USUAL_DEFAULTS } from '../settings/from-container.ts';
import { imageDefaults } from '../settings/from-image.ts';
import type { EngineDefaults, ImageDefaults, OwnSettings } from '../settings/types.ts';
import type { EngineApi } from './client.ts';
import { listContainers } from './containers.ts';

/** Reads containers' own settings; what containers have in common (an image, the engine's defaults) is asked once. */
export class SettingsReader {
  readonly #api: EngineApi;
  readonly #images = new Map<string, Promise<ImageInspectInfo | null>>();
  #defaults: Promise<EngineDefaults> | null = null;

  constructor(api: EngineApi) {
    this.#api = api;
  }

  /** A container's own settings, with its image's defaults beside them; null when it is gone. */
  async of(container: ContainerId): Promise<OwnSettings | null> {
    const info = await this.#get<ContainerInspectInfo>(`/containers/${container}/json`);
    if (info === null) return null;
    const [image, engine, owners] = await Promise.all([this.image(info.Image), this.#engineDefaults(), this.#owners(info)]);
    const settings = settingsOf(info, image, { engine, owner: (id) => owners.get(id) ?? `container:${id}` });
    const number = Number(info.Config.Labels?.[COMPOSE_LABEL.number] ?? 1);
    return { image: info.Image, number, settings, defaults: image && imageDefaults(image), engine };
  }

  /** An image's defaults; null when it is gone. */
  async imageDefaults(image: string): Promise<ImageDefaults | null> {
    const info = await this.image(image);
    return info && imageDefaults(info);
  }

  /** An image by tag or id; null when there is none. What an id stands for never changes, so it is asked once. */
  image(ref: string): Promise<ImageInspectInfo | null> {
    const asked = this.#images.get(ref) ?? this.#get<ImageInspectInfo>(`/images/${ref}/json`);
    if (!ref.startsWith('sha256:')) return asked;
    this.#images.set(ref, asked);
    const forget = () => this.#images.delete(ref);
    asked.then((found) => found ?? forget(), forget);
    return asked;
  }

  /** Learned from a lock, the one container of which we know that it asks for nothing. */
  #engineDefaults(): Promise<EngineDefaults> {
    this.#defaults ??= this.#learnDefaults().catch((error) => {
      this.#defaults = null;
      throw error;
    });
    return this.#defaults;
  }

  async #learnDefaults(): Promise<EngineDefaults> {
    const [lock] = await listContainers(this.#api, [`${LABEL.role}=lock`]);
    const info = lock && (await this.#get<ContainerInspectInfo>(`/containers/${lock.Id}/json`));
    if (!info) return USUAL_DEFAULTS;
    const host = info.HostConfig;
    return {
      logging: { driver: host.LogConfig?.Type ?? '', options: (host.LogConfig?.Config ?? {}) as Record<string, string> },
      cgroup: (host as { CgroupnsMode?: string }).CgroupnsMode ?? null,
      ipc: host.IpcMode ?? '',
      shmBytes: host.ShmSize ?? 0,
      runtime: host.Runtime ?? '',
    };
  }

  /** Who the containers are that this one shares something with. */
  async #owners(info: ContainerInspectInfo): Promise<ReadonlyMap<string, string>> {
    const { NetworkMode, IpcMode, PidMode, VolumesFrom } = info.HostConfig;
    const modes = [NetworkMode, IpcMode, PidMode].flatMap((mode) => /^container:(.+)$/.exec(mode ?? '')?.[1] ?? []);
    const ids = [...new Set([...modes, ...((VolumesFrom ?? []) as string[]).map((from) => from.split(':')[0]!)])];
    const found = await Promise.all(
      ids.map((id) => this.#get<ContainerInspectInfo>(`/containers/${encodeURIComponent(id)}/json`)),
    );
    const project = info.Config.Labels?.[COMPOSE_LABEL.project];
    return new Map(found.flatMap((other, at) => (other ? [[ids[at]!, ownerIn(project, other)] as const] : [])));
  }

  async #get<T>(path: string): Promise<T | null> {
    try {
      return await this.#api.call<T>({ method: 'GET', path });
    } catch (error) {
      if (refusedWith(error, 404)) return null;
      throw error;
    }
  }
}

function ownerIn(project: string | undefined, { Name, Config: { Labels: labels } }: ContainerInspectInfo): string {
  const service = labels?.[COMPOSE_LABEL.service];
  return service && labels?.[COMPOSE_LABEL.project] === project ? `service:${service}` : `container:${Name.replace(/^\//, '')}`;
}
