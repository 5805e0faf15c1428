import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import dockerIgnore from '@balena/dockerignore';

/** Decides what of a context never reaches the builder; paths are relative to it, with `/`. */
export interface Ignore {
  readonly ignores: (path: string) => boolean;
  /** Whether nothing below an ignored folder can come back through a `!` line. */
  readonly prunes: (folder: string) => boolean;
  /** Equal for ignore files of equal meaning. */
  readonly id: string;
}

/** Nothing is ignored. */
export const IGNORE_NOTHING: Ignore = { ignores: () => false, prunes: () => true, id: '' };

/** The ignore file of a build: `<dockerfile>.dockerignore` beside the Dockerfile, else `.dockerignore` of the context. */
export function readIgnore(context: string, dockerfile: string | null): Ignore {
  const own = dockerfile === null ? null : join(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`);
  const path = [own, join(context, '.dockerignore')].find((file) => file !== null && existsSync(file));
  return path ? parseIgnore(readFileSync(path, 'utf8')) : IGNORE_NOTHING;
}

/** The rules of an ignore file, as Docker matches them; a line that the matcher cannot read ignores nothing. */
export function parseIgnore(text: string): Ignore {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter(isReadable);
  if (lines.length === 0) return IGNORE_NOTHING;
  const matcher = dockerIgnore.default({ ignorecase: false }).add(lines);
  const returning = lines.filter((line) => line.startsWith('!')).map((line) => literalStart(line.slice(1).trim()));
  return {
    ignores: (path) => matcher.ignores(path),
    prunes: (folder) => !returning.some((start) => start.startsWith(`${folder}/`) || `${folder}/`.startsWith(start)),
    id: lines.join('\n'),
  };
}

/** The part of a pattern before its first wildcard. */
function literalStart(pattern: string): string {
  return pattern.replace(/^\.?\//, '').replace(/[*?[\\].*$/, '');
}

function isReadable(line: string): boolean {
  if (line.trim() === '' || line.startsWith('#')) return false;
  try {
    dockerIgnore.default({ ignorecase: false }).add([line]).ignores('a/b');
    return true;
  } catch {
    return false;
  }
}
