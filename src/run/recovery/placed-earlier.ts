import type { RunState } from '../../journal/projection.ts';
import type { ServiceKey } from '../../model/ids.ts';
import type { Plan, PlannedService } from '../../plan/types.ts';
import type { Replaced } from '../executor/board.ts';

/** What a run that is continued had completed before. */
export interface Earlier {
  readonly planned: PlannedService;
  readonly replaced: Replaced;
}

/**
 * Services that this run put in place and completed before it was continued: they are not planned any more, but the run's own to take back,
 * when the scope is wave or run and when what they depend on falls. They keep the wave that they had.
 */
export function placedEarlier(state: RunState, plan: Pick<Plan, 'services'>): ReadonlyMap<ServiceKey, Earlier> {
  if (state.meta?.command !== 'rebuild') return new Map();
  const planned = new Set(plan.services.map((s) => s.service));
  return new Map(
    [...state.services.values()].flatMap(({ service, category, wave, facts, lastSettled }) =>
      facts.replace && lastSettled?.status === 'completed' && !planned.has(service)
        ? [[service, { planned: doneBefore(service, category, wave), replaced: facts.replace }] as const]
        : [],
    ),
  );
}

function doneBefore(service: ServiceKey, category: string, wave: number): PlannedService {
  const cause = { code: 'unchanged', text: 'it was completed before the run was continued' } as const;
  const strategy = { order: 'none', why: '' } as const;
  const rest = { critical: false, cause, strategy, steps: [], requires: [], estimateMs: null };
  return { service, category, wave, risk: 'low', effectiveRisk: 'low', ...rest };
}
