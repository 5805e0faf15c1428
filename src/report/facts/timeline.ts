import type { StepOutcome } from '../../journal/events.ts';
import type { RunState } from '../../journal/projection.ts';
import type { ServiceState } from '../../journal/service-state.ts';
import type { ServiceKey, StepId } from '../../model/ids.ts';
import type { Plan, StepKind } from '../../plan/types.ts';
import { epochMsOf } from '../../util/instant.ts';
import { asOfMs, goesOn, type Moment } from './as-of.ts';
import { criticalPath } from './critical-path.ts';
import { openSteps } from './open-steps.ts';
import { assignSlots } from './slots.ts';

/** A step in time, milliseconds since 1970. */
export interface TimelineBar {
  readonly step: StepId;
  readonly kind: StepKind;
  readonly startMs: number;
  /** Of a step that has not ended: the instant of the timeline. */
  readonly endMs: number;
  /** Null = not ended. */
  readonly outcome: StepOutcome['status'] | null;
  readonly open: boolean;
  /** The place in the lane of its kind, from 0: steps of one kind at the same time have different ones. */
  readonly slot: number;
}

/** A service in time; its bars in the order of their starts. */
interface TimelineRow {
  readonly service: ServiceKey;
  /** The place of the whole service, from its first start to its last end, from 0. */
  readonly slot: number;
  readonly bars: readonly TimelineBar[];
}

/** A run in time (Gantt). Of a step that was done again only the last time is known. */
export interface Timeline {
  /** Services of which a step was begun, in the order of their first starts. */
  readonly rows: readonly TimelineRow[];
  /** The steps that made the run take as long as it did, in the order in which they were done: each could only begin when the one before ended. */
  readonly criticalPath: readonly StepId[];
  readonly beganMs: number;
  readonly endMs: number;
}

/** The timeline of a run at that moment; without a plan the critical path is that of one service. */
export function timelineOf(state: RunState, plan: Pick<Plan, 'services'> | null, moment: Moment): Timeline {
  const endMs = asOfMs(state, moment);
  const bars = [...state.services.values()].flatMap((service) =>
    barsOf(service, { parts: state.parts, goesOn: goesOn(state, moment), nowMs: endMs }),
  );
  bars.sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  const shown = bars.filter((bar) => bar.outcome !== 'not-needed');
  const slots = assignSlots(shown, (bar) => bar.kind);
  const groups = new Map<ServiceKey, TimelineBar[]>();
  shown.forEach((bar, i) => {
    const { service, ...rest } = bar;
    const group = groups.get(service);
    if (group) group.push({ ...rest, slot: slots[i]! });
    else groups.set(service, [{ ...rest, slot: slots[i]! }]);
  });
  const rows = [...groups].map(([service, own]) => ({ service, bars: own, startMs: own[0]!.startMs, endMs: lastEnd(own) }));
  const places = assignSlots(rows, () => 'service');
  return {
    rows: rows.map(({ service, bars: own }, i) => ({ service, slot: places[i]!, bars: own })),
    criticalPath: criticalPath(bars, plan).filter((step) => shown.some((bar) => bar.step === step)),
    beganMs: state.startedAt === null ? endMs : epochMsOf(state.startedAt),
    endMs,
  };
}

type PlacedStep = Omit<TimelineBar, 'slot'> & { readonly service: ServiceKey };

function barsOf({ service, steps, open }: ServiceState, at: Parameters<typeof openSteps>[1]): PlacedStep[] {
  const running = openSteps({ steps, open }, at);
  const ended = steps.filter((s) => !running.some((o) => o.step === s.step));
  return [
    ...ended.map(({ step, kind, at, durationMs, outcome }) => {
      const endMs = epochMsOf(at);
      return { service, step, kind, startMs: endMs - durationMs, endMs, outcome: outcome.status, open: false };
    }),
    ...running.map(({ step, intent, startMs, endMs, isUnderWay }) => {
      const outcome = isUnderWay ? null : 'interrupted';
      return { service, step, kind: intent.kind, startMs, endMs, outcome, open: isUnderWay } as const;
    }),
  ];
}

function lastEnd(bars: readonly TimelineBar[]): number {
  return bars.reduce((last, bar) => Math.max(last, bar.endMs), 0);
}
