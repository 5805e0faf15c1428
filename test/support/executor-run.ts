import type { Fleet } from '../../src/fleet/types.ts';
import type { Event, EventBody } from '../../src/journal/events.ts';
import type { ServiceKey } from '../../src/model/ids.ts';
import { NO_OPTIONS } from '../../src/plan/options.ts';
import { planRebuild } from '../../src/plan/plan.ts';
import type { Observed, Plan, PlanOptions } from '../../src/plan/types.ts';
import type { RunContext } from '../../src/run/context.ts';
import type { Board, Replaced } from '../../src/run/executor/board.ts';
import { executePlan } from '../../src/run/executor/executor.ts';
import { PauseGate } from '../../src/run/executor/pause.ts';
import { StopController } from '../../src/run/executor/stop.ts';
import type { Earlier } from '../../src/run/recovery/placed-earlier.ts';
import { StoredForms } from '../../src/run/rollback/stored-forms.ts';
import { type Clock, systemClock } from '../../src/util/clock.ts';
import { instantAt } from '../../src/util/instant.ts';
import { fingerprintsOf, observedRunning } from './fleet-builder.ts';
import { HandEngine } from './hand-engine.ts';

/** Quick judgement: containers that the hand-operated engine shows as healthy are so at once. */
export const QUICK_HEALTH = { startupGraceMs: 0, intervalMs: 5, timeoutMs: 100, retries: 1, stableForMs: 0 };

/** A run under way on the hand-operated engine. */
export interface HandRun {
  readonly engine: HandEngine;
  readonly stop: StopController;
  readonly pause: PauseGate;
  readonly events: readonly Event[];
  readonly plan: Plan;
  /** Runs the plan to its end. */
  run(): Promise<Board>;
  /** `service: status` of each planned service, in plan order. */
  statuses(): Readonly<Record<string, string>>;
  /** Resolves when an event was recorded that fits. */
  seen(fits: (event: EventBody) => boolean): Promise<void>;
}

/** Plans and prepares a run of a fleet whose services have never been built by Slipway. */
export function handRun(
  fleet: Fleet,
  given: {
    options?: Partial<PlanOptions>;
    observed?: Observed;
    failureLimit?: number;
    clock?: Clock;
    /** Of a run that is continued: what it has put in place before. */
    replaced?: ReadonlyMap<ServiceKey, Replaced>;
    earlier?: ReadonlyMap<ServiceKey, Earlier>;
  } = {},
): HandRun {
  const observed = given.observed ?? observedRunning(fleet);
  const options = { ...NO_OPTIONS, ...given.options };
  const fingerprints = fingerprintsOf(fleet);
  const planned = planRebuild({ fleet, options, observed, fingerprints, records: new Map(), diagnostics: [] });
  if (!planned.ok) throw new Error(JSON.stringify(planned.error));
  const engine = new HandEngine(fleet, observed);
  const stop = new StopController();
  const pause = new PauseGate();
  const events: Event[] = [];
  const waiting: { fits: (event: EventBody) => boolean; resolve: () => void }[] = [];
  const ctx: RunContext = {
    run: '20260202_000000',
    fleet,
    plan: planned.value,
    options,
    forms: new StoredForms(fleet),
    engine,
    clock: given.clock ?? systemClock,
    record: async (body) => {
      events.push({ v: 1, seq: events.length + 1, at: instantAt(Date.now()), run: '20260202_000000', ...body });
      for (const wait of waiting) if (wait.fits(body)) wait.resolve();
    },
    logs: { build: () => {}, test: () => {} },
    stop,
    pause,
    hooks: async () => null,
    storedBefore: async () => null,
  };
  let board: Board | null = null;
  return {
    engine,
    stop,
    pause,
    events,
    plan: planned.value,
    run: async () => {
      const input = {
        records: new Map(),
        fingerprints,
        replaced: given.replaced ?? new Map(),
        tested: new Map(),
        ...(given.earlier && { earlier: given.earlier }),
        failureLimit: given.failureLimit ?? null,
      };
      board = await executePlan(ctx, input);
      return board;
    },
    statuses: () => Object.fromEntries((board?.runs ?? []).map((r) => [r.key, r.final?.status ?? 'none'])),
    seen: (fits) =>
      new Promise((resolve) => {
        if (events.some(fits)) resolve();
        else waiting.push({ fits, resolve });
      }),
  };
}
