import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ComposeModel } from '../fleet/types.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { WholeRelease } from '../release/compose-release.ts';
import { parseRelease } from '../release/record.ts';
import type { StoredProjects } from '../release/store.ts';
import { isMapping } from '../util/is-mapping.ts';
import type { BackupRecord } from './types.ts';
import { RELEASE_FILE } from './write.ts';

/**
 * What ran when the backup was taken, as a release that bears the backup's id: of the services that ran then, and of jobs. Where the project dir
 * is another one now, paths into it are changed in the models.
 */
export async function readBackupRelease(
  folder: string,
  record: BackupRecord,
  root: string,
): Promise<Result<WholeRelease, Diagnostic>> {
  const release = parseRelease(await jsonOf(folder, RELEASE_FILE));
  if (!release) return err(unreadable(folder));
  const kept = Object.entries(release.services).filter(([key]) => isPlaced(record, key));
  const services = kept.map(([key, service]) => [key, { ...service, image: record.services[key]!.image, healthy: true }]);
  const projects: Record<string, StoredProjects[string]> = {};
  for (const { name, model, environment } of record.projects) {
    const values = environment === null ? {} : ((await jsonOf(folder, environment)) as Readonly<Record<string, string>>);
    const moved = record.root === root ? await jsonOf(folder, model) : movedPaths(await jsonOf(folder, model), record.root, root);
    projects[name] = { model: moved as ComposeModel, environment: values };
  }
  return ok({ release: { ...release, release: record.backup, services: Object.fromEntries(services) }, projects });
}

function isPlaced({ services }: BackupRecord, key: string): boolean {
  const saved = services[key];
  return saved !== undefined && (saved.kind === 'one-shot' || saved.state === 'running');
}

async function jsonOf(folder: string, path: string): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, path), 'utf8'));
}

/** Keys of a rendered model under which a path of the host stands; the same path elsewhere is one of the container's. */
const HOST_PATHS = ['source', 'file', 'path', 'context', 'additional_contexts'];

function movedPaths(value: unknown, from: string, to: string): unknown {
  if (Array.isArray(value)) return value.map((one) => movedPaths(one, from, to));
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      HOST_PATHS.includes(key) ? movedHere(one, from, to) : movedPaths(one, from, to),
    ]),
  );
}

function movedHere(value: unknown, from: string, to: string): unknown {
  if (typeof value === 'string') return value === from || value.startsWith(`${from}/`) ? to + value.slice(from.length) : value;
  return isMapping(value)
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, movedHere(one, from, to)]))
    : movedPaths(value, from, to);
}

function unreadable(folder: string): Diagnostic {
  return {
    code: 'backup-damaged',
    severity: 'error',
    message: 'The backup does not say what ran: its release cannot be read',
    file: join(folder, RELEASE_FILE),
    remedy: 'restore with its restore-backup.sh, or choose another one',
  };
}
