import type { ServiceKey } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Engine, EngineProblem, StepFailure } from '../port.ts';
import { EngineRefusal, problemOf } from '../problem.ts';
import { engineFailure } from '../replace-failures.ts';
import type { Life } from './life.ts';
import type { World } from './world.ts';

type Verb = keyof Engine;

/** A session's calls of the port: counted, shown to listeners, refused when a fault says so, and never answered once the session is dead. */
export class SessionCalls {
  readonly #world: World;
  readonly #life: Life;

  constructor(world: World, life: Life) {
    this.#world = world;
    this.#life = life;
  }

  /** A verb that throws when the engine cannot be used. */
  async thrown<T>(verb: Verb, service: ServiceKey | null, act: () => Promise<T>): Promise<T> {
    return this.#answered(verb, service, act);
  }

  /** A verb that answers with the problem instead. */
  settled<T>(verb: Verb, service: ServiceKey | null, act: () => Promise<T>): Promise<Result<T, EngineProblem>> {
    return this.#answered(verb, service, act).then(ok, (error: unknown) => err(problemOf(error)));
  }

  /** The same, of what answers so already. */
  settledBy(verb: Verb, act: () => Promise<Result<null, EngineProblem>>): Promise<Result<null, EngineProblem>> {
    return this.#answered(verb, null, act).catch((error: unknown) => err(problemOf(error)));
  }

  /** A step's verb: an engine that cannot be used is a failure of the step. */
  step<T>(verb: Verb, service: ServiceKey | null, act: () => Promise<Result<T, StepFailure>>): Promise<Result<T, StepFailure>> {
    return this.#answered(verb, service, act).catch((error: unknown) => engineFailure(problemOf(error)));
  }

  #answered<T>(verb: Verb, service: ServiceKey | null, act: () => Promise<T>): Promise<T> {
    if (this.#life.over) return new Promise(() => {});
    const refused = this.#world.faults.called(verb);
    const tell = (phase: 'begins' | 'ends') => {
      for (const listener of this.#world.listeners) listener({ verb, service, phase, atMs: this.#world.time.now() });
    };
    tell('begins');
    const acting = refused ? Promise.reject<T>(new EngineRefusal(500, `the engine failed to ${verb}`)) : act();
    return this.#life.bind(acting.finally(() => tell('ends')));
  }
}
