const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 30_000;

/** How long to wait after so many failed tries: doubling from a second to half a minute, or as long as the receiver asks for. */
export function waitAfter(tries: number, retryAfterMs: number | null): number {
  const own = Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), MAX_WAIT_MS);
  return Math.max(own, retryAfterMs ?? 0);
}

/** What a Retry-After header asks for (RFC 9110, 10.2.3: seconds or a date), milliseconds from now; null for none and for nonsense. */
export function retryAfter(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const atMs = /[a-z]{3}/i.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}
