/** A stretch of time, milliseconds. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The shortest stretch that can be zoomed to. */
const SHORTEST_MS = 1000;

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const STEPS_MS = [
  S,
  2 * S,
  5 * S,
  10 * S,
  15 * S,
  30 * S,
  M,
  2 * M,
  5 * M,
  10 * M,
  15 * M,
  30 * M,
  H,
  2 * H,
  6 * H,
  12 * H,
  24 * H,
];

/** The instants of an axis, counted from `beganMs`: round ones, some `atMost` of them. */
export function ticksOf({ fromMs, toMs }: Span, beganMs: number, atMost: number): readonly number[] {
  const stepMs = STEPS_MS.find((step) => (toMs - fromMs) / step <= atMost) ?? STEPS_MS.at(-1)!;
  const first = Math.ceil((fromMs - beganMs) / stepMs);
  const count = Math.floor((toMs - beganMs) / stepMs) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => beganMs + (first + i) * stepMs);
}

/** The span made `factor` times as long around an instant, and kept within `whole`; null = it is the whole. */
export function zoomed(span: Span, by: { readonly factor: number; readonly aroundMs: number }, whole: Span): Span | null {
  const { factor, aroundMs } = by;
  const lengthMs = Math.max(SHORTEST_MS, (span.toMs - span.fromMs) * factor);
  if (lengthMs >= whole.toMs - whole.fromMs) return null;
  const share = (aroundMs - span.fromMs) / (span.toMs - span.fromMs);
  return within({ fromMs: aroundMs - lengthMs * share, toMs: aroundMs + lengthMs * (1 - share) }, whole);
}

/** The span moved by a share of its length, and kept within `whole`. */
export function moved(span: Span, share: number, whole: Span): Span {
  const byMs = (span.toMs - span.fromMs) * share;
  return within({ fromMs: span.fromMs + byMs, toMs: span.toMs + byMs }, whole);
}

/** Where a bar stands on the span, in hundredths of its length; null = out of sight. */
export function placed(bar: { readonly startMs: number; readonly endMs: number }, { fromMs, toMs }: Span): Place | null {
  if (bar.endMs < fromMs || bar.startMs > toMs) return null;
  const lengthMs = toMs - fromMs;
  const startMs = Math.max(bar.startMs, fromMs);
  const endMs = Math.min(bar.endMs, toMs);
  return { left: ((startMs - fromMs) / lengthMs) * 100, width: ((endMs - startMs) / lengthMs) * 100 };
}

export interface Place {
  readonly left: number;
  readonly width: number;
}

function within({ fromMs, toMs }: Span, whole: Span): Span {
  const byMs = Math.max(0, whole.fromMs - fromMs) - Math.max(0, toMs - whole.toMs);
  return { fromMs: fromMs + byMs, toMs: toMs + byMs };
}
