import { realpathSync } from 'node:fs';
import { basename, delimiter, join, relative } from 'node:path';
import { shellLine } from '../util/shell-words.ts';

/** Where a command line was typed: `path` is the variable PATH. */
interface Typed {
  readonly cwd: string;
  readonly path: string;
}

/**
 * How to call again what was started as this script, to be pasted: `slipway` only where a shell finds the same one by that name, and not, say,
 * the package that a fleet's scripts have found in node_modules.
 */
export function selfFrom(script: string, { cwd, path }: Typed): string {
  if (script === '') return 'slipway';
  const near = relative(cwd, script);
  const place = near.startsWith('..') && near.length > script.length ? script : near;
  if (basename(script) !== 'slipway') return shellLine(['node', place]);
  if (isFirstOn(path, script)) return 'slipway';
  return shellLine([place.includes('/') ? place : `./${place}`]);
}

function isFirstOn(path: string, script: string): boolean {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  const found = folders.map((folder) => realPathOf(join(folder, 'slipway'))).find((real) => real !== null);
  return found !== undefined && found === realPathOf(script);
}

function realPathOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
