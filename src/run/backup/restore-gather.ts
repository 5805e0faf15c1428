import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { whyOutside } from '../../backup/paths.ts';
import { type FileFact, planRestore, type RestoreFacts, type RestorePlan, refusedFiles } from '../../backup/restore-plan.ts';
import type { BackupRecord, SavedFile } from '../../backup/types.ts';
import { type FleetServices, volumeGroups, volumeObstacles } from '../../backup/volume-groups.ts';
import type { VolumeUser } from '../../docker/archive-port.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ImageId, ServiceKey } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { mapBounded } from '../../util/bounded.ts';
import { isMissing } from '../../util/fs-error.ts';
import { nearest } from '../../util/nearest.ts';
import type { RestoreDeps, RestoreRequest } from './restore-types.ts';

const AT_ONCE = 8;

/** Looks at the machine and plans; the error is why it cannot be restored. Nothing is written. */
export async function gatherRestore(
  record: BackupRecord,
  request: RestoreRequest,
  deps: Pick<RestoreDeps, 'engine' | 'archive'>,
): Promise<Result<RestorePlan, readonly Diagnostic[]>> {
  const unknown = request.wish.services.filter((key) => !(key in record.services));
  if (unknown.length > 0) return err(unknown.map((key) => notInBackup(key, record)));
  const users = new Map<string, readonly VolumeUser[]>();
  if (request.wish.volumes === 'write') {
    for (const { name } of record.volumes) users.set(name, await deps.archive.volumeUsers(name));
  }
  const fleet = fleetOf(record, [...users.values()].flat());
  const obstacles = volumeObstacles(fleet, users);
  if (obstacles.length > 0) return err(obstacles);
  const facts = await factsOf(record, request, deps);
  const known = { ...facts, groups: volumeGroups(fleet, users) };
  const plan = planRestore(known, request.wish);
  const refused = refusedFiles(known, plan);
  return refused.length > 0 ? err(refused.map(outsideFile)) : ok(plan);
}

async function factsOf(
  record: BackupRecord,
  { folder, root }: RestoreRequest,
  { engine, archive }: Pick<RestoreDeps, 'engine' | 'archive'>,
): Promise<Omit<RestoreFacts, 'groups'>> {
  const present = await mapBounded(record.images, AT_ONCE, async ({ id }) => ((await engine.image(id)) ? id : null));
  const refs = [...new Set(Object.values(record.services).map((s) => s.tag))];
  const tags = await mapBounded(refs, AT_ONCE, async (tag) => [tag, (await engine.image(tag))?.id ?? null] as const);
  const volumes = await archive.volumes(record.volumes.map((v) => v.name));
  const files = await mapBounded(record.files, AT_ONCE, (file) => fileFact({ folder, root, file }));
  const running = new Map<ServiceKey, ImageId | null>();
  for (const { name: project } of record.projects) {
    const images = await archive.runningImages(project);
    for (const [key, service] of Object.entries(record.services))
      if (service.project === project) running.set(key, images.get(service.name) ?? null);
  }
  return {
    record,
    present: new Set(present.filter((id) => id !== null)),
    tags: new Map(tags),
    files,
    volumes: new Set(volumes.map((v) => v.name)),
    running,
  };
}

async function fileFact({ folder, root, file }: { folder: string; root: string; file: SavedFile }): Promise<FileFact> {
  const saved = await readFile(join(folder, file.from));
  const now = await readOrNull(file.place === 'project' ? join(root, file.to) : file.to);
  const refusal = file.place === 'project' ? await whyOutside(root, file.to) : null;
  return {
    file,
    bytes: saved.length,
    now: now && { bytes: now.length, content: digest(now) === digest(saved) ? 'same' : 'other' },
    refusal,
  };
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function readOrNull(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** The backup's services in their order, and whatever else its projects have now: the Compose files may be gone, so nobody else can say. */
function fleetOf({ services, projects }: BackupRecord, users: readonly VolumeUser[]): FleetServices {
  const known = Object.entries(services).map(([key, { project, name }]) => ({ key, project, name, dependsOn: [] }));
  const isKnown = ({ project, service }: VolumeUser) => known.some((s) => s.project === project && s.name === service);
  const added = users.flatMap((user) => {
    const { project, service } = user;
    if (project === null || service === null || isKnown(user) || !projects.some((p) => p.name === project)) return [];
    return [{ key: projects.length > 1 ? `${project}/${service}` : service, project, name: service, dependsOn: [] }];
  });
  return { services: [...known, ...added] };
}

function notInBackup(key: ServiceKey, { backup, services }: BackupRecord): Diagnostic {
  const close = nearest(key, Object.keys(services));
  const remedy = close === undefined ? `it holds ${Object.keys(services).slice(0, 12).join(', ')}` : `did you mean ${close}?`;
  return { code: 'unknown-service', severity: 'error', message: `The backup ${backup} holds no service ${key}`, remedy };
}

function outsideFile({ to, why }: { readonly to: string; readonly why: string }): Diagnostic {
  return {
    code: 'file-outside',
    severity: 'error',
    message: `${to} cannot be restored: ${why}`,
    remedy: 'put that folder in order, or leave the files as they are: --no-files',
  };
}
