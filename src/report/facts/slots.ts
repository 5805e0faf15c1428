/** Something that takes a place from its start to its end, milliseconds. */
interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** Gives each span the lowest place that is free at its start, among those of its lane; in the order of the spans, which begin one after the other. */
export function assignSlots<T extends Span>(spans: readonly T[], laneOf: (span: T) => string): readonly number[] {
  const lanes = new Map<string, number[]>();
  return spans.map((span) => {
    const lane = laneOf(span);
    const busyUntil = lanes.get(lane) ?? [];
    lanes.set(lane, busyUntil);
    const free = busyUntil.findIndex((endMs) => endMs <= span.startMs);
    const slot = free === -1 ? busyUntil.length : free;
    busyUntil[slot] = span.endMs;
    return slot;
  });
}
