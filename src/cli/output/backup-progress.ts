import type { BackupEvent, Report } from '../../backup/events.ts';
import { backupLine, progressLine } from '../../report/backup-text.ts';
import { instantAt } from '../../util/instant.ts';
import { outputMode, paintFor } from '../look.ts';
import type { CommonValues } from '../options/common.ts';
import type { World } from '../world.ts';
import { type Drawn, HIDE_CURSOR, NOTHING_DRAWN, redraw, SHOW_CURSOR } from './live-region.ts';

/** At most ten frames a second (house rule 10). */
const FRAME_MS = 100;
/** While no byte comes, the time that it takes already shows that something goes on. */
const TICK_MS = 1000;

/** Shows how a backup goes on; `stop` leaves the terminal as it was. */
export interface BackupProgress {
  readonly report: Report;
  stop(): void;
}

/** A bar on a terminal, a line an event elsewhere, an event a line as JSON, or nothing. */
export function backupProgress(world: World, values: CommonValues): BackupProgress {
  const paint = paintFor(world.out, world.env, values);
  switch (outputMode(values, world)) {
    case 'tty':
      return new Bar(world, values);
    case 'plain':
      return { report: (event) => writeLine(world, backupLine(event, paint)), stop: () => {} };
    case 'json':
      return { report: jsonReport(world), stop: () => {} };
    case 'quiet':
      return { report: () => {}, stop: () => {} };
  }
}

/** Every chunk is progress; for a program ten a second are enough. */
function jsonReport({ out, clock }: World): Report {
  let lastMs = 0;
  return (event) => {
    const nowMs = clock.now();
    if (event.type === 'part-progress' && nowMs - lastMs < FRAME_MS) return;
    lastMs = nowMs;
    out.write(`${JSON.stringify({ v: 1, at: instantAt(nowMs), ...event })}\n`);
  };
}

function writeLine({ out }: World, line: string | null): void {
  if (line !== null) out.write(`${line}\n`);
}

interface Part {
  readonly part: string;
  readonly bytes: number;
  readonly estimateBytes: number | null;
  readonly startedMs: number;
}

class Bar implements BackupProgress {
  readonly #world: World;
  readonly #values: CommonValues;
  readonly #undo: () => void;
  #part: Part | null = null;
  #drawn: Drawn = NOTHING_DRAWN;
  #lastMs = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(world: World, values: CommonValues) {
    this.#world = world;
    this.#values = values;
    this.#undo = world.onExit(() => world.out.write(SHOW_CURSOR));
  }

  readonly report = (event: BackupEvent): void => {
    const nowMs = this.#world.clock.now();
    if (event.type === 'part-started') {
      this.#part = { part: event.part, bytes: 0, estimateBytes: event.estimateBytes, startedMs: nowMs };
      this.#world.out.write(HIDE_CURSOR);
      this.#timer ??= setInterval(() => this.#draw([], this.#world.clock.now()), TICK_MS);
    }
    if (event.type === 'part-progress' && this.#part) this.#part = { ...this.#part, bytes: event.bytes };
    if (event.type === 'part-done') this.#part = null;
    const line = backupLine(event, this.#paint());
    if (line === null && event.type === 'part-progress' && nowMs - this.#lastMs < FRAME_MS) return;
    this.#draw(line === null ? [] : [line], nowMs);
  };

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#part = null;
    this.#draw([], this.#world.clock.now());
    this.#world.out.write(SHOW_CURSOR);
    this.#undo();
  }

  #draw(above: readonly string[], nowMs: number): void {
    const { out } = this.#world;
    const { columns, rows } = out.size();
    const size = { columns: columns || 80, rows: rows || 24 };
    const part = this.#part;
    const lines = part ? [progressLine({ ...part, elapsedMs: nowMs - part.startedMs }, size.columns, this.#paint())] : [];
    out.write(redraw(this.#drawn, { above, lines }, size));
    this.#drawn = { lines };
    this.#lastMs = nowMs;
  }

  #paint() {
    return paintFor(this.#world.out, this.#world.env, this.#values);
  }
}
