import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Fleet, Service } from '../fleet/types.ts';
import { composeReads, unescaped } from './compose-reads.ts';
import { fromRoot, isInside } from './paths.ts';
import type { NotSaved, SavedFile } from './types.ts';

/** A mounted file that is larger is data and not configuration. */
const LARGEST_MOUNTED_BYTES = 4 << 20;

/** The files that a backup holds, and what of the services' mounts it does not. */
export interface FileList {
  readonly files: readonly (SavedFile & { readonly source: string; readonly bytes: number })[];
  readonly notSaved: readonly NotSaved[];
}

/**
 * The configuration, the state file, all that Compose reads, and single files of the project dir that are mounted into services. Folders that
 * are mounted, and what is outside, are data and named instead.
 */
export function listFiles(
  fleet: Fleet,
  services: readonly Service[],
  env: Readonly<Record<string, string | undefined>>,
): FileList {
  const projects = fleet.projects.filter(({ name }) => services.some((s) => s.project === name));
  const reads = projects.map((project) => composeReads(project, env));
  const mounts = services.flatMap((service) => bindMounts(service, fleet.root));
  const own = [fleet.configFile, join(fleet.root, fleet.settings.monitoring.stateFile)].filter((path) => path !== null);
  const sources = [...own, ...reads.flatMap((r) => r.files), ...mounts.filter((m) => m.saved).map((m) => m.source)];
  const files = [...new Set(sources)].sort().flatMap((source) => savedFile(fleet.root, source));
  const known = new Set(files.map((file) => file.source));
  return {
    files,
    notSaved: [
      ...mounts
        .filter(({ source }) => !known.has(source))
        .map(({ service, source }): NotSaved => ({ kind: 'bind-mount', service: service.key, what: source })),
      ...reads.flatMap((r) => r.unknown).map((what): NotSaved => ({ kind: 'file', service: null, what })),
    ],
  };
}

interface Mount {
  readonly service: Service;
  readonly source: string;
  readonly saved: boolean;
}

function bindMounts(service: Service, root: string): readonly Mount[] {
  const sources = (service.compose.volumes ?? []).filter((v) => v.type === 'bind').map((v) => unescaped(v.source ?? ''));
  return sources
    .filter((source) => source.startsWith('/'))
    .map((source) => {
      const found = statSync(source, { throwIfNoEntry: false });
      const isSmall = found?.isFile() === true && found.size <= LARGEST_MOUNTED_BYTES;
      return { service, source, saved: isSmall && isInside(fromRoot(root, source)) };
    });
}

function savedFile(root: string, source: string): FileList['files'] {
  const found = statSync(source, { throwIfNoEntry: false });
  if (!found?.isFile()) return [];
  const to = fromRoot(root, source);
  const inside = isInside(to);
  const from = inside ? join('files', to) : join('outside', source);
  return [{ source, from, to, place: inside ? 'project' : 'outside', mode: found.mode & 0o777, bytes: found.size }];
}
