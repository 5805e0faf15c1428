import type { NotificationTarget, OtelSettings } from '../../fleet/telemetry-types.ts';
import { assertNever } from '../../util/assert.ts';
import { merged, type Notification } from '../notify/notification.ts';

/** Where letters go, as configured: what an environment variable or a file holds is looked up at each delivery and never written down. */
export type Destination = NotificationTarget | { readonly kind: 'otlp'; readonly settings: OtelSettings };

/** Something to be delivered. `id` is the same at every try. */
export type Letter =
  | { readonly kind: 'notification'; readonly id: string; readonly notification: Notification }
  | { readonly kind: 'trace'; readonly id: string; readonly body: string };

/** What became of a try. `failed` may go better the next time, `refused` will not. */
export type Sent =
  /** `remark`: what the receiver said about it. */
  | { readonly kind: 'delivered'; readonly remark: string | null }
  | { readonly kind: 'failed'; readonly why: string; readonly retryAfterMs: number | null }
  | { readonly kind: 'refused'; readonly why: string };

/** Delivers one letter once. Never rejects; aborting ends it soon. */
export type Deliver = (destination: Destination, letter: Letter, signal: AbortSignal) => Promise<Sent>;

/** How a destination is called in messages: never with a path, a query or an argument, which may be secrets. */
export function nameOf(destination: Destination): string {
  switch (destination.kind) {
    case 'webhook':
      return `the webhook ${addressName(destination.address)}`;
    case 'command':
      return `the command ${destination.command[0] ?? ''}`;
    case 'otlp':
      return 'the collector of traces';
    default:
      return assertNever(destination);
  }
}

function addressName(address: Extract<Destination, { kind: 'webhook' }>['address']): string {
  switch (address.kind) {
    case 'url':
      return `at ${new URL(address.url).host}`;
    case 'env':
      return `of ${address.name}`;
    case 'file':
      return `of ${address.path}`;
    default:
      return assertNever(address);
  }
}

/** Two letters that wait as one, where that says the same. */
export function joined(earlier: Letter, later: Letter): Letter | null {
  if (earlier.kind !== 'notification' || later.kind !== 'notification') return null;
  const notification = merged(earlier.notification, later.notification);
  return notification && { ...later, notification };
}
