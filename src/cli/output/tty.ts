import { renderDiagnostics } from '../../fleet/diagnostics.ts';
import type { Event } from '../../journal/events.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { DetailFold } from '../../report/facts/samples.ts';
import { highlightLine } from '../../report/highlight.ts';
import type { Paint } from '../../report/paint.ts';
import { renderLive } from '../../tui/live-frame.ts';
import { makeLook } from '../../tui/look.ts';
import { RunFacts } from '../../tui/run-facts.ts';
import type { World } from '../world.ts';
import { endWithSummary, type Following } from './last-words.ts';
import { type Drawn, HIDE_CURSOR, NOTHING_DRAWN, redraw, SHOW_CURSOR } from './live-region.ts';
import type { Ended, RunOutput, Shown } from './run-output.ts';

/** At most ten frames a second (house rule 10); the clocks in the frame tick by themselves. */
const FRAME_MS = 100;
const TICK_MS = 1000;
/** A run asks the engine for what it does, and not besides for what a monitor shows. */
const NOTHING_OF_THE_ENGINE = { usage: new Map(), sample: null, cpuHistory: [], problem: null };

/** A live display: what settled scrolls up, what is under way stays at the bottom of the screen. */
export function ttyOutput(world: World, paint: Paint, following: Following): RunOutput {
  return new TtyOutput(world, paint, following);
}

class TtyOutput implements RunOutput {
  readonly #world: World;
  readonly #paint: Paint;
  readonly #following: Following;
  readonly #details = new DetailFold();
  #facts = new RunFacts(null);
  #live: Shown | null = null;
  #nameWidth = 0;
  #above: string[] = [];
  #drawn: Drawn = NOTHING_DRAWN;
  #lastDrawnMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #dueMs = 0;
  #undo: (() => void)[] = [];

  constructor(world: World, paint: Paint, following: Following) {
    this.#world = world;
    this.#paint = paint;
    this.#following = following;
  }

  begin(live: Shown): void {
    const { out, onExit } = this.#world;
    this.#live = live;
    this.#facts = new RunFacts(live.plan);
    this.#nameWidth = Math.max(0, ...live.plan.services.map((s) => s.service.length));
    this.#undo = [onExit(() => out.write(SHOW_CURSOR)), out.onResize(() => this.#draw())];
    out.write(HIDE_CURSOR);
    this.#draw();
  }

  event(event: Event): void {
    this.#details.apply(event);
    const line = highlightLine(event, { nameWidth: this.#nameWidth, paint: this.#paint });
    if (line !== null) this.#above.push(line);
    this.#drawBy(this.#lastDrawnMs + FRAME_MS);
  }

  say(diagnostic: Diagnostic): void {
    const { err } = this.#world;
    const text = renderDiagnostics([diagnostic], { colour: this.#paint.colour === 'on' });
    if (this.#live === null || !err.isTty) err.write(text);
    else {
      this.#above.push(...text.trimEnd().split('\n'));
      this.#draw();
    }
  }

  stop(): void {
    if (this.#live === null) return;
    this.#draw();
    this.#world.out.write(`${redraw(this.#drawn, { above: [], lines: [] }, this.#world.out.size())}${SHOW_CURSOR}`);
    this.#live = null;
    if (this.#timer) clearTimeout(this.#timer);
    for (const undo of this.#undo) undo();
  }

  end(ended: Ended): void {
    this.stop();
    endWithSummary(ended, this.#world, { paint: this.#paint, following: this.#following });
  }

  /** Brings the next frame forward, never back. */
  #drawBy(dueMs: number): void {
    if (this.#timer && this.#dueMs <= dueMs) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = setTimeout(() => this.#draw(), Math.max(0, dueMs - this.#world.clock.now()));
  }

  #draw(): void {
    if (this.#live === null) return;
    const { out, clock } = this.#world;
    const size = sizeOr80x24(out.size());
    const run = this.#facts.at(this.#live.state(), this.#details, { live: true, nowMs: clock.now() });
    const lines = renderLive({ ...run, ...NOTHING_OF_THE_ENGINE }, size, makeLook(this.#paint));
    out.write(redraw(this.#drawn, { above: this.#above, lines }, size));
    this.#above = [];
    this.#drawn = { lines };
    this.#lastDrawnMs = clock.now();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#drawBy(this.#lastDrawnMs + TICK_MS);
  }
}

/** Some terminals (a serial line, `--output tty` into a file) do not say. */
function sizeOr80x24({ columns, rows }: { columns: number; rows: number }) {
  return { columns: columns || 80, rows: rows || 24 };
}
