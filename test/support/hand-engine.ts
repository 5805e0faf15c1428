import type {
  BuildFacts,
  ContainerEvent,
  Engine,
  EngineLock,
  EngineProblem,
  Keeper,
  PreflightRequest,
  ReplaceRequest,
  StepFailure,
  StepIo,
} from '../../src/docker/port.ts';
import { EngineUnavailable } from '../../src/docker/port.ts';
import type { Fleet, RenderedModel, Service } from '../../src/fleet/types.ts';
import type { Failure } from '../../src/model/failure.ts';
import type { ImageId, ServiceKey } from '../../src/model/ids.ts';
import { err, ok, type Result } from '../../src/model/result.ts';
import type { Observed, ObservedContainer } from '../../src/plan/types.ts';
import { containerOf, imageId } from './fleet-builder.ts';

/** How a container of the hand-operated engine behaves once it runs; `falls`: healthy first, then unhealthy. */
export type Behaviour = 'healthy' | 'unhealthy' | 'exits' | 'falls';

/** A call that the test lets go on when it likes. */
interface Gate {
  readonly entered: Promise<void>;
  open(): void;
}

/**
 * A container engine in memory whose builds, tests and replaces the test can hold and fail. It stands in for Docker only where the test is
 * about order and policy inside Slipway, which a real engine cannot be held still for.
 */
export class HandEngine implements Engine {
  readonly calls: string[] = [];
  readonly behaviour = new Map<ServiceKey, Behaviour>();
  readonly buildFailures = new Map<ServiceKey, StepFailure[]>();
  readonly testExits = new Map<ServiceKey, number>();
  readonly preflightFailures = new Map<ServiceKey, StepFailure>();
  readonly replaceFailures = new Map<ServiceKey, StepFailure>();
  readonly containers = new Map<ServiceKey, ObservedContainer[]>();
  readonly tags = new Map<string, ImageId>();
  kept: Keeper[] = [];
  readonly busy = { build: 0, test: 0, preflight: 0, replace: 0 };
  readonly most = { build: 0, test: 0, preflight: 0, replace: 0 };
  /** False = the engine is away: looking at it fails. */
  answers = true;
  readonly #gates = new Map<string, { enter: () => void; passed: Promise<void> }>();
  #serial = 0;

  constructor(fleet: Fleet, observed: Observed) {
    for (const service of fleet.services) {
      const now = observed.services[service.key];
      this.containers.set(service.key, [...(now?.containers ?? [])]);
      if (now?.tagImage) this.tags.set(service.image, now.tagImage);
    }
  }

  /** Holds the next call of a kind for a service, for example `build web`, until it is opened. */
  hold(call: string): Gate {
    let enter!: () => void;
    let open!: () => void;
    const entered = new Promise<void>((resolve) => {
      enter = resolve;
    });
    const passed = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.#gates.set(call, { enter, passed });
    return { entered, open };
  }

  facts() {
    return Promise.resolve(ok({ docker: '26', compose: '2.40', buildx: '0.29', engineId: 'hand' }));
  }

  render(): Promise<Result<RenderedModel, never>> {
    throw new Error('the hand-operated engine renders nothing');
  }

  observe(services: readonly Service[]): Promise<Result<Observed, EngineProblem>> {
    if (!this.answers) return Promise.resolve(err({ code: 'no-engine', message: 'nobody answers', remedy: 'start it' }));
    const found = services.map(
      (s) => [s.key, { containers: this.containers.get(s.key) ?? [], tagImage: this.tags.get(s.image) ?? null }] as const,
    );
    return Promise.resolve(ok({ services: Object.fromEntries(found), networks: [], volumes: [] }));
  }

  async inspect(id: string) {
    if (!this.answers) throw new EngineUnavailable({ code: 'no-engine', message: 'nobody answers', remedy: 'start it' });
    return [...this.containers.values()].flat().find((c) => c.id === id) ?? null;
  }

  image(ref: string) {
    const id = this.tags.get(ref);
    return Promise.resolve(id === undefined ? null : { id, created: '2026-01-01T00:00:00.000Z', sizeBytes: 1, labels: {} });
  }

  async build({ service }: { service: Service }, io: StepIo): Promise<Result<BuildFacts, StepFailure>> {
    return this.#during('build', service.key, io, () => {
      const failure = this.buildFailures.get(service.key)?.shift();
      if (failure) return err(failure);
      return ok({ image: imageId(`${service.key}-new`), totalSteps: 3, cachedSteps: 1, sizeBytes: null });
    });
  }

  pull(request: { service: Service }, io: StepIo) {
    return this.build(request, io);
  }

  async runTest({ service }: { service: ServiceKey }, io: StepIo) {
    return this.#during('test', service, io, () => ok({ exitCode: this.testExits.get(service) ?? 0, tests: 3, missing: null }));
  }

  tag(image: ImageId, ref: string): ReturnType<Engine['tag']> {
    this.calls.push(`tag ${ref}`);
    this.tags.set(ref, image);
    return Promise.resolve(ok(null));
  }

  untag(ref: string) {
    this.tags.delete(ref);
    return Promise.resolve(ok(null));
  }

  async preflight({ service }: PreflightRequest, io: StepIo) {
    return this.#during('preflight', service.key, io, () => {
      const failure = this.preflightFailures.get(service.key);
      return failure ? err(failure) : ok(null);
    });
  }

  async replace({ service, image, before }: ReplaceRequest, io: StepIo) {
    return this.#during('replace', service.key, io, () => {
      const failure = this.replaceFailures.get(service.key);
      if (failure) return err(failure);
      this.#serial += 1;
      const id = `${this.#serial}`.padEnd(64, 'c');
      const good = image === imageId(service.key);
      const behaviour = good ? 'healthy' : (this.behaviour.get(service.key) ?? 'healthy');
      const now = new Date().toISOString();
      const startedAt = new Date(Date.now() - 10).toISOString();
      this.tags.set(service.image, image);
      this.containers.set(service.key, [
        containerOf(service.key, { id, image, createdAt: startedAt, startedAt, ...lookOf(behaviour, now) }),
      ]);
      if (behaviour === 'falls') setTimeout(() => this.fall(service.key), 40);
      return ok({ containers: [id], stoppedAt: before.containers.length > 0 ? now : null });
    });
  }

  /** A healthy container turns unhealthy. */
  fall(service: ServiceKey): void {
    const now = new Date().toISOString();
    this.containers.set(
      service,
      (this.containers.get(service) ?? []).map((c) => ({ ...c, ...lookOf('unhealthy', now) })),
    );
  }

  async *events(_project: string, _since: string, signal: AbortSignal): AsyncIterable<ContainerEvent> {
    await new Promise<void>((resolve) => {
      if (signal.aborted) return resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  now() {
    return Promise.resolve(new Date().toISOString());
  }

  probe() {
    return Promise.resolve({ good: true, answered: true, text: '200' });
  }

  logs() {
    return Promise.resolve(['last words']);
  }

  start() {
    return Promise.resolve(ok(null));
  }

  stop() {
    return Promise.resolve(ok(null));
  }

  endOrphans() {
    return Promise.resolve([]);
  }

  rename() {
    return Promise.resolve(ok(null));
  }

  remove() {
    return Promise.resolve(ok(null));
  }

  tagsOf(repositories: readonly string[]) {
    const isOne = (ref: string) => repositories.some((repository) => ref.startsWith(`${repository}:`));
    return Promise.resolve(Object.fromEntries([...this.tags].filter(([ref]) => isOne(ref))));
  }

  leftovers() {
    return Promise.resolve([]);
  }

  clear() {
    return Promise.resolve(ok(null));
  }

  variables() {
    return Promise.resolve(ok({}));
  }

  settings() {
    return Promise.resolve(null);
  }

  imageDefaults() {
    return Promise.resolve(null);
  }

  keep(project: string, image: ImageId) {
    if (!this.kept.some((k) => k.project === project && k.image === image)) this.kept.push({ project, image });
    return Promise.resolve(ok(null));
  }

  keepers(project: string) {
    return Promise.resolve(this.kept.filter((k) => k.project === project));
  }

  dropKeeper({ project, image }: Keeper) {
    this.kept = this.kept.filter((k) => k.project !== project || k.image !== image);
    return Promise.resolve(ok(null));
  }

  lock(): Promise<Result<null, EngineLock>> {
    return Promise.resolve(ok(null));
  }

  unlock() {
    return Promise.resolve(ok(null));
  }

  lockHolder() {
    return Promise.resolve(null);
  }

  async #during<T>(
    kind: keyof HandEngine['busy'],
    service: ServiceKey,
    io: StepIo,
    act: () => Result<T, StepFailure>,
  ): Promise<Result<T, StepFailure>> {
    const call = `${kind} ${service}`;
    this.calls.push(call);
    this.busy[kind] += 1;
    this.most[kind] = Math.max(this.most[kind], this.busy[kind]);
    const gate = this.#gates.get(call);
    gate?.enter();
    const aborted = new Promise<'aborted'>((resolve) => {
      if (io.signal.aborted) resolve('aborted');
      io.signal.addEventListener('abort', () => resolve('aborted'), { once: true });
    });
    const ended = await Promise.race([gate?.passed ?? Promise.resolve(), aborted]);
    this.busy[kind] -= 1;
    return ended === 'aborted' ? err({ failure: { code: 'interrupted' } satisfies Failure, transient: false }) : act();
  }
}

function lookOf(behaviour: Behaviour, now: string): Partial<ObservedContainer> {
  switch (behaviour) {
    case 'healthy':
    case 'falls':
      return { health: 'healthy', healthAt: now };
    case 'unhealthy':
      return { health: 'unhealthy', healthAt: now };
    case 'exits':
      return { state: 'exited', exitCode: 7, finishedAt: now };
  }
}
