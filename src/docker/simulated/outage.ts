import { EngineUnavailable } from '../port.ts';
import type { Life } from './life.ts';

/** Who does not answer at the moment. */
export class Outage {
  #engineAway = 0;
  #registryAway = 0;
  readonly #waiting = new Set<(error: Error) => void>();

  get engineAway(): boolean {
    return this.#engineAway > 0;
  }

  get registryAway(): boolean {
    return this.#registryAway > 0;
  }

  /** The engine goes away: whoever waits for it is told. */
  loseEngine(): void {
    this.#engineAway += 1;
    for (const reject of [...this.#waiting]) reject(engineGone());
    this.#waiting.clear();
  }

  findEngine(): void {
    this.#engineAway -= 1;
  }

  loseRegistry(): void {
    this.#registryAway += 1;
  }

  findRegistry(): void {
    this.#registryAway -= 1;
  }

  /** What a process waits for from the engine, unless that goes away before. */
  unlessLost<T>(life: Life, promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      const forgetLife = life.whenOver(() => this.#waiting.delete(reject));
      const forget = () => {
        forgetLife();
        this.#waiting.delete(reject);
      };
      promise.then(resolve, reject).finally(forget);
    });
  }
}

/** What a call to an engine that is away fails with. */
export function engineGone(): EngineUnavailable {
  return new EngineUnavailable({
    code: 'no-engine',
    message: 'no Docker engine answers at the simulated host',
    remedy: 'start Docker, or set DOCKER_HOST or the docker context to an engine that runs',
  });
}
