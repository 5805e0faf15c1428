import type { Diagnostic } from '../model/diagnostic.ts';
import type { Result } from '../model/result.ts';
import type { LiveRun } from '../run/rebuild-types.ts';
import type { Clock } from '../util/clock.ts';
import { RunControl } from './run-control.ts';
import { type ControlServer, startControlServer } from './server.ts';

/** Lets other processes pause, resume and cancel a run while it is live. What stands in the way of that is said, and changes nothing else. */
export class ReachableRun {
  readonly #clock: Clock;
  readonly #say: (diagnostic: Diagnostic) => void;
  #server: Promise<Result<ControlServer, Diagnostic>> | null = null;

  constructor(clock: Clock, say: (diagnostic: Diagnostic) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  /** From now on it can be reached, until its end is recorded. */
  begin(live: LiveRun): void {
    const { run, stop, pause, record } = live;
    const control = new RunControl({ run, stop, pause, record });
    this.#server = startControlServer(live.fleet.root, { clock: this.#clock, answer: (request) => control.answer(request) });
    void this.#server.then((started) => started.ok || this.#say(started.error));
    live.subscribe((event) => {
      if (event.type === 'run-finished') void this.end();
    });
  }

  /** Resolves when nobody can reach it any more and its socket is gone; calling it twice is harmless. */
  async end(): Promise<void> {
    const started = await this.#server;
    if (started?.ok) await started.value.close();
  }
}
