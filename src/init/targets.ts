import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { readComposeSource } from '../fleet/compose-source.ts';
import type { ConfigProject } from '../fleet/config-types.ts';
import { COMPOSE_FILES, defaultComposeFiles } from '../fleet/locate.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';

/** Folders that hold no project of the fleet. */
const PASSED_OVER = /^(?:\..*|node_modules|vendor|venv|dist|build|target|tests?|examples?|testdata)$/i;
const MAX_DEPTH = 3;
const MAX_FOLDERS = 2000;

/**
 * The Compose projects that files and folders stand for, from the project dir: files of one folder are one project unless they give themselves
 * different names, a folder is a project with its usual files. Nothing given: the project dir, or else every project in the folders below it.
 */
export function findProjects(
  root: string,
  { given, cwd }: { readonly given: readonly string[]; readonly cwd: string },
): Result<readonly ConfigProject[], readonly Diagnostic[]> {
  const paths = given.map((path) => resolve(cwd, path));
  const problems = paths.flatMap((path) => problemWith(path));
  if (problems.length > 0) return err(problems);
  if (paths.length > 0) return ok(groupedProjects(root, paths));
  if (defaultComposeFiles(root).length > 0) return ok([]);
  const below = foldersBelow(root);
  return below.length > 0 ? ok(below.map((folder) => projectOf(root, folder, []))) : err([noComposeFile(root)]);
}

function problemWith(path: string): Diagnostic[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found)
    return [
      problem(
        'missing-compose-file',
        `The Compose file ${path} does not exist`,
        'Check the path; relative ones start at the present folder',
      ),
    ];
  return found.isDirectory() && defaultComposeFiles(path).length === 0 ? [noComposeFile(path)] : [];
}

function groupedProjects(root: string, paths: readonly string[]): ConfigProject[] {
  const groups = new Map<string, { folder: string; files: string[] }>();
  const last = new Map<string, string>();
  for (const path of paths) {
    const isFolder = statSync(path).isDirectory();
    const folder = isFolder ? path : dirname(path);
    const named = isFolder ? null : readComposeSource([path]).value(['name']);
    // An override file gives no name: it belongs to the project before it in its folder.
    const name = typeof named === 'string' ? named : (last.get(folder) ?? '');
    last.set(folder, name);
    const id = `${folder}\0${name}`;
    const group = groups.get(id) ?? { folder, files: [] };
    groups.set(id, group);
    if (!isFolder) group.files.push(path);
  }
  return [...groups.values()].map(({ folder, files }) => projectOf(root, folder, files));
}

function projectOf(root: string, folder: string, files: readonly string[]): ConfigProject {
  const directory = relative(root, folder);
  return {
    name: null,
    directory: directory === '' ? null : directory,
    files: files.map((file) => basename(file)),
    profiles: [],
    envFiles: [],
    place: { file: files[0] ?? folder },
  };
}

/** Folders with a Compose file, as near as possible: nothing is looked for below one. */
function foldersBelow(root: string): string[] {
  const found: string[] = [];
  const open = [{ path: root, depth: 0 }];
  for (const { path, depth } of open) {
    if (open.length > MAX_FOLDERS) break;
    if (COMPOSE_FILES.some((name) => existsSync(resolve(path, name)))) found.push(path);
    else if (depth < MAX_DEPTH) open.push(...subfolders(path).map((one) => ({ path: one, depth: depth + 1 })));
  }
  return found;
}

function subfolders(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !PASSED_OVER.test(entry.name))
      .map((entry) => resolve(path, entry.name))
      .sort();
  } catch {
    return [];
  }
}

function noComposeFile(folder: string): Diagnostic {
  const remedy = `Compose looks for ${COMPOSE_FILES.join(', ')}; name others: slipway init FILE...`;
  return problem('no-compose-file', `No Compose file found in ${folder}`, remedy);
}

function problem(code: string, message: string, remedy: string): Diagnostic {
  return { code, severity: 'error', message, remedy };
}
