import { basename, dirname, resolve } from 'node:path';
import { isMapping } from '../../util/is-mapping.ts';
import type { ProjectRef } from '../types.ts';
import { outlineOf, sectionOf, unquoted } from './outline.ts';
import { mappingIn, textAt, textOf, textsAt } from './parsed.ts';

/** What the Compose files of a project name, by their text alone. */
export interface ComposeNames {
  readonly services: readonly string[];
  readonly profiles: readonly string[];
}

/** Parsing takes a millisecond for every two hundred characters: larger files in flow style are left alone. */
const PARSED_CHARS = 10_000;

/** The services and profiles of a project's Compose files and of what they include; a name may come twice. */
export async function composeNames({ files }: ProjectRef): Promise<ComposeNames> {
  const seen = new Set<string>();
  return joined(await Promise.all(files.map((file) => namesInFile(file, seen))));
}

/** The project's name as Compose finds it: given, written in the last file that has one, or the folder's (compose-go, loader/normalize.go). */
export function composeProjectName({ name, files, directory }: ProjectRef): string {
  if (name !== '') return name;
  const written = files.map((file) => lineAt(textOf(file), 'name')).filter((one) => one !== null);
  return written.at(-1) ?? fromFolder(directory);
}

/** What stands on the line of a top-level key, or null. */
export function lineAt(text: string, key: string): string | null {
  for (const { path, value } of outlineOf(sectionOf(text, key))) if (path.length === 1) return unquoted(value) || null;
  return null;
}

async function namesInFile(file: string, seen: Set<string>): Promise<ComposeNames> {
  if (seen.has(file)) return joined([]);
  seen.add(file);
  const text = textOf(file);
  const own = namesInBlocks(text);
  const included = (await includesIn(text)).map((path) => namesInFile(resolve(dirname(file), path), seen));
  return joined([own.services.length === 0 ? await namesInFlow(text) : own, ...(await Promise.all(included))]);
}

function namesInBlocks(text: string): ComposeNames {
  const services: string[] = [];
  const profiles: string[] = [];
  for (const { path, value } of outlineOf(text)) {
    const [section, service, key, item] = path;
    if (section !== 'services' || service === undefined || service === '-' || service === '<<') continue;
    if (path.length === 2) services.push(service);
    if (key !== 'profiles') continue;
    if (path.length === 3 && value.startsWith('[')) profiles.push(...value.slice(1, -1).split(','));
    if (path.length === 4 && item === '-') profiles.push(value);
  }
  return { services, profiles: profiles.map((name) => unquoted(name.trim())).filter((name) => name !== '') };
}

async function namesInFlow(text: string): Promise<ComposeNames> {
  const { services } = await mappingIn(text.length > PARSED_CHARS ? '' : text);
  if (!isMapping(services)) return joined([]);
  return { services: Object.keys(services), profiles: Object.values(services).flatMap((one) => textsAt(one, 'profiles')) };
}

/** Compose's `include`: paths, or mappings with one path or several. */
async function includesIn(text: string): Promise<readonly string[]> {
  const { include } = await mappingIn(sectionOf(text, 'include'));
  const entries: readonly unknown[] = Array.isArray(include) ? include : [];
  return entries.flatMap((entry) =>
    typeof entry === 'string' ? [entry] : [textAt(entry, 'path') ?? [], textsAt(entry, 'path')].flat(),
  );
}

function joined(all: readonly ComposeNames[]): ComposeNames {
  return { services: all.flatMap((names) => names.services), profiles: all.flatMap((names) => names.profiles) };
}

function fromFolder(directory: string): string {
  const name = basename(directory).toLowerCase();
  return name.replace(/[^a-z0-9_-]/g, '').replace(/^[_-]+/, '');
}
