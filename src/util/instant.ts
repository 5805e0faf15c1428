/** Milliseconds since 1970 as ISO 8601 in UTC with milliseconds. */
export function instantAt(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** ISO 8601 as milliseconds since 1970; NaN for a text that is no instant. */
export function epochMsOf(instant: string): number {
  return Date.parse(instant);
}

/** An instant for people, to the second: `2026-02-04 14:00:00 UTC`. */
export function utcText(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
}
