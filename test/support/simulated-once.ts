import type { Event } from '../../src/journal/events.ts';
import type { ServiceKey, StepId } from '../../src/model/ids.ts';
import type { StepKind } from '../../src/plan/types.ts';
import type { Complain } from './simulated-checks.ts';

/** Steps whose effect must not happen a second time; to look once more at whether a service is well harms nobody. */
const EFFECTS: ReadonlySet<StepKind> = new Set(['build', 'test', 'replace']);

/** Whether there is a reason to do a step again that succeeded at one event, at a later one. */
export type Excuse = (again: Extract<Event, { type: 'step-intent' }>, succeeded: Event) => boolean;

/**
 * Nothing with a recorded success runs twice in a run, however often it is continued. What failed afterwards may be done anew, and so may what
 * is excused: somebody edited it meanwhile, or it went down.
 */
export function checkOnce(events: readonly Event[], excuse: Excuse, complain: Complain): void {
  const succeeded = new Map<StepId, Event>();
  const backedUp = new Map<ServiceKey, string>();
  for (const event of events) {
    if (event.type === 'step-outcome' && event.outcome.status === 'done' && EFFECTS.has(event.kind))
      succeeded.set(event.step, event);
    if (event.type === 'service-settled' && event.status !== 'completed' && event.status !== 'pending') {
      for (const step of [...succeeded.keys()]) if (step.startsWith(`${event.service}:`)) succeeded.delete(step);
    }
    if (event.type !== 'step-intent') continue;
    if (event.intent.kind === 'rollback') succeeded.delete(`${event.service}:replace`);
    const before = succeeded.get(event.step);
    if (before && !excuse(event, before))
      complain(`${event.step} succeeded (event ${before.seq}) and is done again (event ${event.seq})`);
    if (event.intent.kind === 'backup') {
      const kept = backedUp.get(event.service);
      if (kept !== undefined && kept !== event.intent.image)
        complain(`${event.service}: the backup is made anew of another image`);
      backedUp.set(event.service, event.intent.image);
    }
  }
}
