import type { ServiceKey } from '../../model/ids.ts';
import { COMPOSE_LABEL } from '../labels.ts';
import { EngineRefusal } from '../problem.ts';
import type { Behaviour } from './behaviour.ts';
import type { Container } from './containers.ts';
import type { Definition } from './definition.ts';
import type { Durations } from './host-types.ts';
import type { Life } from './life.ts';
import { engineGone } from './outage.ts';
import type { World } from './world.ts';

/** What a container is made from. */
export interface NewContainer {
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly definition: Definition | null;
  /** Anonymous volumes that it takes over, by path. */
  readonly inherited?: Readonly<Record<string, string>>;
  readonly sharesWith?: string | null;
  /** Left out: as its image does. */
  readonly behaviour?: Behaviour;
}

/**
 * A process's connection to the engine. What was sent is done, whether the process lives to hear of it or not; an engine that is away
 * answers nobody. Refusals and absence are thrown, as the real API client throws them.
 */
export class Caller {
  readonly #world: World;
  readonly #life: Life;
  readonly #about: ServiceKey | null;

  constructor(world: World, life: Life, about: ServiceKey | null = null) {
    this.#world = world;
    this.#life = life;
    this.#about = about;
  }

  /** One request: `act` is what the engine does with it. */
  request<T>(act: () => T | Promise<T>, takes: keyof Durations = 'callMs'): Promise<T> {
    const world = this.#world;
    const answered = new Promise<T>((resolve, reject) => {
      const arrive = () => {
        if (world.outage.engineAway) return reject(engineGone());
        try {
          const answer = act();
          if (answer instanceof Promise) world.outage.unlessLost(this.#life, answer).then(resolve, reject);
          else resolve(answer);
        } catch (error) {
          reject(error);
        }
      };
      if (this.#life.over) return;
      const tookMs = world.durations.takes(this.#about, takes);
      if (tookMs === 0) arrive();
      else world.time.after(tookMs, arrive);
    });
    return this.#life.bind(answered);
  }

  create(spec: NewContainer): Promise<Container> {
    return this.request(() => createContainer(this.#world, spec), 'createMs');
  }

  start(id: string): Promise<void> {
    return this.request(() => this.#world.machine.start(this.#world.containers.get(id)), 'startMs');
  }

  stop(id: string): Promise<void> {
    return this.request(() => this.#world.machine.stop(this.#world.containers.get(id)));
  }

  remove(id: string): Promise<void> {
    return this.request(() => this.#world.machine.remove(this.#world.containers.get(id)), 'removeMs');
  }

  rename(id: string, name: string): Promise<void> {
    const { containers, machine } = this.#world;
    return this.request(() => {
      const container = containers.get(id);
      containers.rename(container, name);
      machine.renamed(container);
    }, 'renameMs');
  }

  /** Kills and removes; one that is gone is fine. */
  discard(idOrName: string): Promise<void> {
    return this.request(() => {
      const container = this.#world.containers.find(idOrName);
      if (container) this.#world.machine.destroy(container);
    }, 'removeMs');
  }
}

/** Makes a container at once, as the engine does when a request for it has arrived. */
export function createContainer(world: World, spec: NewContainer): Container {
  const { definition } = spec;
  const image = world.images.find(spec.image);
  if (image === null) throw new EngineRefusal(404, `No such image: ${spec.image}`);
  const behaviour = spec.behaviour ?? null;
  const said = behaviour ?? world.imageBehaviour(image, definition);
  if (said.kind === 'never-created') throw new EngineRefusal(400, said.message);
  world.containers.checkName(spec.name);
  const paths = definition === null ? [] : [...definition.anonymous, ...image.volumes];
  const volumes = paths.map((path) => [path, spec.inherited?.[path] ?? newVolume(world)] as const);
  const container: Container = {
    id: world.newId(),
    name: spec.name,
    labels: { ...image.labels, ...spec.labels },
    image: image.id,
    definition,
    behaviour,
    createdMs: world.engineMs(),
    volumes: Object.fromEntries(volumes),
    sharesWith: spec.sharesWith ?? null,
    state: 'created',
    exitCode: 0,
    error: '',
    startedMs: null,
    finishedMs: null,
    restartCount: 0,
    starts: 0,
    oomKilled: false,
    course: null,
    health: null,
    stoppedByHand: false,
    stopping: null,
    timers: [],
    ended: new Set(),
  };
  world.containers.add(container);
  world.images.use(image.id);
  world.machine.created(container);
  return container;
}

/** All containers of a service that has none, at once: what `up` makes of it. */
export function createContainers(world: World, definition: Definition): readonly Container[] {
  const { service, shares, scale, containerName, ref } = definition;
  for (const network of definition.networks) world.networks.add(network);
  for (const volume of definition.volumes) world.volumes.add(volume);
  const sharesWith = shares === null ? null : (world.containers.ofService(service.project, shares)[0]?.id ?? null);
  return Array.from({ length: scale }, (_, i) => {
    const name = containerName ?? `${service.project}-${service.name}-${i + 1}`;
    return createContainer(world, { name, image: ref, labels: composeLabels(definition, i + 1), definition, sharesWith });
  });
}

function newVolume(world: World): string {
  const name = world.newId();
  world.volumes.add(name);
  return name;
}

/** The labels of a container that Compose makes for a service. */
export function composeLabels({ service, hash }: Definition, number: number): Record<string, string> {
  return {
    [COMPOSE_LABEL.project]: service.project,
    [COMPOSE_LABEL.service]: service.name,
    [COMPOSE_LABEL.configHash]: hash,
    [COMPOSE_LABEL.oneOff]: 'False',
    [COMPOSE_LABEL.number]: String(number),
  };
}
