import type { PhaseNews } from '../journal/watch-phase.ts';
import type { ContainerId, RunId, ServiceKey } from '../model/ids.ts';
import type { FleetSample } from '../model/usage.ts';
import type { Plan } from '../plan/types.ts';
import type { Clock } from '../util/clock.ts';
import { pageRows, renderScreen } from './frame.ts';
import { FrameFacts } from './frame-facts.ts';
import { onKey } from './keys.ts';
import type { LogPiece } from './log-sources.ts';
import type { Look } from './look.ts';
import { MonitorModel } from './model.ts';
import { OpenLog } from './open-log.ts';
import { Screen } from './screen.ts';
import type { Key, Terminal } from './terminal-port.ts';
import { FIRST_UI, settleTable, type UiContext, type UiState } from './ui-state.ts';

/** At most ten frames a second (house rule 10). */
const FRAME_MS = 100;
/** The clocks in the frame tick by themselves. */
const TICK_MS = 1000;

/** What the monitor watches and shows it with. All of it only reads. */
export interface MonitorDeps {
  readonly terminal: Terminal;
  readonly look: Look;
  readonly clock: Clock;
  news(signal: AbortSignal): AsyncIterable<PhaseNews>;
  /** The plan of a run's folder; null = it cannot be read. */
  plan(dir: string): Promise<Plan | null>;
  samples(signal: AbortSignal): AsyncIterable<FleetSample>;
  serviceLog(log: ServiceLog, signal: AbortSignal): AsyncIterable<LogPiece>;
  containerLog(container: ContainerId, signal: AbortSignal): AsyncIterable<LogPiece>;
}

/** Which log of a run. */
export interface ServiceLog {
  readonly run: RunId;
  readonly service: ServiceKey;
  readonly kind: 'build' | 'test';
  readonly services: ReadonlySet<ServiceKey>;
}

/** What ended the monitor. */
export type MonitorEnd = 'quit' | 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** The monitor, until the operator or a signal ends it. The terminal is then as it was, also when it throws. */
export function runMonitor(deps: MonitorDeps): Promise<MonitorEnd> {
  return new Monitor(deps).run();
}

class Monitor {
  readonly #deps: MonitorDeps;
  readonly #model: MonitorModel;
  readonly #screen: Screen;
  readonly #frames = new FrameFacts();
  readonly #stop = new AbortController();
  #ui: UiState = FIRST_UI;
  #log: OpenLog | null = null;
  #end: MonitorEnd | null = null;
  #failure: { readonly error: unknown } | null = null;
  #isDirty = true;
  #isLive = false;
  #wake = () => {};

  constructor(deps: MonitorDeps) {
    this.#deps = deps;
    this.#model = new MonitorModel();
    this.#screen = new Screen(deps.terminal, deps.look);
  }

  async run(): Promise<MonitorEnd> {
    const { terminal } = this.#deps;
    const undo: (() => void)[] = [];
    try {
      this.#screen.enter();
      undo.push(terminal.onLeave(() => this.#screen.leave()));
      undo.push(terminal.onKey((key) => this.#guard(() => this.#key(key))));
      undo.push(terminal.onResize(() => this.#guard(() => this.#changed())));
      undo.push(terminal.onSignal((signal) => this.#guard(() => this.#signal(signal))));
      this.#keep(this.#watchRun());
      this.#keep(this.#watchFleet());
      await this.#drawUntilEnd();
      return this.#end ?? 'quit';
    } finally {
      this.#stop.abort();
      this.#log?.close();
      this.#screen.leave();
      for (const one of undo.toReversed()) one();
    }
  }

  async #drawUntilEnd(): Promise<void> {
    const { clock } = this.#deps;
    let drawnMs = Number.NEGATIVE_INFINITY;
    for (;;) {
      if (this.#failure) throw this.#failure.error;
      if (this.#end) return;
      const waitMs = drawnMs + (this.#isDirty ? FRAME_MS : TICK_MS) - clock.now();
      if (waitMs <= 0 && (this.#isDirty || this.#isLive)) {
        drawnMs = clock.now();
        this.#isDirty = false;
        this.#draw();
        continue;
      }
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      await clock.sleep(waitMs <= 0 ? TICK_MS : waitMs, woken.signal);
    }
  }

  #draw(): void {
    const { terminal, clock, look } = this.#deps;
    const size = terminal.size();
    const facts = this.#model.facts(clock.now());
    this.#isLive = facts.head.isLive;
    const rows = this.#frames.rows(facts, this.#ui);
    this.#ui = settleTable(this.#ui, rows, pageRows({ facts, ui: this.#ui }, size));
    const log = this.#frames.log(facts, this.#ui, this.#log?.text ?? null);
    this.#screen.draw(renderScreen({ facts, rows, ui: this.#ui, log }, size, look), size);
  }

  /** Something to show. Many such between two frames make one frame. */
  #changed(): void {
    if (this.#isDirty) return;
    this.#isDirty = true;
    this.#wake();
  }

  #key(key: Key): void {
    if (key.ctrl && key.name === 'l') this.#screen.invalidate();
    else if (key.ctrl && key.name === 'z') this.#signal('suspend');
    else this.#ui = onKey(this.#ui, key, this.#context());
    if (this.#ui.done) this.#finish('quit');
    this.#syncLog();
    this.#changed();
  }

  #context(): UiContext {
    const facts = this.#model.facts(this.#deps.clock.now());
    return {
      rows: this.#frames.rows(facts, this.#ui),
      categories: facts.categories.map(({ name }) => name),
      page: pageRows({ facts, ui: this.#ui }, this.#deps.terminal.size()),
      logLines: this.#log?.text.lines ?? [],
    };
  }

  #signal(signal: Parameters<Parameters<Terminal['onSignal']>[0]>[0]): void {
    if (signal === 'suspend') {
      this.#screen.leave();
      this.#deps.terminal.suspend();
    } else if (signal === 'continued') {
      this.#screen.enter();
      this.#changed();
    } else this.#finish(signal);
  }

  #finish(end: MonitorEnd): void {
    this.#end ??= end;
    this.#wake();
  }

  async #watchRun(): Promise<void> {
    for await (const news of this.#deps.news(this.#stop.signal)) {
      this.#model.news(news);
      if (news.type === 'run') this.#model.plan(await this.#deps.plan(news.dir));
      this.#changed();
    }
  }

  async #watchFleet(): Promise<void> {
    for await (const sample of this.#deps.samples(this.#stop.signal)) {
      this.#model.sample(sample);
      this.#syncLog();
      this.#changed();
    }
  }

  /** Reads the log that is wanted and no other; a container that took another's place is another log. */
  #syncLog(): void {
    const wanted = this.#ui.log && this.#frames.logId(this.#ui.log, this.#model);
    if ((wanted?.id ?? null) === (this.#log?.id ?? null)) return;
    this.#log?.close();
    this.#log = null;
    if (!wanted) return;
    const log = new OpenLog(wanted.id);
    this.#log = log;
    const { serviceLog, containerLog } = this.#deps;
    const pieces =
      wanted.of === 'container'
        ? containerLog(wanted.container, log.signal)
        : wanted.of === 'file'
          ? serviceLog(wanted.log, log.signal)
          : nothing();
    if (wanted.of === 'none') log.text.remark = wanted.why;
    this.#keep(log.read(pieces, (dropped) => this.#read(dropped)));
  }

  /** Lines that went at the beginning must not move what the operator looks at. */
  #read(dropped: number): void {
    const { log } = this.#ui;
    if (dropped > 0 && log) {
      const at = log.at === null || log.at < dropped ? null : log.at - dropped;
      this.#ui = { ...this.#ui, log: { ...log, top: Math.max(0, log.top - dropped), at } };
    }
    this.#changed();
  }

  /** What goes wrong in a listener ends the monitor like anything else: with the terminal put back first. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
  }

  #keep(work: Promise<void>): void {
    work.catch((error) => this.#fail(error));
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }
}

async function* nothing(): AsyncGenerator<LogPiece> {}
