import { COMPOSE_LABEL } from '../labels.ts';
import type { ContainerEvent } from '../port.ts';
import { EngineRefusal } from '../problem.ts';
import { courseOf } from './behaviour.ts';
import type { Container } from './containers.ts';
import { HealthCourse } from './health.ts';
import type { World } from './world.ts';

/** The engine's delay before it starts an ended container again (moby `restartmanager`), milliseconds. */
const FIRST_RESTART_MS = 100;
const LONGEST_RESTART_MS = 60_000;
/** One that ran so long is restarted as if it were the first time. */
const RAN_WELL_MS = 10_000;

/** What the engine itself does with its containers, whoever asked for it and whether that one still lives. */
export class Machine {
  readonly #world: World;
  readonly #backoffMs = new WeakMap<Container, number>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Starts a container; one that runs is fine. Refuses as the engine does, and then notes why on the container. */
  start(container: Container): void {
    if (isUp(container)) return;
    const refusal = this.#whyNot(container);
    if (refusal !== null) {
      container.error = refusal;
      container.exitCode = 128;
      throw new EngineRefusal(500, refusal);
    }
    container.stoppedByHand = false;
    container.restartCount = 0;
    this.#backoffMs.delete(container);
    this.#run(container);
  }

  /** Starts it if that can be done. */
  startIfPossible(container: Container): void {
    if (this.#whyNot(container) === null) this.start(container);
  }

  /** As if it had been started so long ago; a job has ended since. */
  startLongAgo(container: Container, agoMs: number): void {
    const world = this.#world;
    const course = courseOf(world.behaviourOf(container), 1);
    container.starts = 1;
    container.course = course;
    container.startedMs = world.engineMs() - agoMs;
    if (Number.isFinite(course.exitMs)) {
      container.state = 'exited';
      container.finishedMs = container.startedMs + course.exitMs;
      return;
    }
    container.state = 'running';
    const check = container.definition?.check ?? null;
    container.health = check && new HealthCourse(check, course, world.durations.of(container).checkMs);
    for (const port of container.definition?.ports ?? []) world.ports.set(port, container.id);
  }

  /** Stops a container in its own time, at most its grace; resolves when it has ended. A stop under way is waited for. */
  stop(container: Container): Promise<void> {
    container.stoppedByHand = true;
    if (!isUp(container)) return Promise.resolve();
    container.stopping ??= this.#stop(container);
    return container.stopping;
  }

  /** Kills a container at once. */
  kill(container: Container): void {
    if (!isUp(container)) return;
    this.#tell(container, 'kill');
    this.#end(container, 137);
  }

  /** Removes a container that does not run; its volumes stay. */
  remove(container: Container): void {
    if (isUp(container)) {
      const why = 'container is running: stop the container before removing or force remove';
      throw new EngineRefusal(409, `cannot remove container "/${container.name}": ${why}`);
    }
    this.#world.containers.drop(container);
    this.#world.images.release(container.image);
    this.#tell(container, 'destroy');
  }

  /** Kills and removes it. */
  destroy(container: Container): void {
    container.stoppedByHand = true;
    this.kill(container);
    this.remove(container);
  }

  /** Tells that a container was made. */
  created(container: Container): void {
    this.#tell(container, 'create');
  }

  renamed(container: Container): void {
    this.#tell(container, 'rename');
  }

  restarted(container: Container): void {
    this.#tell(container, 'restart');
  }

  /** The engine's own end: every container ends with it. */
  fail(): void {
    for (const container of this.#world.containers.all()) if (isUp(container)) this.#end(container, 255);
  }

  /** The engine is back: what has a restart policy starts again. */
  revive(): void {
    for (const container of [...this.#world.containers.all()]) {
      const policy = container.definition?.restart.name ?? 'no';
      const wanted = policy === 'always' || (policy === 'unless-stopped' && !container.stoppedByHand);
      const was = container.state === 'exited' && container.startedMs !== null;
      if (wanted && was && this.#whyNot(container) === null) this.#run(container);
    }
  }

  #run(container: Container): void {
    const world = this.#world;
    const nowMs = world.engineMs();
    container.starts += 1;
    container.state = 'running';
    container.error = '';
    container.exitCode = 0;
    container.startedMs = nowMs;
    container.finishedMs = null;
    container.course = courseOf(world.behaviourOf(container), container.starts);
    const check = container.definition?.check ?? null;
    container.health = check && new HealthCourse(check, container.course, world.durations.of(container).checkMs);
    for (const port of container.definition?.ports ?? []) world.ports.set(port, container.id);
    this.#tell(container, 'start');
    this.#plan(container);
  }

  /** What this start will come to. */
  #plan(container: Container): void {
    const { course, health } = container;
    const at = (ms: number, happens: () => void) => container.timers.push(this.#world.time.after(ms, happens));
    for (const change of health?.changes() ?? []) {
      if (change.health !== 'starting')
        at(change.endMs, () => this.#tell(container, 'health', { health: change.health as 'healthy' }));
    }
    if (course !== null && Number.isFinite(course.exitMs)) at(course.exitMs, () => this.#end(container, course.exitCode));
  }

  #stop(container: Container): Promise<void> {
    this.#tell(container, 'kill');
    const graceMs = container.definition?.graceMs ?? 10_000;
    const tookMs = Math.min(graceMs, this.#world.stopMs(container));
    return new Promise((resolve) => {
      const ended = () => {
        container.ended.delete(ended);
        container.stopping = null;
        resolve();
      };
      container.ended.add(ended);
      if (container.state === 'restarting') this.#end(container, container.exitCode);
      else container.timers.push(this.#world.time.after(tookMs, () => this.#end(container, tookMs < graceMs ? 143 : 137)));
    });
  }

  #end(container: Container, exitCode: number): void {
    const world = this.#world;
    const wasRunning = container.state === 'running';
    for (const timer of container.timers) world.time.cancel(timer);
    container.timers = [];
    container.state = 'exited';
    container.exitCode = exitCode;
    container.finishedMs = world.engineMs();
    for (const port of container.definition?.ports ?? []) if (world.ports.get(port) === container.id) world.ports.delete(port);
    if (container.stopping !== null) this.#tell(container, 'stop');
    if (wasRunning) this.#tell(container, 'die', { exitCode });
    this.#maybeRestart(container);
    for (const call of [...container.ended]) call();
  }

  #maybeRestart(container: Container): void {
    if (container.stoppedByHand || this.#world.outage.engineAway || !shallRestart(container)) return;
    const ranMs = container.finishedMs! - container.startedMs!;
    const before = ranMs >= RAN_WELL_MS ? undefined : this.#backoffMs.get(container);
    const waitMs = before === undefined ? FIRST_RESTART_MS : Math.min(before * 2, LONGEST_RESTART_MS);
    this.#backoffMs.set(container, waitMs);
    container.state = 'restarting';
    const again = () => {
      container.restartCount += 1;
      this.#run(container);
    };
    container.timers.push(this.#world.time.after(waitMs, again));
  }

  #whyNot(container: Container): string | null {
    const { definition, sharesWith } = container;
    const behaviour = this.#world.behaviourOf(container);
    if (behaviour.kind === 'never-started') return behaviour.message;
    const { containers, ports } = this.#world;
    const taken = definition?.ports.find((port) => ports.has(port));
    if (taken !== undefined)
      return `driver failed programming external connectivity: Bind for 0.0.0.0:${taken.split('/')[0]} failed: port is already allocated`;
    if (sharesWith !== null && containers.find(sharesWith)?.state !== 'running')
      return `cannot join network of a non running container: ${sharesWith}`;
    return null;
  }

  #tell(container: Container, action: ContainerEvent['action'], more: Partial<ContainerEvent> = {}): void {
    const project = container.labels[COMPOSE_LABEL.project];
    if (!project) return;
    const event = { container: container.id, action, exitCode: null, health: null, ...more };
    this.#world.events.add(project, this.#world.engineMs(), event);
  }
}

/** Whether it runs or is about to again. */
function isUp({ state }: Container): boolean {
  return state === 'running' || state === 'restarting';
}

function shallRestart({ definition, exitCode, restartCount }: Container): boolean {
  const policy = definition?.restart ?? { name: 'no', attempts: 0 };
  if (policy.name === 'on-failure') return exitCode !== 0 && (policy.attempts === 0 || restartCount < policy.attempts);
  return policy.name !== 'no';
}
