import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** `$NAME`, `${NAME}`, `${NAME-x}` and `${NAME:-x}`. */
const VARIABLE = /\$(?:(\w+)|\{(\w+)(?:(:?-)([^}]*))?\})/g;

/**
 * What env files set, the later over the earlier, with variables in the values filled in, as Compose does for its own settings. A file
 * that cannot be read sets nothing; a variable that no file sets, or that stands for itself, is empty.
 */
export function readEnvFiles(files: readonly string[]): Readonly<Record<string, string>> {
  const written = new Map(files.flatMap((file) => Object.entries(parseEnv(readText(file)))));
  return Object.fromEntries([...written.keys()].map((name) => [name, settledValue(name, written, [])]));
}

function settledValue(name: string, written: ReadonlyMap<string, string | undefined>, within: readonly string[]): string {
  const value = within.includes(name) ? '' : (written.get(name) ?? '');
  return value.replace(VARIABLE, (_, bare?: string, braced?: string, operator?: string, otherwise = '') => {
    const meant = bare ?? braced!;
    const known = settledValue(meant, written, [...within, name]);
    return !written.has(meant) || (known === '' && operator === ':-') ? otherwise : known;
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return '';
    throw error;
  }
}
