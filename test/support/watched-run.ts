import { onTestFinished } from 'vitest';
import type { EventBody } from '../../src/journal/events.ts';
import { folderWith } from './folder.ts';
import { madeUpFleet, WrittenRun } from './journal-writer.ts';
import { storyOf } from './made-up-story.ts';

/** A made-up run that goes on as the test says. */
export class WatchedRun {
  readonly run: WrittenRun;
  readonly #story: Iterator<EventBody>;

  private constructor(count: number, atOnce: number) {
    this.run = new WrittenRun(folderWith({}), madeUpFleet(count), Date.now() - 60_000);
    this.#story = storyOf(this.run.services, atOnce);
  }

  /** So many services, so many events of which have happened; it is live until the test ends. */
  static async live(count: number, events: number, atOnce = 6): Promise<WatchedRun> {
    const watched = new WatchedRun(count, atOnce);
    watched.goOn(events);
    await watched.run.hold();
    onTestFinished(() => watched.run.release());
    return watched;
  }

  get root(): string {
    return this.run.root;
  }

  /** So many events more of its story happen now; fewer when it is over. */
  goOn(events: number): void {
    const bodies: EventBody[] = [];
    while (bodies.length < events) {
      const next = this.#story.next();
      if (next.done) break;
      bodies.push(next.value);
    }
    this.run.append(bodies, Date.now());
  }

  /** Another live run of so many services in the same project; its id. */
  async startNext(count: number): Promise<string> {
    const next = new WrittenRun(this.root, madeUpFleet(count), Date.now());
    await next.hold();
    return next.run;
  }

  /** The story to its end, and the run's own. */
  finish(): void {
    this.goOn(Number.MAX_SAFE_INTEGER);
    this.run.append([{ type: 'run-finished', outcome: 'failed', exitCode: 1, why: 'tests failed' }], Date.now());
    this.run.release();
  }
}
