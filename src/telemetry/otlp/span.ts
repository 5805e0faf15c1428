import { createHash } from 'node:crypto';

/** What an attribute can hold; null ones are left out. */
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** How a span is pointed to. */
export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
}

/** A finished span. Times are milliseconds since 1970. */
export interface Span extends SpanLink {
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: 'server' | 'internal';
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  /** Null = neither good nor bad. */
  readonly status: { readonly code: 'ok' } | { readonly code: 'error'; readonly message: string } | null;
  readonly links: readonly SpanLink[];
  readonly events: readonly { readonly name: string; readonly atMs: number; readonly attributes: Attributes }[];
}

/** The id of a trace, 32 hex digits: the same whenever it is made from the same texts. */
export function traceIdOf(...texts: readonly string[]): string {
  return digest(texts).slice(0, 32);
}

/** The id of a span within a trace, 16 hex digits. */
export function spanIdOf(traceId: string, ...texts: readonly string[]): string {
  return digest([traceId, ...texts]).slice(0, 16);
}

function digest(texts: readonly string[]): string {
  return createHash('sha256').update(texts.join('\0')).digest('hex');
}
