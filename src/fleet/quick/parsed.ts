import { readFileSync, statSync } from 'node:fs';
import { isMapping } from '../../util/is-mapping.ts';

/** What a small YAML text means; nothing when it cannot be parsed or is no mapping. The parser is loaded only when there is something to parse. */
export async function mappingIn(text: string): Promise<Readonly<Record<string, unknown>>> {
  if (text === '') return {};
  const { parseYaml } = await import('./parse-yaml.ts');
  const value = parseYaml(text);
  return isMapping(value) ? value : {};
}

/** A file's text; empty when it cannot be read. A pipe is left alone: whoever types would wait for its writer. */
export function textOf(path: string): string {
  try {
    return statSync(path).isFile() ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}

/** The text at a key, or null. */
export function textAt(value: unknown, key: string): string | null {
  const found = isMapping(value) ? value[key] : null;
  return typeof found === 'string' && found !== '' ? found : null;
}

/** The texts of the list at a key. */
export function textsAt(value: unknown, key: string): readonly string[] {
  const found = isMapping(value) ? value[key] : null;
  return Array.isArray(found) ? found.filter((one): one is string => typeof one === 'string') : [];
}
