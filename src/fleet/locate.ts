import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';

/** The name of the configuration file in the project dir. */
export const CONFIG_FILE = 'slipway.yaml';

/** Compose's own default files, in its order of preference (compose-go, cli/options.go). */
export const COMPOSE_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

const OVERRIDE_FILES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** Where a command works: both paths absolute; `configFile` null = there is none and none was asked for. */
export interface Located {
  readonly root: string;
  readonly configFile: string | null;
}

/** What the operator gave to find it: paths as written. */
export interface LocateRequest {
  readonly cwd: string;
  readonly projectDir: string | null;
  readonly configFile: string | null;
}

/** The project dir and its configuration file (contract, section 3), or why there is none. */
export function locateProject(request: LocateRequest): Result<Located, Diagnostic> {
  const root = findRoot(request);
  if (!root.ok) return root;
  const config = findConfig(root.value, request);
  return config.ok ? ok({ root: root.value, configFile: config.value }) : config;
}

/** Compose's default files in a folder: the first that exists and the first override; absolute, empty when there is none. */
export function defaultComposeFiles(directory: string): string[] {
  const first = firstIn(directory, COMPOSE_FILES);
  if (first === null) return [];
  const override = firstIn(directory, OVERRIDE_FILES);
  return override === null ? [first] : [first, override];
}

function findRoot({ cwd, projectDir, configFile }: LocateRequest): Result<string, Diagnostic> {
  if (projectDir !== null) {
    const root = resolve(cwd, projectDir);
    if (isFolder(root)) return ok(root);
    return problem(
      'no-project-dir',
      `The project dir ${root} does not exist or is no folder`,
      'Give an existing folder to --project-dir',
    );
  }
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (firstIn(folder, [CONFIG_FILE, ...COMPOSE_FILES]) !== null) return ok(folder);
    if (dirname(folder) === folder) break;
  }
  if (configFile !== null) return ok(resolve(cwd));
  return problem(
    'no-project',
    `No ${CONFIG_FILE} and no Compose file in ${resolve(cwd)} or any folder above it`,
    'Change into the folder that holds your Compose file, or give it with --project-dir',
  );
}

function findConfig(root: string, { cwd, configFile }: LocateRequest): Result<string | null, Diagnostic> {
  if (configFile === null) return ok(firstIn(root, [CONFIG_FILE]));
  const path = resolve(root, configFile);
  if (isFile(path)) return ok(path);
  const fromCwd = resolve(cwd, configFile);
  const remedy = isFile(fromCwd)
    ? `Relative paths start at the project dir; for the file at ${fromCwd} give its full path`
    : 'Check the path; relative paths start at the project dir';
  return problem(
    'no-config',
    `The configuration file ${path} does not exist${existsSync(path) ? ' as a file: it is a folder' : ''}`,
    remedy,
  );
}

function firstIn(folder: string, names: readonly string[]): string | null {
  return names.map((name) => resolve(folder, name)).find(existsSync) ?? null;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function problem(code: string, message: string, remedy: string): Result<never, Diagnostic> {
  return err({ code, severity: 'error', message, remedy });
}
