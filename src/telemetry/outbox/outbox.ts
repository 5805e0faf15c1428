import type { Clock } from '../../util/clock.ts';
import { Lane, type LaneReport } from './lane.ts';
import type { Deliver, Destination, Letter } from './letter.ts';

/** Letters to several destinations at once: none waits for another's receiver. */
export class Outbox {
  readonly #lanes: readonly Lane[];
  readonly #clock: Clock;

  constructor(
    destinations: readonly Destination[],
    { deliver, clock, giveUpAfterMs }: { readonly deliver: Deliver; readonly clock: Clock; readonly giveUpAfterMs: number },
  ) {
    this.#clock = clock;
    this.#lanes = destinations.map((destination) => new Lane({ destination, deliver, clock, giveUpAfterMs }));
  }

  /** Hands a letter to a destination, by its place in the list. Never waits. */
  send(destination: number, letter: Letter): void {
    this.#lanes[destination]!.add(letter);
  }

  /** Waits until everything is delivered or given up, at most so long; then ends what is under way. */
  async close(withinMs: number): Promise<readonly LaneReport[]> {
    const waiting = new AbortController();
    const idle = Promise.all(this.#lanes.map((lane) => lane.idle()));
    await Promise.race([idle, this.#clock.sleep(withinMs, waiting.signal)]);
    waiting.abort();
    return Promise.all(this.#lanes.map((lane) => lane.stop()));
  }
}
