import type { ProjectRef } from '../../fleet/types.ts';
import type { Tool } from './plugins.ts';

/** Program and arguments. */
export type Argv = readonly [string, ...string[]];

/**
 * Whose model Compose reads: the project's files, or a rendered model on stdin, already interpolated, or one on stdin that is interpolated with
 * the project's variables (`values`).
 */
export type ModelSource = 'files' | 'files-and-stdin' | 'stdin' | 'values';

/**
 * `docker compose` with everything explicit that the environment or the current folder could change. All profiles are on: they leave
 * the configuration hashes as they are, and a service named by us must be found.
 */
export function composeArgv(tool: Tool, project: ProjectRef, source: ModelSource): Argv {
  const files = source === 'stdin' || source === 'values' ? [] : project.files;
  const stdin = source === 'files' ? [] : ['-'];
  const envFiles = source === 'stdin' ? [] : project.envFiles;
  return [
    ...tool,
    '--ansi=never',
    '--progress=plain',
    ...['-p', project.name],
    ...['--project-directory', project.directory],
    ...[...files, ...stdin].flatMap((file) => ['-f', file]),
    ...envFiles.flatMap((file) => ['--env-file', file]),
    ...['--profile', '*'],
  ];
}

/** The model as Compose renders it. `uninterpolated` is the only form that does not read the services' env files. */
export function configArgv(compose: Argv, form: 'rendered' | 'uninterpolated'): Argv {
  return [...compose, 'config', '--format', 'json', ...(form === 'uninterpolated' ? ['--no-interpolate'] : [])];
}

/** The variables that Compose interpolates with, one `NAME=value` a line. */
export function environmentArgv(compose: Argv): Argv {
  return [...compose, 'config', '--environment'];
}

/** The bake file, exactly as Compose itself would build. */
export function printBakeArgv(compose: Argv): Argv {
  return [...compose, 'build', '--print'];
}

/** Builds one target of the bake file on stdin; whatever else the build needs is in that file, so that no secret is in the arguments. */
export function bakeArgv(buildx: Tool, build: { target: string; builder: string; allow: readonly string[] }): Argv {
  return [
    ...buildx,
    ...['bake', '-f', '-'],
    '--progress=rawjson',
    ...['--builder', build.builder],
    ...build.allow.map((entitlement) => `--allow=${entitlement}`),
    build.target,
  ];
}

/**
 * `up` of one service and nothing else: no dependency, no build, no pull. Never `-y`, `-t`, `-V`, `--remove-orphans` (traps T10).
 * `beside` keeps the old containers and makes new ones next to them, up to `scale`.
 */
export function upArgv(
  compose: Argv,
  up: { service: string; mode: 'converge' | 'recreate' | 'beside'; scale: number | null },
): Argv {
  return [
    ...compose,
    ...['up', '--detach', '--no-deps', '--no-build', '--pull', 'never', '--no-color'],
    ...(up.mode === 'recreate' ? ['--force-recreate'] : []),
    ...(up.mode === 'beside' ? ['--no-recreate'] : []),
    ...(up.scale === null ? [] : ['--scale', `${up.service}=${up.scale}`]),
    up.service,
  ];
}

/** A one-off container of a service, left to run: no dependency, no port, no alias, no pull. */
export function shadowArgv(compose: Argv, shadow: { service: string; name: string; stdin: 'open' | 'closed' }): Argv {
  return [
    ...compose,
    ...['run', '--detach', '--no-deps', '--pull', 'never', '--no-TTY', `--interactive=${shadow.stdin === 'open'}`],
    ...['--name', shadow.name],
    shadow.service,
  ];
}

/** What is behind a tag in its registry, with a line `Digest: sha256:…` (a `--format` for the digest alone is not obeyed); changes nothing. */
export function remoteDigestArgv(buildx: Tool, ref: string): Argv {
  return [...buildx, 'imagetools', 'inspect', ref];
}

/** Pulls a tag, or by digest: then no tag moves. */
export function pullArgv(docker: Tool, ref: string): Argv {
  return [...docker, 'pull', ref];
}
