import { basename, join } from 'node:path';
import type { ComposeModel, StoredProject } from '../fleet/types.ts';
import { fileProblem } from '../journal/problems.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { Disk } from '../util/disk.ts';
import { isMissing } from '../util/fs-error.ts';
import { type KeyPlace, releaseKey } from './key.ts';
import { parseRelease } from './record.ts';
import { seal, unseal } from './seal.ts';
import type { Release, ReleaseId } from './types.ts';

/** The projects of a release by their Compose name; only ever written encrypted. */
export type StoredProjects = Readonly<Record<string, StoredProject>>;

/** Stores the release of a run, or replaces what an earlier part of the same run stored. The projects are only written encrypted. */
export async function writeRelease(
  disk: Disk,
  root: string,
  place: KeyPlace,
  content: { readonly release: Release; readonly projects: StoredProjects },
): Promise<Result<null, Diagnostic>> {
  const key = await releaseKey(disk, place);
  if (!key.ok) return key;
  const { release, projects } = content;
  const dir = releaseFolder(root, release.release);
  try {
    await disk.makeFolder(dir);
    const sealed = seal(JSON.stringify({ version: 2, projects } satisfies SealedNow), key.value, release.release);
    await disk.replace(join(dir, MODEL), sealed, PRIVATE);
    // Last: a folder without this file is no release.
    await disk.replace(join(dir, RECORD), `${JSON.stringify(release, null, 2)}\n`, PRIVATE);
    return ok(null);
  } catch (error) {
    return err(fileProblem('store the release', dir, error));
  }
}

/** A stored release. */
export async function readRelease(disk: Disk, root: string, id: ReleaseId): Promise<Result<Release, Diagnostic>> {
  if (id === '' || basename(id) !== id || id.startsWith('.'))
    return err(unreadable(id, 'that is no release', 'releases are the folders of `.slipway/releases`'));
  const file = join(releaseFolder(root, id), RECORD);
  try {
    const release = parseRelease(JSON.parse((await disk.read(file)).toString('utf8')));
    // A copy under another name must not be taken, counted or removed as the one that it is a copy of.
    if (release?.release === id) return ok(release);
  } catch (error) {
    if (!(error instanceof SyntaxError)) return err(fileProblem('read the release', file, error));
  }
  return err(unreadable(file, 'its record is damaged', 'choose another folder of `.slipway/releases`'));
}

/** The projects of a release as they ran. */
export async function readStored(
  disk: Disk,
  root: string,
  place: KeyPlace,
  id: ReleaseId,
): Promise<Result<StoredProjects, Diagnostic>> {
  const file = join(releaseFolder(root, id), MODEL);
  const key = await releaseKey(disk, place);
  if (!key.ok) return key;
  try {
    const plain = unseal(await disk.read(file), key.value, id);
    if (plain !== null) return ok(projectsIn(JSON.parse(plain) as SealedNow | SealedBefore));
  } catch (error) {
    return err(fileProblem('read the models of the release', file, error));
  }
  return err(
    unreadable(
      file,
      'it was changed, or stored with another key',
      'put the key file back that was in use then (rollback.key_file)',
    ),
  );
}

/** The releases that can be read, newest first, with a diagnostic for each that cannot. */
export async function listReleases(
  disk: Disk,
  root: string,
): Promise<{ readonly releases: readonly Release[]; readonly diagnostics: readonly Diagnostic[] }> {
  const releases: Release[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const id of await releaseIds(disk, root)) {
    const read = await readRelease(disk, root, id);
    if (read.ok) releases.push(read.value);
    else if (read.error.code !== 'file-missing') diagnostics.push(read.error);
  }
  return { releases: releases.toSorted((a, b) => compare(b.at, a.at) || compare(b.release, a.release)), diagnostics };
}

/** Removes a release; one that is gone is fine. */
export async function removeRelease(disk: Disk, root: string, id: ReleaseId): Promise<Result<null, Diagnostic>> {
  const dir = releaseFolder(root, id);
  try {
    // First: a folder without its record is no release, should this be cut off.
    await disk.remove(join(dir, RECORD));
    await disk.removeTree(dir);
    return ok(null);
  } catch (error) {
    return isMissing(error) ? ok(null) : err(fileProblem('remove the release', dir, error));
  }
}

/** What is sealed. Version 1 had models only. */
type SealedNow = { readonly version: 2; readonly projects: StoredProjects };
type SealedBefore = { readonly version: 1; readonly models: readonly ComposeModel[] };

function projectsIn(sealed: SealedNow | SealedBefore): StoredProjects {
  if (sealed.version === 2) return sealed.projects;
  return Object.fromEntries(sealed.models.map((model) => [model.name, { model, environment: {} }]));
}

const RECORD = 'release.json';
const MODEL = 'model.enc';
const PRIVATE = { mode: 0o600, durability: 'synced' } as const;

function releaseFolder(root: string, id: ReleaseId): string {
  return join(root, '.slipway', 'releases', id);
}

async function releaseIds(disk: Disk, root: string): Promise<readonly ReleaseId[]> {
  try {
    return (await disk.list(join(root, '.slipway', 'releases'))).filter((name) => !name.startsWith('.'));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function unreadable(file: string, why: string, remedy: string): Diagnostic {
  return { code: 'release-unreadable', severity: 'error', message: `The release cannot be used: ${why}`, file, remedy };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
