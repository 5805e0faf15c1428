import type { Diagnostic, Place } from '../../model/diagnostic.ts';
import type { ComposeSource } from '../compose-source.ts';

/** What Compose itself warns of while it renders a project, each once, with its place where that can be told. */
export function remarkComposeWarnings(source: ComposeSource, warnings: readonly string[]): Diagnostic[] {
  return [...new Set(warnings)].map((warning) => {
    const variable = /^The "?([A-Za-z_]\w*)"? variable is not set/.exec(warning)?.[1];
    if (variable !== undefined) return unsetVariable(source, variable, sentence(warning));
    const [file, text] = withoutFile(source, warning);
    const attribute = /the attribute `(\w+)` is obsolete/.exec(text)?.[1];
    const place = attribute === undefined ? {} : source.place([attribute]);
    return { code: 'compose-warning', severity: 'warning', message: sentence(text), ...file, ...place };
  });
}

function unsetVariable(source: ComposeSource, name: string, message: string): Diagnostic {
  const remedy = `set it in the environment or an env file, or give it a default: \${${name}:-}`;
  return { code: 'variable-not-set', severity: 'warning', message, ...firstUse(source, name), remedy };
}

/** Where the variable is first used; nothing when it comes from an included or extended file. */
export function firstUse({ texts }: ComposeSource, name: string): Partial<Place> {
  const use = new RegExp(`(?<!\\$)\\$(?:${name}\\b|\\{${name}\\b)`);
  for (const [file, text] of texts) {
    const lines = text.split('\n');
    const index = lines.findIndex((line) => use.test(line) && !line.trimStart().startsWith('#'));
    if (index >= 0) return { file, line: index + 1, column: lines[index]!.search(use) + 1 };
  }
  return {};
}

/** Compose writes the file before some of its remarks. */
function withoutFile({ texts }: ComposeSource, warning: string): [Partial<Place>, string] {
  const file = [...texts.keys()].find((path) => warning.startsWith(`${path}: `));
  return file === undefined ? [{}, warning] : [{ file }, warning.slice(file.length + 2)];
}

function sentence(text: string): string {
  return text.trim().replace(/\.$/, '');
}
