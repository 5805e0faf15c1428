import type { Event, EventBody } from '../../src/journal/events.ts';
import { projectRun, type RunState } from '../../src/journal/projection.ts';
import { NO_OPTIONS } from '../../src/plan/options.ts';
import type { Plan } from '../../src/plan/types.ts';

const RUN = '20260204_140000';
export const START_MS = Date.parse('2026-02-04T14:00:00.000Z');

/** A service of a made-up run. */
export interface MadeService {
  readonly service: string;
  readonly category: string;
}

/** Events one second apart, numbered as in a journal. */
export function eventsOf(bodies: readonly EventBody[]): readonly Event[] {
  return bodies.map((body, i) => ({ v: 1, seq: i + 1, at: new Date(START_MS + i * 1000).toISOString(), run: RUN, ...body }));
}

/** The start of a run of these services. */
export function started(services: readonly MadeService[]): EventBody {
  return {
    type: 'run-started',
    phase: 'phase1',
    plan: 'abc',
    command: 'rebuild',
    options: NO_OPTIONS,
    services: services.map((s) => ({ ...s, wave: 1 })),
    slipway: '0.1.0',
    engine: { docker: '26.1.5', compose: '2.40.3', buildx: '0.29.1' },
  };
}

/** The intent of a build. */
export function building(service: string): EventBody {
  const fingerprint = { inputs: null, unknown: null, config: '', bases: [] };
  return {
    type: 'step-intent',
    service,
    step: `${service}:build`,
    attempt: 1,
    intent: { kind: 'build', candidate: 'x', fingerprint },
  };
}

/** A service's end; completed and tested unless said otherwise. */
export function settled(service: string, changes: Partial<Extract<EventBody, { type: 'service-settled' }>> = {}): EventBody {
  const body = {
    status: 'completed',
    failure: null,
    image: null,
    tested: 'passed',
    fingerprint: null,
    downtimeMs: null,
  } as const;
  return { type: 'service-settled', service, ...body, ...changes };
}

/** The run that these events tell of. */
export function runOf(bodies: readonly EventBody[]): RunState {
  return projectRun(RUN, eventsOf(bodies));
}

/** As much of a plan as reports look at: every service with its category's risk. */
export function planOf(
  services: readonly MadeService[],
  risk: 'low' | 'medium' | 'high' = 'low',
): Pick<Plan, 'services' | 'untouched'> {
  const planned = services.map(({ service, category }) => ({
    service,
    category,
    risk,
    effectiveRisk: risk,
    critical: false,
    wave: 1,
    cause: { code: 'inputs-changed', text: 'inputs changed' },
    strategy: { order: 'stop-first', why: 'default' },
    steps: [],
    requires: [],
    estimateMs: null,
  })) satisfies Plan['services'];
  return { services: planned, untouched: [] };
}
