import type { ContainerId, ImageId, Instant } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { ObservedContainer } from '../../plan/types.ts';
import { instantAt } from '../../util/instant.ts';
import type { EngineProblem } from '../port.ts';
import { problemOf, refusedWith } from '../problem.ts';
import type { ReplaceVerbs } from '../replace-verbs.ts';
import { Caller } from './caller.ts';
import type { Life } from './life.ts';
import { observedContainer } from './views.ts';
import type { World } from './world.ts';

/** A Slipway's own calls of the engine, one request or two each, as `docker/api` makes them. */
export class Calls implements ReplaceVerbs {
  readonly caller: Caller;
  readonly world: World;
  readonly life: Life;

  constructor(world: World, life: Life) {
    this.world = world;
    this.life = life;
    this.caller = new Caller(world, life);
  }

  get clock() {
    return this.life.clock;
  }

  /** Its offset is known, so that no request is needed. */
  now = (): Promise<Instant> => Promise.resolve(instantAt(this.world.engineMs()));

  inspect = (id: ContainerId): Promise<ObservedContainer | null> => {
    const { world } = this;
    return this.caller.request(() => {
      const container = world.containers.find(id);
      return container && observedContainer(world, container);
    });
  };

  containersOf = ({ project, name }: { readonly project: string; readonly name: string }) => {
    const { world } = this;
    return this.caller.request(() => world.containers.ofService(project, name).map((c) => observedContainer(world, c)));
  };

  tag = (image: ImageId, ref: string) => settled(this.caller.request(() => this.world.images.tag(image, ref)));

  untag = (ref: string) => unlessGone(this.caller.request(() => this.world.images.untag(ref)));

  start = (id: ContainerId) => settled(this.caller.start(id));

  stop = (id: ContainerId) => settled(this.caller.stop(id));

  rename = (id: ContainerId, name: string) => settled(this.caller.rename(id, name));

  restart = (id: ContainerId) => settled(this.#restart(id));

  remove = (id: ContainerId) => unlessGone(this.caller.stop(id).then(() => this.caller.remove(id)));

  discard = (name: string) => settled(this.caller.discard(name));

  events = (project: string, since: Instant, signal: AbortSignal, onLost?: () => void) =>
    this.world.events.watch({ project, sinceMs: Date.parse(since), signal, life: this.life, onLost });

  logs = (id: ContainerId, lines: number) =>
    this.caller.request(() => (this.world.containers.find(id) === null ? [] : ['simulated'].slice(-lines)));

  newSuffix = () => this.world.random.hex(8);

  #restart(id: ContainerId): Promise<void> {
    const { machine, containers } = this.world;
    return this.caller.request(async () => {
      const container = containers.get(id);
      await machine.stop(container);
      machine.start(container);
      machine.restarted(container);
    }, 'startMs');
  }
}

/** A call of which only success matters. */
export function settled(call: Promise<unknown>): Promise<Result<null, EngineProblem>> {
  return call.then(
    () => ok(null),
    (error: unknown) => err(problemOf(error)),
  );
}

/** The same, where what is gone already is as good. */
function unlessGone(call: Promise<unknown>): Promise<Result<null, EngineProblem>> {
  return call.then(
    () => ok(null),
    (error: unknown) => (refusedWith(error, 404) ? ok(null) : err(problemOf(error))),
  );
}
