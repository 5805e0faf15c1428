import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Project, Service } from '../types.ts';
import { canonicalJson } from './canonical.ts';
import { sha256 } from './file-hashes.ts';

/** Keys that Compose itself leaves out of its hash (docker/compose, pkg/compose/hash.go): they do not reach the container. */
const NOT_IN_CONTAINER = ['build', 'pull_policy', 'scale', 'depends_on', 'profiles'];

/**
 * The digest of what Compose makes the container from. It covers what Compose's own hash covers, and no more: a change that Compose would
 * not recreate for must not look like one. Env files count by content, since Compose turns them into environment.
 */
export function configDigest(service: Service, project: Project): string {
  const { env_file: envFiles = [], deploy, ...rest } = service.compose;
  const kept = Object.fromEntries(Object.entries(rest).filter(([key]) => !NOT_IN_CONTAINER.includes(key)));
  const { replicas: _, ...deployment } = deploy ?? {};
  const environment = envFiles.map(({ path }) => readIfThere(resolve(project.directory, path)));
  // Variables inside an env file are filled in from the project's own ones.
  const filledFrom = environment.some((text) => text?.includes('$')) ? projectEnvironment(project) : [];
  return sha256(
    canonicalJson({
      version: 1,
      project: project.name,
      name: service.name,
      image: service.image,
      service: { ...kept, deploy: deploy ? deployment : null },
      environment: [...environment, ...filledFrom].map((text) => (text === null ? null : sha256(text))),
    }),
  );
}

function projectEnvironment({ directory, envFiles }: Project): (string | null)[] {
  return (envFiles.length > 0 ? envFiles : [resolve(directory, '.env')]).map(readIfThere);
}

function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
