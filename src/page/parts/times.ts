/** A moment of today as people say it, by this machine's clock: `14:02:31`. */
export function clockTime(epochMs: number): string {
  return TIME.format(epochMs);
}

/** A moment of any day: `4 Feb 2026, 14:02`. */
export function dayTime(epochMs: number): string {
  return DAY.format(epochMs);
}

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
