import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ComposeSource } from '../compose-source.ts';
import type { ProjectRef } from '../types.ts';
import { firstUse } from './compose-warnings.ts';
import { missingEnvFile } from './missing-files.ts';

/** What rendering can answer instead of a model; the shape of the engine port's problem, which this layer may not import. */
export interface RenderProblem {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/**
 * The findings for a project that could not be rendered. Compose stops at the first missing env file and does not say
 * whose it is: all of them are looked up in the files.
 */
export function explainRejection(project: ProjectRef, source: ComposeSource, problem: RenderProblem): Diagnostic[] {
  if (problem.code === 'rejected' && /env file .* not found/.test(problem.message)) {
    const missing = writtenEnvFiles(source).flatMap(({ service, paths }) =>
      paths
        .map((path) => resolve(project.directory, path))
        .filter((path) => !existsSync(path))
        .map((path) =>
          missingEnvFile(
            { key: service, name: service, project: { ...project, source, model: { name: '', services: {} } } },
            path,
            'error',
          ),
        ),
    );
    if (missing.length > 0) return missing;
  }
  const required =
    problem.code === 'rejected' ? /required variable (\w+) is missing a value/.exec(problem.message)?.[1] : undefined;
  if (required !== undefined) return [requiredVariable(project, source, { name: required, problem })];
  const code = problem.code === 'rejected' ? 'compose-rejected' : problem.code;
  const place = problem.code === 'rejected' ? { file: project.files[0]!, ...mentionedPlace(source, problem.message) } : {};
  return [{ code, severity: 'error', message: sentence(problem.message), ...place, remedy: problem.remedy }];
}

/** Compose stops at the first; what it was told to say is the file's own sentence. */
function requiredVariable(
  project: ProjectRef,
  source: ComposeSource,
  { name, problem: { message, remedy } }: { readonly name: string; readonly problem: RenderProblem },
): Diagnostic {
  // One that an included or extended file uses stands at the service that Compose was at.
  const place = { file: project.files[0]!, ...mentionedPlace(source, message), ...firstUse(source, name) };
  const told = `set ${name} in the environment or an env file; or ${remedy}`;
  return { code: 'compose-rejected', severity: 'error', message: sentence(message), ...place, remedy: told };
}

function writtenEnvFiles(source: ComposeSource): { service: string; paths: string[] }[] {
  const services = source.value(['services']);
  if (!isRecord(services)) return [];
  return Object.entries(services).map(([service, body]) => ({
    service,
    paths: requiredPaths(isRecord(body) ? body.env_file : null),
  }));
}

/** A string, or a list of strings and `{path, required}`; a path with variables cannot be looked up here. */
function requiredPaths(written: unknown): string[] {
  const entries = Array.isArray(written) ? written : [written];
  return entries.flatMap((entry) => {
    const path = isRecord(entry) ? (entry.required === false ? null : entry.path) : entry;
    return typeof path === 'string' && !path.includes('$') ? [path] : [];
  });
}

/** The service or path that Compose's sentence begins with, such as `services.web.ports` or `service "web"`. */
function mentionedPlace(source: ComposeSource, message: string) {
  const dotted = /\b(services\.[\w.-]+)/.exec(message)?.[1]?.split('.');
  const quoted = /\bservice "([^"]+)"/.exec(message)?.[1];
  const path = dotted ?? (quoted === undefined ? null : ['services', quoted]);
  return path === null ? {} : source.place(path);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sentence(text: string): string {
  return text.trim().replace(/\.$/, '');
}
