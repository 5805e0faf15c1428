import type { ContainerInfo, ContainerInspectInfo } from 'dockerode';
import type { ContainerId } from '../../model/ids.ts';
import type { WatchedContainer } from '../../model/usage.ts';
import { mapBounded } from '../../util/bounded.ts';
import type { EngineApi } from '../api/client.ts';
import { observedContainer } from '../api/container-view.ts';
import { COMPOSE_LABEL } from '../labels.ts';
import { refusedWith } from '../problem.ts';
import type { WatchedProject } from '../watch-port.ts';
import { AT_ONCE, CALL_LIMIT_MS } from './limits.ts';

/** The engine tells ages below a minute in seconds: within this time a restart cannot hide behind an unchanged text. */
const TEXT_HOLDS_MS = 50_000;

interface Known {
  /** What the list said when it was inspected. */
  readonly listed: string;
  readonly container: WatchedContainer;
}

/**
 * The containers of Compose projects. Only the list is asked for each time; it has all but restarts and exit codes, so a container is
 * inspected again only when its line there has changed or is of the last minute.
 */
export class WatchedContainers {
  readonly #api: EngineApi;
  #known: ReadonlyMap<ContainerId, Known> = new Map();
  #listedMs = 0;

  constructor(api: EngineApi) {
    this.#api = api;
  }

  /** All that there are now, ordered by service, number, name; throws EngineUnavailable. */
  async look(projects: readonly WatchedProject[], now: { readonly ms: number; readonly signal: AbortSignal }) {
    const known = now.ms - this.#listedMs > TEXT_HOLDS_MS ? new Map<ContainerId, Known>() : this.#known;
    const lists = await mapBounded(projects, AT_ONCE, async (project) =>
      (await this.#list(project, now.signal)).map((info) => ({ info, project })),
    );
    const looked = await mapBounded(lists.flat(), AT_ONCE, async ({ info, project }) => {
      const listed = `${info.Names.join()} ${info.State} ${info.Status}`;
      const before = known.get(info.Id);
      if (before?.listed === listed && !/second/.test(info.Status)) return before;
      const container = await this.#inspect(info.Id, project, now.signal);
      return container && { listed, container };
    });
    const found = looked.filter((one) => one !== null);
    this.#known = new Map(found.map((one) => [one.container.id, one]));
    this.#listedMs = now.ms;
    return found.map((one) => one.container).sort(byPlace);
  }

  /** Only Compose's own containers: helpers and one-off containers are left out (traps T8). */
  #list({ name }: WatchedProject, signal: AbortSignal): Promise<ContainerInfo[]> {
    const label = [`${COMPOSE_LABEL.project}=${name}`, `${COMPOSE_LABEL.oneOff}=False`, COMPOSE_LABEL.configHash];
    const query = { all: true, filters: JSON.stringify({ label }) };
    return this.#api.call({ method: 'GET', path: '/containers/json', query, timeoutMs: CALL_LIMIT_MS, signal });
  }

  async #inspect(id: ContainerId, project: WatchedProject, signal: AbortSignal): Promise<WatchedContainer | null> {
    try {
      const request = { method: 'GET', path: `/containers/${id}/json`, timeoutMs: CALL_LIMIT_MS, signal } as const;
      const info = await this.#api.call<ContainerInspectInfo>(request);
      const service = project.keyOf(info.Config.Labels?.[COMPOSE_LABEL.service] ?? '');
      const { name, number, image, state, health, restartCount, exitCode, startedAt } = observedContainer(info, service);
      return { id, name, service, number, image, state, health, restartCount, exitCode, startedAt };
    } catch (error) {
      if (refusedWith(error, 404)) return null;
      throw error;
    }
  }
}

function byPlace(a: WatchedContainer, b: WatchedContainer): number {
  return compare(a.service, b.service) || a.number - b.number || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
