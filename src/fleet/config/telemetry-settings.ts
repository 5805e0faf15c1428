import type { NotificationSettings, NotificationTarget, OtelSettings } from '../telemetry-types.ts';
import type { ParsedConfig } from './schema.ts';

type ParsedNotification = ParsedConfig['monitoring']['notifications'][number];

/** A notification as the rest of Slipway sees it; that it names exactly one target was checked. */
export function notificationOf(parsed: ParsedNotification): NotificationSettings {
  return { on: [...new Set(parsed.on)], to: targetOf(parsed) };
}

function targetOf({
  webhook,
  webhook_env: name,
  webhook_file: path,
  format = 'json',
  command,
}: ParsedNotification): NotificationTarget {
  if (webhook !== undefined) return { kind: 'webhook', address: { kind: 'url', url: webhook }, format };
  if (name !== undefined) return { kind: 'webhook', address: { kind: 'env', name }, format };
  if (path !== undefined) return { kind: 'webhook', address: { kind: 'file', path }, format };
  return { kind: 'command', command: command! };
}

/** Where traces go; null when they are off. */
export function otelOf(parsed: ParsedConfig['monitoring']['otel']): OtelSettings | null {
  if (parsed === false) return null;
  if (parsed === true) return { endpoint: null, headersEnv: null, timeoutMs: null };
  return { endpoint: parsed.endpoint, headersEnv: parsed.headers_env, timeoutMs: parsed.timeout };
}
