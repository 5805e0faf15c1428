import type { Event } from '../../src/journal/events.ts';

/** What an append is called by which a crash test dies: `web:replace:intent`, `web:replace:outcome`; null for all other events. */
export function momentOf(event: Event): string | null {
  if (event.type === 'step-intent') return `${event.service}:${event.intent.kind}:intent`;
  return event.type === 'step-outcome' ? `${event.service}:${event.kind}:outcome` : null;
}
