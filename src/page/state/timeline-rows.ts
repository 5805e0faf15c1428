import type { ServiceKey, StepId } from '../../model/ids.ts';
import type { StepKind } from '../../plan/types.ts';
import { STEP_KINDS } from '../../report/facts/lanes.ts';
import type { Timeline, TimelineBar } from '../../report/facts/timeline.ts';

/** A bar, and whose it is. */
export interface ShownBar extends TimelineBar {
  readonly service: ServiceKey;
  readonly critical: boolean;
}

/** A line of the timeline: a service, or one place of a lane. */
export interface ShownRow {
  readonly key: string;
  readonly label: string;
  /** Of a line that is a service's. */
  readonly service: ServiceKey | null;
  /** Of a line that is a lane's. */
  readonly kind: StepKind | null;
  readonly bars: readonly ShownBar[];
}

/** A line for each service, in the order in which they began. */
export function rowsByService({ rows, criticalPath }: Timeline): readonly ShownRow[] {
  const critical = new Set(criticalPath);
  return rows.map(({ service, bars }) => ({
    key: service,
    label: service,
    service,
    kind: null,
    bars: bars.map((bar) => shown(bar, service, critical)),
  }));
}

/** A line for each place of each lane: how many steps of a kind went on at once, and which. */
export function rowsByLane({ rows, criticalPath }: Timeline): readonly ShownRow[] {
  const critical = new Set(criticalPath);
  const lanes = new Map<string, ShownBar[]>();
  for (const { service, bars } of rows) {
    for (const bar of bars) {
      const key = `${bar.kind} ${bar.slot + 1}`;
      const lane = lanes.get(key) ?? [];
      lanes.set(key, lane);
      lane.push(shown(bar, service, critical));
    }
  }
  const found = [...lanes].map(([key, bars]) => ({
    key,
    label: key,
    service: null,
    kind: bars[0]!.kind,
    slot: bars[0]!.slot,
    bars,
  }));
  return found.sort((a, b) => STEP_KINDS.indexOf(a.kind) - STEP_KINDS.indexOf(b.kind) || a.slot - b.slot);
}

function shown(bar: TimelineBar, service: ServiceKey, critical: ReadonlySet<StepId>): ShownBar {
  return { ...bar, service, critical: critical.has(bar.step) };
}
