import { type ComposeSource, readComposeSource } from '../../fleet/compose-source.ts';
import type { Place } from '../../model/diagnostic.ts';
import { escapeRegExp } from '../../util/escape-regexp.ts';
import type { HeldSecret } from './held-secrets.ts';

/** Where a setting stands in the Compose files, and whether its value stands there too or comes from somewhere else. */
export interface Written {
  readonly place: Place;
  readonly as: 'literal' | 'variable';
}

/** A Compose file with its places. */
export interface WrittenFile {
  readonly path: string;
  readonly source: ComposeSource;
}

/** Reads Compose files for the places of what stands in them; what is no YAML has none. */
export function readWritten(files: readonly string[]): readonly WrittenFile[] {
  return files.filter((path) => /\.ya?ml$/i.test(path)).map((path) => ({ path, source: readComposeSource([path]) }));
}

/** Where a secret is written; null = in no Compose file, so that it comes from an env file or from outside. The last file counts most. */
export function findWritten(files: readonly WrittenFile[], secret: HeldSecret): Written | null {
  for (const { source } of files.toReversed()) {
    const found = atItsPath(source, secret) ?? null;
    if (found) return found;
  }
  // Anchors, merged keys, and services that extend another or were included under their own file.
  for (const file of files.toReversed()) {
    const found = byItsKey(file, secret);
    if (found) return found;
  }
  return null;
}

function atItsPath(source: ComposeSource, { service, path, value }: HeldSecret): Written | null {
  const full = service === null ? path : ['services', service, ...path];
  const written = source.value(full);
  if (written !== undefined) return { place: source.place(full), as: formOf(textOf(written), value) };
  const key = full.at(-1)!;
  const list = source.value(full.slice(0, -1));
  if (!Array.isArray(list)) return null;
  const index = list.findIndex((item) => typeof item === 'string' && (item === key || item.startsWith(`${key}=`)));
  if (index < 0) return null;
  const text = String(list[index]).slice(key.length + 1);
  return { place: source.place([...full.slice(0, -1), index]), as: formOf(text, value) };
}

/** A line that sets a key of that name to just this value. */
function byItsKey({ path: file, source }: WrittenFile, { path, value }: HeldSecret): Written | null {
  const key = path.at(-1)!;
  const setting = new RegExp(`(^|[\\s{,"'-])(${escapeRegExp(key)})["']?\\s*[:=]\\s*(.*)$`);
  for (const [index, line] of [...(source.texts.get(file)?.split('\n') ?? []).entries()]) {
    const found = setting.exec(line);
    if (!found || line.trimStart().startsWith('#')) continue;
    const [, before = '', , rest = ''] = found;
    const as = formOf(rest, value);
    if (as === 'literal' && !rest.includes(value)) continue;
    return { place: { file, line: index + 1, column: found.index + before.length + 1 }, as };
  }
  return null;
}

/** A value that is filled in is no literal, unless what it falls back to is what came out. */
function formOf(written: string, value: string): Written['as'] {
  const filledIn = /(?<!\$)\$(?:[A-Za-z_]|\{)/.test(written);
  if (!filledIn) return written.trim() === '' ? 'variable' : 'literal';
  const defaults = [...written.matchAll(/\$\{\w+:?-([^}$]+)\}/g)].map(([, text]) => text!);
  const around = written.replaceAll(/\$\{[^}]*\}|\$\w+/g, '');
  const stillThere = [...defaults.filter((text) => value.includes(text)), ...passwordIn(around)];
  return stillThere.length > 0 ? 'literal' : 'variable';
}

/** A password that stands between variables: `postgres://$USER:so-secret@$HOST`. */
function passwordIn(text: string): readonly string[] {
  return [...text.matchAll(/:\/\/[^\s/?#:@]*:([^\s/?#@]+)@/g)].map(([, password]) => password!);
}

function textOf(written: unknown): string {
  if (Array.isArray(written)) return written.map(String).join(' ');
  return written === null ? '' : String(written);
}
