/** Milliseconds since 1970 as ISO 8601 in UTC with milliseconds. */
export function instantAt(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** ISO 8601 as milliseconds since 1970; NaN for a text that is no instant. */
export function epochMsOf(instant: string): number {
  return Date.parse(instant);
}
