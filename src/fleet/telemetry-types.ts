/** What a notification can be about. */
export type NotifyOn = 'failure' | 'completion' | 'wave';

/** Somebody to tell how a run goes. */
export interface NotificationSettings {
  readonly on: readonly NotifyOn[];
  readonly to: NotificationTarget;
}

/** Where a notification goes. A webhook's address is a secret: only its host is ever shown. */
export type NotificationTarget =
  | { readonly kind: 'webhook'; readonly address: WebhookAddress; readonly format: 'json' | 'slack' }
  | { readonly kind: 'command'; readonly command: readonly string[] };

/** A webhook's address as written, or the environment variable or file (from the project dir) that holds it. */
export type WebhookAddress =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string };

/** Where traces go; what is null is told by the standard OTEL_EXPORTER_OTLP_* variables. */
export interface OtelSettings {
  readonly endpoint: string | null;
  readonly headersEnv: string | null;
  readonly timeoutMs: number | null;
}
