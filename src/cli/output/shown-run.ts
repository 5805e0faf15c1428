import type { Event } from '../../journal/events.ts';
import { GrowingRun } from '../../journal/projection.ts';
import { plainLine, RUN_ITSELF } from '../../report/highlight.ts';
import { makePaint } from '../../report/paint.ts';
import type { LiveRun } from '../../run/rebuild-types.ts';
import type { Received } from '../signals.ts';
import type { RunOutput } from './run-output.ts';

const LOG_PAINT = makePaint({ colour: 'off', glyphs: 'ascii' });

/** Connects a run with what shows it and with its own log; signals that come before it began are told too, and recorded once it has. */
export class ShownRun {
  readonly #output: RunOutput;
  readonly #sinceMs: number;
  #live: LiveRun | null = null;
  #early: Received[] = [];

  constructor(output: RunOutput, sinceMs: number) {
    this.#output = output;
    this.#sinceMs = sinceMs;
  }

  begin(live: LiveRun): void {
    this.#live = live;
    const growing = new GrowingRun(live.state);
    this.#output.begin({ plan: live.plan, run: live.run, state: () => growing.state() });
    const nameWidth = Math.max(RUN_ITSELF.length, ...live.plan.services.map((s) => s.service.length));
    const show = (event: Event) => {
      const line = plainLine(event, { nameWidth, paint: LOG_PAINT });
      if (line !== null) live.note(`${event.at.slice(0, 10)} ${line}\n`);
      this.#output.event(event);
    };
    // What this process has recorded before anybody could listen: the start itself, and what a crash had left over.
    for (const event of live.state.activity) if (Date.parse(event.at) >= this.#sinceMs) show(event);
    live.subscribe((event) => {
      growing.apply(event);
      show(event);
    });
    for (const received of this.#early) this.signal(received);
  }

  signal(received: Received): void {
    if (this.#live === null) {
      this.#early.push(received);
      const message = `${received.signal}: nothing has been started and nothing will be`;
      this.#output.say({ code: 'signal', severity: 'info', message });
      return;
    }
    // A journal that cannot be written ends the run by itself.
    this.#live.record({ type: 'signal-received', ...received }).catch(() => {});
  }
}
