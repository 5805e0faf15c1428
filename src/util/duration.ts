const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

/** A written duration: numbers with units, longest unit first, such as `600s`, `1m30s`, `1.5h`, `500ms`. */
export const DURATION_PATTERN = /^(?=.)(\d+(?:\.\d+)?d)?(\d+(?:\.\d+)?h)?(\d+(?:\.\d+)?m(?!s))?(\d+(?:\.\d+)?s)?(\d+ms)?$/;

/** The longest span a Node timer can wait; anything longer would fire at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** Milliseconds of a written duration, rounded; null when it is not one. */
export function parseDuration(text: string): number | null {
  const match = DURATION_PATTERN.exec(text);
  if (!match) return null;
  const units = Object.values(UNIT_MS);
  const ms = match.slice(1).reduce((sum, part, i) => sum + (part ? Number.parseFloat(part) * units[i]! : 0), 0);
  return Number.isFinite(ms) ? Math.round(ms) : null;
}

/** Milliseconds as a written duration that `parseDuration` reads back, such as `1m30s`; `0s` for nothing. */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms);
  if (rest === 0) return '0s';
  let text = '';
  for (const [unit, unitMs] of Object.entries(UNIT_MS)) {
    const count = Math.floor(rest / unitMs);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * unitMs;
  }
  return text;
}
