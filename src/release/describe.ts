import type { Drift } from './drift.ts';

/** What drifted, in words: settings with the names in them, never their values. */
export function describeDrift(drift: readonly Drift[]): string {
  const settings = drift.map(({ field, names }) => (names.length === 0 ? field : `${field} (${names.join(', ')})`));
  return `it does not run as its files say: ${settings.join('; ')}. The release keeps the container's own settings`;
}
