import type { Event } from '../../src/journal/events.ts';
import type { ServiceKey } from '../../src/model/ids.ts';
import { shares } from '../../src/plan/ripples.ts';
import type { Complain } from './simulated-checks.ts';
import type { Chapter } from './simulated-machine.ts';

/**
 * While a run is paused nothing begins but what finishes a replace: to judge it, to roll back, and to make anew what shared something with
 * the container of before. A replace that had left its lane already (it looks at what it replaces before it is recorded) may still be
 * recorded; who finished a step after the pause goes no further.
 */
export function checkPaused({ events, plan, fleet }: Chapter, complain: Complain): void {
  let ended: Set<ServiceKey> | null = null;
  const replaced = new Set<ServiceKey>();
  for (const event of events) {
    if (event.type === 'step-outcome' && event.kind === 'replace' && event.outcome.status === 'done') replaced.add(event.service);
    if (event.type === 'control-received') ended = event.action === 'pause' ? new Set() : null;
    if (ended === null) continue;
    if (event.type === 'step-outcome') ended.add(event.service);
    if (event.type !== 'step-intent' || mayBegin(event, ended, plan?.options.rollback !== undefined)) continue;
    const { dependsOn } = fleet.services.find((s) => s.key === event.service)!;
    const isCutOff = dependsOn.some((edge) => shares(edge) && replaced.has(edge.to));
    if (event.intent.kind !== 'replace' || !isCutOff)
      complain(`${event.step} began (event ${event.seq}) while the run was paused`);
  }
}

function mayBegin(
  { service, intent }: Extract<Event, { type: 'step-intent' }>,
  ended: ReadonlySet<ServiceKey>,
  puttingBack: boolean,
): boolean {
  switch (intent.kind) {
    case 'verify':
      return true;
    case 'rollback':
      return !puttingBack || !ended.has(service);
    case 'replace':
      return !ended.has(service);
    default:
      return false;
  }
}
