import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ConfigProject } from './config-types.ts';
import { readEnvFiles } from './env-file.ts';
import { COMPOSE_FILES, defaultComposeFiles } from './locate.ts';
import type { ProjectRef } from './types.ts';

/** What the command line adds to every project; env files resolve from the root. */
export interface ProjectInputs {
  readonly root: string;
  readonly envFiles: readonly string[];
  readonly profiles: readonly string[];
}

/**
 * The fleet's Compose projects with absolute paths, without those whose Compose files are missing. A project that is
 * given no name has the empty one: Compose decides it while rendering.
 */
export function projectRefs(
  projects: readonly ConfigProject[],
  inputs: ProjectInputs,
): { readonly refs: readonly ProjectRef[]; readonly diagnostics: readonly Diagnostic[] } {
  const found = projects.length > 0 ? projects.map((p) => configuredRef(p, inputs)) : [defaultRef(inputs)];
  const duplicates = duplicateNames(projects);
  return {
    refs: found.flatMap(({ ref }) => (ref === null ? [] : [ref])),
    diagnostics: [...duplicates, ...found.flatMap(({ diagnostics }) => diagnostics)],
  };
}

type Found = { readonly ref: ProjectRef | null; readonly diagnostics: readonly Diagnostic[] };

function defaultRef(inputs: ProjectInputs): Found {
  const place = {};
  return completeRef({ name: null, directory: inputs.root, files: [], envFiles: [], profiles: [], place }, inputs);
}

function configuredRef(project: ConfigProject, inputs: ProjectInputs): Found {
  const directory = resolve(inputs.root, project.directory ?? '.');
  if (!existsSync(directory)) {
    const message = `The project folder ${directory} does not exist`;
    return { ref: null, diagnostics: [{ code: 'no-project-dir', severity: 'error', message, ...project.place }] };
  }
  return completeRef({ ...project, directory }, inputs);
}

interface Draft extends Omit<ConfigProject, 'directory' | 'place'> {
  readonly directory: string;
  readonly place: Partial<ConfigProject['place']>;
}

function completeRef(draft: Draft, inputs: ProjectInputs): Found {
  const { directory } = draft;
  const envFiles = [
    ...draft.envFiles.map((file) => resolve(directory, file)),
    ...inputs.envFiles.map((file) => resolve(inputs.root, file)),
  ];
  const env = readEnvFiles(envFiles.length > 0 ? envFiles : [resolve(directory, '.env')]);
  const files = draft.files.length > 0 ? draft.files.map((file) => resolve(directory, file)) : standardFiles(directory, env);
  const profiles = [...new Set([...draft.profiles, ...inputs.profiles])];
  const missing = files.filter((file) => !existsSync(file));
  const ref: ProjectRef = {
    name: draft.name ?? '',
    directory,
    files,
    envFiles: envFiles.filter(existsSync),
    profiles: profiles.length > 0 ? profiles : list(env.COMPOSE_PROFILES, ','),
  };
  const diagnostics = [
    ...missing.map((file) => missingFile('missing-compose-file', `The Compose file ${file} does not exist`, draft)),
    ...(files.length === 0 ? [noComposeFile(draft)] : []),
    ...envFiles
      .filter((file) => !existsSync(file))
      .map((file) => missingFile('missing-env-file', `The env file ${file} does not exist`, draft)),
  ];
  return { ref: missing.length > 0 || files.length === 0 ? null : ref, diagnostics };
}

/** `COMPOSE_FILE` of the project's .env file counts as it does for Compose; that of the environment never does (traps T10). */
function standardFiles(directory: string, env: Readonly<Record<string, string | undefined>>): string[] {
  const listed = list(env.COMPOSE_FILE, env.COMPOSE_PATH_SEPARATOR ?? ':');
  return listed.length > 0 ? listed.map((file) => resolve(directory, file)) : defaultComposeFiles(directory);
}

function list(value: string | undefined, separator: string): string[] {
  return (value ?? '')
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function missingFile(code: string, message: string, { place }: Draft): Diagnostic {
  return {
    code,
    severity: 'error',
    message,
    ...place,
    remedy: 'Create it, or correct the path; relative paths start at the project dir',
  };
}

function noComposeFile({ directory, place }: Draft): Diagnostic {
  return {
    code: 'no-compose-file',
    severity: 'error',
    message: `No Compose file found in ${directory}`,
    ...place,
    remedy: `Compose looks for ${COMPOSE_FILES.join(', ')}; name others under \`fleet.projects[].files\``,
  };
}

function duplicateNames(projects: readonly ConfigProject[]): Diagnostic[] {
  return projects.flatMap((project, index) => {
    const first = projects.slice(0, index).find((other) => project.name !== null && other.name === project.name);
    return first ? [duplicateProject(project.name!, project, first)] : [];
  });
}

/** The finding for two projects of one name: on the engine they would be one and remove each other's containers. */
export function duplicateProject(
  name: string,
  second: Pick<ConfigProject, 'place'>,
  first: Pick<ConfigProject, 'place'>,
): Diagnostic {
  return {
    code: 'duplicate-project',
    severity: 'error',
    message: `Two projects are called \`${name}\``,
    ...second.place,
    remedy: 'Give each project its own `name`',
    related: [{ ...first.place, message: 'the first one' }],
  };
}
