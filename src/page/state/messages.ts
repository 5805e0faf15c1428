import type { Event } from '../../journal/events.ts';
import type { RunId } from '../../model/ids.ts';
import type { FleetSample } from '../../model/usage.ts';

/** What the server's stream says, one message after the other. */
export type StreamMessage =
  | { readonly type: 'run'; readonly run: RunId | null; readonly live: boolean }
  | { readonly type: 'events'; readonly events: readonly Event[] }
  | { readonly type: 'sample'; readonly sample: FleetSample }
  | { readonly type: 'live'; readonly live: boolean }
  | { readonly type: 'problem'; readonly message: string };

/** A server-sent event as a message; null for a kind that this page does not know, so that a newer server can say more. */
export function readMessage({
  event,
  data,
}: {
  readonly event?: string | undefined;
  readonly data: string;
}): StreamMessage | null {
  switch (event) {
    case 'run': {
      const { run, live } = JSON.parse(data) as { run: RunId | null; live: boolean };
      return { type: 'run', run, live };
    }
    case 'events':
      return { type: 'events', events: JSON.parse(data) as Event[] };
    case 'sample':
      return { type: 'sample', sample: JSON.parse(data) as FleetSample };
    case 'live':
      return { type: 'live', live: (JSON.parse(data) as { live: boolean }).live };
    case 'problem':
      return { type: 'problem', message: (JSON.parse(data) as { message: string }).message };
    default:
      return null;
  }
}
