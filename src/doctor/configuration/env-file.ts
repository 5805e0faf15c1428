/** A variable that an env file sets, and the line that does; lines count from 1. */
export interface EnvKey {
  readonly name: string;
  readonly line: number;
}

/** The variables that an env file sets, each once, at the first line that does. Comments and what a value runs on to are passed over. */
export function envKeys(text: string): readonly EnvKey[] {
  const keys = new Map<string, EnvKey>();
  let openQuote: string | null = null;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (openQuote !== null) {
      if (line.includes(openQuote)) openQuote = null;
      continue;
    }
    const [, name, value = ''] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*[=:](.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    if (!keys.has(name)) keys.set(name, { name, line: index + 1 });
    const quote = /^\s*(["'])/.exec(value)?.[1];
    if (quote !== undefined && value.trimStart().indexOf(quote, 1) < 0) openQuote = quote;
  }
  return [...keys.values()];
}

/** The first place in Compose files where a variable is used, comments left out; null = nowhere. Line and column count from 1. */
export function firstUseOf(
  name: string,
  texts: ReadonlyMap<string, string>,
): { readonly file: string; readonly line: number; readonly column: number } | null {
  const use = new RegExp(`(?<!\\$)\\$(?:${name}\\b|\\{${name}\\b)`);
  for (const [file, text] of texts) {
    for (const [index, line] of text.split('\n').entries()) {
      const column = line.trimStart().startsWith('#') ? -1 : line.search(use);
      if (column >= 0) return { file, line: index + 1, column: column + 1 };
    }
  }
  return null;
}
