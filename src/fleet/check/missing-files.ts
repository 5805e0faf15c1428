import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic, Severity } from '../../model/diagnostic.ts';
import type { ModelService } from '../service/model-service.ts';
import { isLocalPath } from './local-path.ts';

/** Which services a run can touch: what is missing for one of these is an error, for others only worth knowing. */
export type Operated = (service: ModelService) => boolean;

/** Env files, build folders and Dockerfiles that the rendered model names and that are not there. */
export function checkMissingFiles(services: readonly ModelService[], operated: Operated): Diagnostic[] {
  return services.flatMap((service) => {
    const severity: Severity = operated(service) ? 'error' : 'warning';
    return [
      ...missingEnvFiles(service, severity),
      ...missingContexts(service, severity),
      ...missingDockerfile(service, severity),
    ];
  });
}

function missingEnvFiles(service: ModelService, severity: Severity): Diagnostic[] {
  return (service.compose.env_file ?? [])
    .filter(({ path, required }) => required !== false && !existsSync(resolve(service.project.directory, path)))
    .map(({ path }) => missingEnvFile(service, resolve(service.project.directory, path), severity));
}

/** The finding for an env file that a service requires. */
export function missingEnvFile(
  service: Pick<ModelService, 'key' | 'name' | 'project'>,
  path: string,
  severity: Severity,
): Diagnostic {
  return {
    code: 'missing-env-file',
    severity,
    service: service.key,
    message: `${service.key} needs the env file ${path}, which does not exist`,
    ...service.project.source.place(['services', service.name, 'env_file']),
    remedy: 'Create it, or mark it `required: false`',
  };
}

function missingContexts(service: ModelService, severity: Severity): Diagnostic[] {
  const { build } = service.compose;
  const folders = build ? [build.context, ...Object.values(build.additional_contexts ?? {})] : [];
  return folders
    .filter((folder) => isLocalPath(folder) && !existsSync(folder))
    .map((folder) => ({
      code: 'missing-build-context',
      severity,
      service: service.key,
      message: `${service.key} is built from ${folder}, which does not exist`,
      ...service.project.source.place(['services', service.name, 'build', 'context']),
      remedy: 'Correct the path in the Compose file',
    }));
}

function missingDockerfile(service: ModelService, severity: Severity): Diagnostic[] {
  const { build } = service.compose;
  if (!build || build.dockerfile_inline !== undefined || !isLocalPath(build.context) || !existsSync(build.context)) return [];
  const path = resolve(build.context, build.dockerfile ?? 'Dockerfile');
  if (existsSync(path)) return [];
  return [
    {
      code: 'missing-dockerfile',
      severity,
      service: service.key,
      message: `${service.key} is built with ${path}, which does not exist`,
      ...service.project.source.place(['services', service.name, 'build', 'dockerfile']),
      remedy: 'Create it, or correct `build.dockerfile` in the Compose file',
    },
  ];
}
