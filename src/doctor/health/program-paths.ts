import { posix } from 'node:path';
import type { ImageDefaults } from '../../docker/settings/types.ts';
import type { Service } from '../../fleet/types.ts';

/** Where the engine looks when neither image nor service says (moby `oci/defaults.go`, DefaultPathEnv). */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Where most programs are: asked for first. */
const LIKELY = ['/usr/bin', '/bin', '/usr/local/bin'];

/** The paths at which a container of the service would find a program, the likeliest first. */
export function programPaths(program: string, service: Service, image: ImageDefaults): readonly string[] {
  if (program.startsWith('/')) return [program];
  const workingDir = text(service.compose.working_dir) ?? (image.working_dir || '/');
  if (program.includes('/')) return [posix.resolve('/', workingDir, program)];
  const path = service.compose.environment?.PATH ?? image.environment.PATH ?? DEFAULT_PATH;
  const folders = path.split(':').filter((folder) => folder.startsWith('/'));
  const likely = LIKELY.filter((folder) => folders.includes(folder));
  return [...new Set([...likely, ...folders])].map((folder) => posix.join(folder, program));
}

/** Whether something is mounted over a path, so that the image does not tell what is there. */
export function isMounted(path: string, { compose, anonymousVolumes }: Service): boolean {
  const targets = [...(compose.volumes ?? []).map(({ target }) => target), ...anonymousVolumes];
  return targets.some((target) => path === target || path.startsWith(target.endsWith('/') ? target : `${target}/`));
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
