import { parse } from 'yaml';

/** What a YAML text means; null when it cannot be parsed. */
export function parseYaml(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent', merge: true });
  } catch {
    return null;
  }
}
