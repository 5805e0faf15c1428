import type { BuildRequest, Engine, ReplaceRequest, StepIo } from '../../src/docker/port.ts';
import type { Behaviour } from '../../src/docker/simulated/behaviour.ts';
import { dockerHealthcheck, stopGraceMs } from '../../src/fleet/service/healthcheck.ts';
import { publishedPorts } from '../../src/fleet/service/published-ports.ts';
import type { ComposeModel, ComposeService, Project, Service, StoredProject } from '../../src/fleet/types.ts';
import type { ContainerId, ImageId } from '../../src/model/ids.ts';
import type { ObservedContainer } from '../../src/plan/types.ts';
import type { Clock } from '../../src/util/clock.ts';
import { recordedIo } from './step-io.ts';

/** How the container of a contract's service may behave; an engine's own words are not part of the contract. */
export type ContractBehaviour =
  | Exclude<Behaviour, { readonly kind: 'never-created' | 'never-started' }>
  | { readonly kind: 'no-program' };

/** What a test of a candidate comes to. */
export type ContractTest = 'passes' | 'fails' | 'hangs';

/** An engine with a project of its own, which the cases of the contract use; each case has services of its own. */
export interface ContractWorld {
  readonly engine: Engine;
  /** Another process's engine: nothing is shared but the engine itself. */
  readonly another: Engine;
  readonly clock: Clock;
  readonly project: Project;
  /** A port that nobody else uses. */
  readonly port: number;
  /** Builds a service as it was in the beginning and brings it up, as an operator would. */
  up(service: string): Promise<void>;
  /** Changes a service's sources: its next image's containers behave so. */
  edit(service: string, behaviour?: ContractBehaviour): Promise<void>;
  /** Makes the next build of a service fail, or go on for minutes. */
  breakBuild(service: string, how: 'fails' | 'hangs'): Promise<void>;
  /** Arranges a test that ends so; what to run. */
  testThat(service: string, how: ContractTest): readonly string[];
  /** Somebody else's container of that name. */
  takeName(name: string): Promise<void>;
  /** Somebody else listens on the port. */
  takePort(): Promise<void>;
  /** Removes a volume that no container uses any more. */
  dropVolume(name: string): Promise<void>;
}

/** When a contract's containers check themselves. */
const CHECK = { test: ['CMD', 'test', '-f', '/tmp/ok'], interval: '300ms', timeout: '2s', retries: 2 };

/** The contract's services by name: what differs from a plain one with a health check. */
const SERVICES: Readonly<Record<string, Partial<ComposeService>>> = {
  seen: { volumes: [{ type: 'volume', target: '/data' }] },
  built: {},
  candidate: {},
  broken: {},
  moved: {},
  taken: {},
  placed: {},
  forced: {},
  stored: {},
  kept: { volumes: ['/data', '/cache'].map((target) => ({ type: 'volume', target })) },
  pair: { scale: 2 },
  job: { restart: 'no' },
  beside: {},
  ill: {},
  conflict: {},
  halves: { scale: 2 },
  blocked: {},
  absent: { init: false },
  cut: { stop_grace_period: '10s' },
  events: {},
  handled: {},
  stubborn: { init: false, stop_grace_period: '2s' },
  falling: {},
  looping: { restart: 'always' },
  ended: { restart: 'no' },
  probed: {},
  later: {},
  tested: {},
  shadowed: {},
};

/** Services without a health check: their containers end. */
const UNCHECKED = ['job', 'looping', 'ended'];

/** The contract's project as Compose renders it; `port` is published by the service `blocked`. */
export function contractModel(name: string, folder: string, port: number): ComposeModel {
  const services = Object.entries(SERVICES).map(([service, own]): [string, ComposeService] => {
    const { restart = 'no', ...rest } = own;
    const compose = {
      image: `${name}-${service}:latest`,
      build: { context: `${folder}/${service}`, dockerfile: 'Dockerfile' },
      init: true,
      restart,
      stop_grace_period: '5s',
      networks: { default: null },
      ...(UNCHECKED.includes(service) ? {} : { healthcheck: CHECK }),
      ...(service === 'blocked' ? { ports: [{ published: String(port), target: 80 }] } : {}),
      ...rest,
    };
    return [service, compose as ComposeService];
  });
  return { name, services: Object.fromEntries(services), networks: { default: { name: `${name}_default` } } };
}

/** A service of the contract's project as the fleet would have it. */
export function contractService({ name: projectName, model }: Project, name: string): Service {
  const compose = model.services[name]!;
  return {
    key: name,
    project: projectName,
    name,
    category: 'apps',
    risk: 'low',
    critical: false,
    stack: 'other',
    kind: name === 'job' ? 'one-shot' : 'service',
    image: compose.image!,
    build: compose.build ?? null,
    scale: compose.scale ?? 1,
    hiddenByProfile: false,
    dependsOn: [],
    probe: { kind: 'command', command: ['test', '-f', '/tmp/ok'] },
    healthcheck: dockerHealthcheck(compose),
    test: { command: ['true'], target: null, mounts: [], isolation: 'sandbox', timeoutMs: 10_000 },
    replace: { order: 'auto', preflight: false },
    startFirstObstacles: [],
    stopGraceMs: stopGraceMs(compose),
    published: publishedPorts(compose).fixed,
    anonymousVolumes: (compose.volumes ?? []).filter(({ source }) => !source).map(({ target }) => target),
    compose,
    place: { file: 'docker-compose.yml', line: 1 },
  };
}

/** The run that the contract's cases belong to. */
export const RUN = '20260204_140000';

/** Where a service's candidate is built to. */
export function candidateOf({ project }: ContractWorld, name: string): string {
  return `${project.name}-${name}:candidate-${RUN}`;
}

/** Builds a service's candidate. */
export function build(world: ContractWorld, name: string, changes: Partial<BuildRequest> = {}, io: StepIo = recordedIo()) {
  return world.engine.build(
    {
      run: RUN,
      project: world.project,
      service: contractService(world.project, name),
      candidate: candidateOf(world, name),
      target: null,
      noCache: false,
      pull: false,
      timeoutMs: 60_000,
      buildkit: { cache: true, inlineCache: false, builder: 'default', cacheFrom: [], cacheTo: [] },
      ...changes,
    },
    io,
  );
}

/** Builds a service's candidate, which has to go well; its image id. */
export async function builtImage(world: ContractWorld, name: string, changes: Partial<BuildRequest> = {}): Promise<ImageId> {
  const built = await build(world, name, changes);
  if (!built.ok) throw new Error(`${name} was not built: ${JSON.stringify(built.error)}`);
  return built.value.image;
}

/** What is observed of a service now. */
export async function observed(world: ContractWorld, name: string) {
  const result = await world.engine.observe([contractService(world.project, name)]);
  if (!result.ok) throw new Error(result.error.message);
  return result.value.services[name]!;
}

/** The one container of a service. */
export async function onlyContainer(world: ContractWorld, name: string): Promise<ObservedContainer> {
  const { containers } = await observed(world, name);
  if (containers.length !== 1) throw new Error(`${name} has ${containers.length} containers`);
  return containers[0]!;
}

/** A request to put an image in place, with what is there now as what was there before. */
export async function replaceRequest(
  world: ContractWorld,
  name: string,
  changes: Partial<ReplaceRequest> & Pick<ReplaceRequest, 'image'>,
): Promise<ReplaceRequest> {
  const { containers, tagImage } = await observed(world, name);
  const anonymousVolumes = Object.assign({}, ...containers.map((container) => container.anonymousVolumes ?? {}));
  return {
    run: RUN,
    project: world.project,
    service: contractService(world.project, name),
    action: 'up',
    order: 'stop-first',
    before: { containers: containers.map(({ id }) => id), image: containers[0]?.image ?? null, tagImage, anonymousVolumes },
    stored: null,
    ...changes,
  };
}

/** Puts an image in place. */
export async function replace(
  world: ContractWorld,
  name: string,
  changes: Partial<ReplaceRequest> & Pick<ReplaceRequest, 'image'>,
  io: StepIo = recordedIo(),
) {
  return world.engine.replace(await replaceRequest(world, name, changes), io);
}

/** The project with other words for one service: what a release stored. */
export function storedWith({ project }: ContractWorld, name: string, changes: Partial<ComposeService>): StoredProject {
  const services = { ...project.model.services, [name]: { ...project.model.services[name]!, ...changes } };
  return { model: { ...project.model, services }, environment: {} };
}

/** Asks until the answer is something, in the world's own time. */
export async function until<T>(
  { clock }: ContractWorld,
  what: string,
  ask: () => Promise<T | null | undefined | false>,
): Promise<T> {
  const lastMs = clock.now() + 30_000;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (clock.now() > lastMs) throw new Error(`did not happen: ${what}`);
    await clock.sleep(50);
  }
}

/** A container once it is as wanted. */
export function untilContainer(world: ContractWorld, id: ContainerId, what: string, is: (c: ObservedContainer) => boolean) {
  return until(world, `${what}: ${id}`, async () => {
    const container = await world.engine.inspect(id);
    return container !== null && is(container) && container;
  });
}

/** Follows the project's events about one service's containers from now on; `seen` is `action` with its exit code or health. */
export async function follow(world: ContractWorld): Promise<{ seen: (id: ContainerId) => string[]; stop: () => void }> {
  const stop = new AbortController();
  const events: { readonly container: ContainerId; readonly what: string }[] = [];
  const since = await world.engine.now();
  const read = async () => {
    for await (const { container, action, exitCode, health } of world.engine.events(world.project.name, since, stop.signal))
      events.push({ container, what: [action, exitCode, health].filter((part) => part !== null).join(' ') });
  };
  void read();
  return {
    seen: (id) => sinceTouched(events.filter(({ container }) => container === id).map(({ what }) => what)),
    stop: () => stop.abort(),
  };
}

/** Without what came before our first act: the engine's clock is known to half a round trip only, so a start right before may be told too. */
export function sinceTouched(told: readonly string[]): string[] {
  const first = told.findIndex((what) => what === 'kill' || what === 'create');
  return first < 0 ? [] : told.slice(first);
}
