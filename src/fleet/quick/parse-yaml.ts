import { parseYamlDocument } from '../../util/bounded-yaml.ts';

/** What a YAML text means; null when it cannot be parsed or nests its values too deeply. */
export function parseYaml(text: string): unknown {
  try {
    return parseYamlDocument(text, { logLevel: 'silent', merge: true })?.toJS() ?? null;
  } catch {
    // An alias of nothing, or more of them than anybody writes.
    return null;
  }
}
