/** Whether a value read from YAML or JSON is a mapping (and neither a list nor null). */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
