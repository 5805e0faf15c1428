import type { ContainerId, ImageId } from '../../model/ids.ts';
import { COMPOSE_LABEL } from '../labels.ts';
import { EngineRefusal } from '../problem.ts';
import type { Behaviour, Course } from './behaviour.ts';
import type { Definition } from './definition.ts';
import type { HealthCourse } from './health.ts';
import type { Timer } from './timer-heap.ts';

/** A container as the engine holds it; instants in milliseconds on the engine's clock. */
export interface Container {
  readonly id: ContainerId;
  name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: ImageId;
  /** Null: a helper, which has nothing of a service's. */
  readonly definition: Definition | null;
  /** Null: as its image behaves when it is started. */
  readonly behaviour: Behaviour | null;
  readonly createdMs: number;
  /** Names of its anonymous volumes by path. */
  readonly volumes: Readonly<Record<string, string>>;
  /** The container whose namespace it shares. */
  readonly sharesWith: ContainerId | null;
  state: 'created' | 'running' | 'restarting' | 'exited';
  exitCode: number;
  error: string;
  startedMs: number | null;
  finishedMs: number | null;
  restartCount: number;
  /** All its starts since it was created. */
  starts: number;
  oomKilled: boolean;
  /** What its present start comes to, and how its health goes. */
  course: Course | null;
  health: HealthCourse | null;
  /** Somebody stopped it: its restart policy rests. */
  stoppedByHand: boolean;
  /** A stop that is under way. */
  stopping: Promise<void> | null;
  timers: Timer[];
  /** Called at each end of a start. */
  readonly ended: Set<() => void>;
}

/** All containers, and the ways in which they are looked for. */
export class Containers {
  readonly #byId = new Map<ContainerId, Container>();
  readonly #byName = new Map<string, Container>();
  readonly #byService = new Map<string, Set<Container>>();
  readonly #helpers = new Set<Container>();

  /** By id or name; null when there is none. */
  find(idOrName: string): Container | null {
    return this.#byId.get(idOrName) ?? this.#byName.get(idOrName) ?? null;
  }

  /** The container, or the engine's refusal. */
  get(idOrName: string): Container {
    const container = this.find(idOrName);
    if (container === null) throw new EngineRefusal(404, `No such container: ${idOrName}`);
    return container;
  }

  /** Refuses a name that is taken. */
  checkName(name: string): void {
    const holder = this.#byName.get(name);
    if (holder === undefined) return;
    const what = `Conflict. The container name "/${name}" is already in use by container "${holder.id}".`;
    throw new EngineRefusal(409, `${what} You have to remove (or rename) that container to be able to reuse that name.`);
  }

  add(container: Container): void {
    this.#byId.set(container.id, container);
    this.#byName.set(container.name, container);
    const key = serviceOf(container);
    if (key === null) this.#helpers.add(container);
    else {
      const known = this.#byService.get(key);
      if (known) known.add(container);
      else this.#byService.set(key, new Set([container]));
    }
  }

  rename(container: Container, name: string): void {
    this.checkName(name);
    this.#byName.delete(container.name);
    container.name = name;
    this.#byName.set(name, container);
  }

  drop(container: Container): void {
    this.#byId.delete(container.id);
    this.#byName.delete(container.name);
    this.#helpers.delete(container);
    const key = serviceOf(container);
    if (key !== null) this.#byService.get(key)?.delete(container);
  }

  /** Compose's own containers of a service, by number and name. */
  ofService(project: string, name: string): Container[] {
    const found = [...(this.#byService.get(`${project}/${name}`) ?? [])];
    return found.length < 2 ? found : found.sort((a, b) => numberOf(a) - numberOf(b) || a.name.localeCompare(b.name));
  }

  /** Containers that are not a service's own: helpers, locks, keepers, foreign ones. */
  helpers(): readonly Container[] {
    return [...this.#helpers];
  }

  all(): Iterable<Container> {
    return this.#byId.values();
  }
}

/** A container's number within its service. */
export function numberOf({ labels }: Container): number {
  return Number(labels[COMPOSE_LABEL.number] ?? 0);
}

/** `project/service` of one that Compose made for good; one-off containers and helpers have none (traps T8). */
function serviceOf({ labels }: Container): string | null {
  const own = labels[COMPOSE_LABEL.configHash] !== undefined && labels[COMPOSE_LABEL.oneOff] === 'False';
  return own ? `${labels[COMPOSE_LABEL.project]}/${labels[COMPOSE_LABEL.service]}` : null;
}
