import { isMapping } from '../../util/is-mapping.ts';
import { CHECK_KINDS } from './validation-schema.ts';

/**
 * A list of sentences of the older dialect, which never checked them: one with a colon in it is a mapping for YAML, and becomes text again.
 * What is written in the current form stays as it is.
 */
export function asFreeText(value: unknown): unknown {
  return Array.isArray(value) ? value.filter((entry) => entry !== null && entry !== '').map(sentence) : value;
}

function sentence(entry: unknown): unknown {
  if (typeof entry === 'number' || typeof entry === 'boolean') return String(entry);
  if (!isMapping(entry) || CHECK_KINDS.some((kind) => Object.hasOwn(entry, kind))) return entry;
  const parts = Object.entries(entry).map(
    ([key, value]) => `${key}: ${typeof value === 'object' ? JSON.stringify(value) : value}`,
  );
  return parts.length === 0 ? entry : parts.join('; ');
}
