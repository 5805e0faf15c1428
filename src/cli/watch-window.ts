import { EXIT, type ExitCode } from '../model/status.ts';
import type { ChecksLook } from '../report/finding-text.ts';
import { windowLine, windowLines } from '../report/validation/window-text.ts';
import type { WindowReport } from '../report/validation/window-types.ts';
import type { Watching } from '../validate/run-validation.ts';
import type { ValidateContext } from '../validate/types.ts';
import { runWindow } from '../validate/window/run-window.ts';
import { windowLooks } from '../validate/window/window-checks.ts';
import { type Drawn, HIDE_CURSOR, NOTHING_DRAWN, redraw, SHOW_CURSOR } from './output/live-region.ts';
import type { World } from './world.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Lines that are left to what stood on the screen before. */
const SPARE_ROWS = 1;

/** How the operator wants it watched; null = as the configuration says. */
interface WindowWish {
  readonly windowMs: number | null;
  readonly intervalMs: number | null;
}

/** Watches the fleet before the eyes of the operator, who may end it: then `exitCode` tells by what. */
export class ShownWindow {
  readonly #world: World;
  readonly #mode: 'tty' | 'plain' | 'json' | 'quiet';
  readonly #look: ChecksLook;
  readonly #ending = new AbortController();
  #exitCode: ExitCode | null = null;
  #drawn: Drawn = NOTHING_DRAWN;

  constructor(world: World, mode: 'tty' | 'plain' | 'json' | 'quiet', look: ChecksLook) {
    this.#world = world;
    this.#mode = mode;
    this.#look = look;
  }

  /** Null unless a signal ended the window. */
  get exitCode(): ExitCode | null {
    return this.#exitCode;
  }

  /** Watches until the window is over or a signal comes; a second signal ends the process as it would without us. */
  async watch(context: ValidateContext, { windowMs, intervalMs }: WindowWish): Promise<Watching> {
    const settings = context.fleet.settings.validation.watch;
    const { onExit, out } = this.#world;
    const release = this.#catchSignals();
    const undo = this.#mode === 'tty' ? onExit(() => out.write(SHOW_CURSOR)) : () => {};
    if (this.#mode === 'tty') out.write(HIDE_CURSOR);
    try {
      const watched = await runWindow(context, {
        windowMs: windowMs ?? settings.windowMs,
        intervalMs: intervalMs ?? settings.intervalMs,
        signal: this.#ending.signal,
        onLook: (report) => this.#show(report),
      });
      return { looks: windowLooks(watched, context), window: watched.report };
    } finally {
      if (this.#mode === 'tty') out.write(`${redraw(this.#drawn, { above: [], lines: [] }, this.#size())}${SHOW_CURSOR}`);
      undo();
      release();
    }
  }

  #show(report: WindowReport): void {
    const { out } = this.#world;
    if (this.#mode === 'plain') out.write(`${windowLine(report)}\n`);
    if (this.#mode !== 'tty') return;
    const size = this.#size();
    const lines = windowLines(report, { ...this.#look, columns: size.columns - 1 }, size.rows - SPARE_ROWS);
    out.write(redraw(this.#drawn, { above: [], lines }, size));
    this.#drawn = { lines };
  }

  #size(): { readonly columns: number; readonly rows: number } {
    const { columns, rows } = this.#world.out.size();
    return { columns: columns || 80, rows: rows || 24 };
  }

  #catchSignals(): () => void {
    const release = () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    };
    const onSignal = (signal: NodeJS.Signals) => {
      release();
      this.#exitCode = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
      this.#ending.abort();
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
    return release;
  }
}
