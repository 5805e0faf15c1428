/** Top-level keys of the older dialect and what they are called now. */
const OLDER_KEYS: ReadonlyMap<string, string> = new Map([
  ['library_upgrades', 'libraries'],
  ['service_categories', 'categories'],
  ['batch_config', 'batch'],
  ['health_checks', 'health'],
  ['context7_integration', 'context7'],
]);

const CURRENT_KEYS = [
  'fleet',
  'categories',
  'batch',
  'timeouts',
  'retry',
  'buildkit',
  'resources',
  'health',
  'replace',
  'backup',
  'doctor',
  'libraries',
  'context7',
  'hooks',
];

/** The current name of a top-level key that only the older dialect has. */
export function olderNameOf(key: string): string | undefined {
  return OLDER_KEYS.get(key);
}

/** Older when a key of the older dialect stands at the top and none that only the current form has. */
export function dialectOf(topLevel: Readonly<Record<string, unknown>>): 'current' | 'older' {
  const keys = Object.keys(topLevel);
  const older = keys.some((key) => OLDER_KEYS.has(key));
  return older && !keys.some((key) => CURRENT_KEYS.includes(key)) ? 'older' : 'current';
}
