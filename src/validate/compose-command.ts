import { basename, dirname, relative } from 'node:path';
import { COMPOSE_FILES } from '../fleet/locate.ts';
import type { Fleet, Service } from '../fleet/types.ts';
import { shellLine } from '../util/shell-words.ts';

/**
 * `docker compose up` for one service as the operator would type it in the project dir, with all that makes Compose take the service's own
 * project: there may be several, in folders and files of other names.
 */
export function composeUp(
  { project: name, name: service }: Service,
  { projects, root }: Pick<Fleet, 'projects' | 'root'>,
): string {
  const project = projects.find((one) => one.name === name)!;
  const place = (path: string) => relative(root, path) || '.';
  const [file = ''] = project.files;
  const isFound = project.files.length === 1 && dirname(file) === root && COMPOSE_FILES.includes(basename(file));
  const words = [
    ...['-p', name],
    ...(isFound ? [] : project.files.flatMap((path) => ['-f', place(path)])),
    ...(project.directory === dirname(file) ? [] : ['--project-directory', place(project.directory)]),
    ...project.envFiles.flatMap((path) => ['--env-file', place(path)]),
  ];
  return shellLine(['docker', 'compose', ...words, 'up', '-d', '--no-deps', service]);
}
