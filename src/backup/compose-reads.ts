import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Project } from '../fleet/types.ts';
import { parseYamlDocument } from '../util/bounded-yaml.ts';
import { isMapping } from '../util/is-mapping.ts';
import { interpolate } from './interpolate.ts';

/** What Compose reads of a project; absolute paths. `unknown`: paths that are written with variables nobody knows. */
export interface ComposeReads {
  readonly files: readonly string[];
  readonly unknown: readonly string[];
}

/**
 * Every file that Compose reads for a project: its Compose files and those that they include or extend, env files, and files of secrets and
 * configs. Compose renders all that into one model and does not say from where, so the files are read for it, leniently: what is not there
 * is none of them.
 */
export function composeReads(project: Project, env: Readonly<Record<string, string | undefined>>): ComposeReads {
  const dotEnv = resolve(project.directory, '.env');
  const envFiles = project.envFiles.length > 0 ? project.envFiles : [dotEnv];
  const variables = { ...Object.assign({}, ...envFiles.map(readEnv)), ...env };
  const reader = new Reader(variables);
  for (const file of [...envFiles, dotEnv]) reader.take(file);
  for (const file of project.files) reader.compose(file, project.directory);
  for (const file of modelFiles(project)) reader.take(file);
  return { files: [...reader.files].sort(), unknown: [...reader.unknown].sort() };
}

class Reader {
  readonly files = new Set<string>();
  readonly unknown = new Set<string>();
  readonly #read = new Set<string>();
  readonly #variables: Readonly<Record<string, string | undefined>>;

  constructor(variables: Readonly<Record<string, string | undefined>>) {
    this.#variables = variables;
  }

  take(path: string): boolean {
    if (!isFile(path)) return false;
    this.files.add(path);
    return true;
  }

  /** A Compose file with all that it names. */
  compose(path: string, directory: string): void {
    if (this.#read.has(path) || !this.take(path)) return;
    this.#read.add(path);
    const content = parsed(path);
    // Compose resolves most paths from the project's folder and some from that of the file: the one that exists is meant.
    const bases = [directory, dirname(path)];
    for (const one of list(at(content, 'include'))) this.#include(one, bases);
    for (const service of Object.values(mappingOf(at(content, 'services')))) {
      this.#named([at(at(service, 'extends'), 'file')], bases, (found) => this.compose(found, dirname(found)));
      for (const one of list(at(service, 'env_file'))) this.#named([isMapping(one) ? one.path : one], bases);
      this.#named(list(at(service, 'label_file')), bases);
    }
  }

  #include(one: unknown, bases: readonly string[]): void {
    const spec = isMapping(one) ? one : { path: one };
    const own = this.#paths([spec.project_directory], bases)[0];
    this.#named(list(spec.path), bases, (found) => this.compose(found, own ?? dirname(found)));
    const [first] = this.#paths(list(spec.path), bases);
    this.#named(list(spec.env_file), bases);
    if (first !== undefined) this.take(resolve(own ?? dirname(first), '.env'));
  }

  #named(names: readonly unknown[], bases: readonly string[], take: (path: string) => void = (path) => this.take(path)): void {
    for (const path of this.#paths(names, bases)) take(path);
  }

  #paths(names: readonly unknown[], bases: readonly string[]): readonly string[] {
    return names.flatMap((name) => {
      if (typeof name !== 'string' || name === '') return [];
      const filled = interpolate(name, this.#variables);
      if (filled === null) this.unknown.add(name);
      const candidates = filled === null ? [] : bases.map((base) => resolve(base, filled));
      return [candidates.find((path) => statOf(path) !== null) ?? candidates[0]].filter((path) => path !== undefined);
    });
  }
}

/** Files of secrets and configs, which Compose renders as absolute paths. */
function modelFiles({ model }: Project): readonly string[] {
  const named = ['secrets', 'configs'].flatMap((key) => Object.values(mappingOf(model[key])));
  return named
    .map((one) => at(one, 'file'))
    .filter((file) => typeof file === 'string')
    .map(unescaped);
}

/** A path as it is: a rendered model has each dollar twice. */
export function unescaped(path: string): string {
  return path.replaceAll('$$', '$');
}

function parsed(path: string): unknown {
  try {
    return parseYamlDocument(readFileSync(path, 'utf8'), { merge: true, logLevel: 'silent' })?.toJS() ?? null;
  } catch {
    // Compose has read it, so it is right in a way that this reader does not know.
    return {};
  }
}

function readEnv(path: string): Readonly<Record<string, string | undefined>> {
  return isFile(path) ? parseEnv(readFileSync(path, 'utf8')) : {};
}

function at(value: unknown, key: string): unknown {
  return isMapping(value) ? value[key] : undefined;
}

function mappingOf(value: unknown): Readonly<Record<string, unknown>> {
  return isMapping(value) ? value : {};
}

function list(value: unknown): readonly unknown[] {
  return value === undefined || value === null ? [] : [value].flat();
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() ?? false;
}

function statOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
