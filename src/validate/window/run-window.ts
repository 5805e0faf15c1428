import type { LogCursor } from '../../docker/watch-port.ts';
import type { Service } from '../../fleet/types.ts';
import { latestRun } from '../../journal/runs.ts';
import { wasTouched } from '../../journal/service-state.ts';
import type { ContainerId, ServiceKey } from '../../model/ids.ts';
import type { WatchedContainer } from '../../model/usage.ts';
import type { WindowReport } from '../../report/validation/window-types.ts';
import { mapBounded } from '../../util/bounded.ts';
import { instantAt } from '../../util/instant.ts';
import { conductBefore } from '../baseline/conduct-before.ts';
import { containersOf } from '../counts.ts';
import { createLineJudge, type LineJudge } from '../logs/line-judge.ts';
import { verdictOn } from '../logs/line-verdict.ts';
import type { ValidateContext } from '../types.ts';
import { WindowTally } from './window-tally.ts';

const AT_ONCE = 8;
const LOGS_AT_ONCE = 4;
/** Of one container between two looks. */
const NEWEST_LINES = 10_000;

/** How the operator wants it watched. */
export interface WindowRequest {
  readonly windowMs: number;
  readonly intervalMs: number;
  /** Ends it early; what was seen until then counts. */
  readonly signal: AbortSignal;
  /** After each look. */
  readonly onLook: (report: WindowReport) => void;
}

/** What a window has seen, and the tallies that it is judged by. */
export interface Watched {
  readonly report: WindowReport;
  readonly tallies: readonly WindowTally[];
}

/** Looks at the services again and again until the window is over: whether they answer, how fast, what they log, whether they restart. */
export async function runWindow(context: ValidateContext, request: WindowRequest): Promise<Watched> {
  const { clock } = context;
  const startedMs = clock.now();
  const window = await openWindow(context, startedMs);
  for (let looks = 1; ; looks += 1) {
    const beganMs = clock.now();
    await window.look(request.signal);
    const lastedMs = clock.now() - startedMs;
    const ended = request.signal.aborted ? 'interrupted' : lastedMs >= request.windowMs ? 'whole' : 'no';
    const report = window.report({ looks, lastedMs, ended }, request);
    request.onLook(report);
    if (ended !== 'no') return { report: { ...report, ...(await runMeanwhile(context, startedMs)) }, tallies: window.tallies };
    const restMs = request.windowMs - lastedMs;
    await clock.sleep(Math.min(restMs, Math.max(0, request.intervalMs - (clock.now() - beganMs))), request.signal);
  }
}

/** Others may rebuild while it is watched. */
async function runMeanwhile({ disk, fleet }: ValidateContext, startedMs: number): Promise<Pick<WindowReport, 'meanwhile'>> {
  const latest = await latestRun(disk, fleet.root, fleet.settings.phase);
  const state = latest.ok ? latest.value?.state : null;
  if (!state?.lastAt || Date.parse(state.lastAt) <= startedMs) return {};
  const services = [...state.services.values()].filter(wasTouched).map(({ service }) => service);
  return { meanwhile: { run: state.run, services } };
}

async function openWindow(context: ValidateContext, startedMs: number): Promise<Window> {
  const before = await conductBefore(context);
  const { logErrors } = context.fleet.settings.validation;
  // Patterns that cannot be used are a finding of the log check; the built-in ones count all the same.
  const made = createLineJudge(logErrors);
  const judge: LineJudge = made.ok ? made.value : { judge: verdictOn, ignores: () => false };
  const tallies = context.services
    .filter((service) => isWatched(service, context))
    .map((service) => {
      return new WindowTally(service, {
        before: before.get(service.key) ?? null,
        judge,
        contextLines: logErrors.contextLines,
        redact: context.redactor.text,
      });
    });
  return new Window(context, tallies, startedMs);
}

/** One that has no container, and none recorded, is not missed: behind a profile, for example. */
function isWatched(service: Service, context: ValidateContext): boolean {
  return containersOf(context, service).length > 0 || context.expected.get(service.key)?.by === 'release';
}

class Window {
  readonly tallies: readonly WindowTally[];
  readonly #context: ValidateContext;
  readonly #startedMs: number;
  readonly #cursors = new Map<ContainerId, LogCursor>();
  #blindLooks = 0;

  constructor(context: ValidateContext, tallies: readonly WindowTally[], startedMs: number) {
    this.#context = context;
    this.tallies = tallies;
    this.#startedMs = startedMs;
  }

  /** A look at everything; with the signal, what is under way is let go. */
  async look(signal: AbortSignal): Promise<void> {
    const { containers, problem } = await this.#context.watch.sample(signal);
    if (problem !== null) {
      if (!signal.aborted) this.#blindLooks += 1;
      return;
    }
    const byService = new Map<ServiceKey, WatchedContainer[]>();
    for (const one of containers) byService.set(one.service, [...(byService.get(one.service) ?? []), one]);
    const of = ({ key }: Service) => byService.get(key) ?? [];
    for (const tally of this.tallies) tally.stand(of(tally.service));
    await Promise.all([
      mapBounded(this.tallies, AT_ONCE, (tally) => this.#ask(tally, of(tally.service), signal)),
      mapBounded(this.tallies, LOGS_AT_ONCE, (tally) => this.#read(tally, of(tally.service), signal)),
    ]);
  }

  report(so: Pick<WindowReport, 'looks' | 'lastedMs' | 'ended'>, { windowMs, intervalMs }: WindowRequest): WindowReport {
    return {
      startedAt: instantAt(this.#startedMs),
      wantedMs: windowMs,
      intervalMs,
      blindLooks: this.#blindLooks,
      ...so,
      services: this.tallies.map((tally) => tally.report(so.lastedMs)),
    };
  }

  /** By the network only, as before the run: a command inside the container would measure how busy the engine is. */
  async #ask(tally: WindowTally, containers: readonly WatchedContainer[], signal: AbortSignal): Promise<void> {
    const { engine, clock, fleet, recorded } = this.#context;
    const { probe } = recorded.get(tally.service.key) ?? tally.service;
    const container = containers.find(({ state }) => state === 'running');
    if (signal.aborted || !container || (probe.kind !== 'http' && probe.kind !== 'tcp')) return;
    const beganMs = clock.now();
    const { good } = await engine.probe(probe, container.id, fleet.settings.health.timeoutMs);
    tally.answer(good ? clock.now() - beganMs : null);
  }

  async #read(tally: WindowTally, containers: readonly WatchedContainer[], signal: AbortSignal): Promise<void> {
    const { watch, engineAheadMs } = this.#context;
    for (const { id, startedAt } of containers) {
      if (startedAt === null || signal.aborted) continue;
      const since = instantAt(this.#startedMs + engineAheadMs);
      const cursor = this.#cursors.get(id) ?? watch.openLog(id, since);
      this.#cursors.set(id, cursor);
      // What cannot be read now is read at the next look.
      await cursor.read((line) => tally.scanner.push(line), { newest: NEWEST_LINES, signal });
    }
  }
}
