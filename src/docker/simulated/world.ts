import type { ComposeModel, Fleet, Service } from '../../fleet/types.ts';
import type { ContainerId, ServiceKey } from '../../model/ids.ts';
import { EngineRefusal } from '../problem.ts';
import type { Behaviour } from './behaviour.ts';
import { Clients } from './clients.ts';
import { type Container, Containers } from './containers.ts';
import type { Definition } from './definition.ts';
import { HostDurations } from './durations.ts';
import { EventLog } from './event-log.ts';
import { FaultBook } from './fault-book.ts';
import type { HostOptions, SeenCall } from './host-types.ts';
import { type Image, Images } from './images.ts';
import { Machine } from './machine.ts';
import { Names } from './names.ts';
import { Outage } from './outage.ts';
import { Random } from './random.ts';
import { Sources } from './sources.ts';
import { VirtualTime } from './virtual-time.ts';

/** An instant like any other. */
const START_MS = Date.UTC(2026, 1, 2, 2);

/** All that a simulated host is: its time, its engine's state, and what goes wrong on it. */
export class World {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly durations: HostDurations;
  readonly faults = new FaultBook();
  readonly outage = new Outage();
  readonly sources = new Sources();
  readonly images = new Images();
  readonly containers = new Containers();
  readonly events = new EventLog();
  readonly clients = new Clients();
  readonly machine: Machine;
  /** Who listens on a port (`port/protocol`); null = a program that is no container. */
  readonly ports = new Map<string, ContainerId | null>();
  readonly networks = new Names(['bridge', 'host', 'none']);
  readonly volumes = new Names([]);
  /** The fleet's key of each Compose service, by `project/name`. */
  readonly keys = new Map<string, ServiceKey>();
  readonly listeners = new Set<(call: SeenCall) => void>();
  readonly #fleet: Fleet;
  readonly #aheadMs: number;
  readonly #imageVolumes: NonNullable<HostOptions['imageVolumes']>;

  constructor(options: HostOptions) {
    this.time = new VirtualTime(options.startMs ?? START_MS);
    this.random = new Random(options.seed);
    this.durations = new HostDurations(options, this.random);
    this.#fleet = options.fleet;
    this.#aheadMs = options.engineAheadMs ?? 0;
    this.#imageVolumes = options.imageVolumes ?? (() => []);
    this.machine = new Machine(this);
  }

  /** The engine's clock, milliseconds since 1970. */
  engineMs(): number {
    return this.time.now() + this.#aheadMs;
  }

  /** A fresh id for a container or an anonymous volume. */
  newId(): string {
    return this.random.hex(64);
  }

  /** How a container behaves that is started now. */
  behaviourOf({ behaviour, image, definition }: Container): Behaviour {
    return behaviour ?? this.imageBehaviour(this.images.find(image), definition);
  }

  /** How containers behave that are made from an image, for a service or for none; an image of nobody's is good. */
  imageBehaviour(image: Image | null, definition: Definition | null): Behaviour {
    const key = definition?.service.key ?? null;
    const { readyMs } = this.durations.usual(key);
    const said = key === null || !image?.of ? null : this.faults.behaviour(key, image.of.version);
    if (said) return said;
    return definition?.service.kind === 'one-shot'
      ? { kind: 'exits', afterMs: readyMs, exitCode: 0, times: null }
      : { kind: 'healthy', afterMs: readyMs };
  }

  /** A project's model as its files have it. */
  modelOf(project: string): ComposeModel {
    const model = this.#fleet.projects.find(({ name }) => name === project)?.model;
    if (model === undefined) throw new EngineRefusal(404, `no configuration file provided for project ${project}`);
    return model;
  }

  /** Paths that an image of the service declares as volumes. */
  imageVolumes(service: Service): readonly string[] {
    return this.#imageVolumes(service, this.sources.version(service.key));
  }

  /** How long the container takes to stop if it is let. */
  stopMs({ definition }: Container): number {
    const key = definition?.service.key ?? null;
    const slowMs = key === null ? null : this.faults.slowStopMs(key);
    return slowMs ?? this.durations.takes(key, 'stopMs');
  }
}
