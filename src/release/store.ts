import { basename, join } from 'node:path';
import { z } from 'zod';
import type { ComposeModel } from '../fleet/types.ts';
import { fileProblem } from '../journal/problems.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ImageId, Instant, RunId, ServiceKey } from '../model/ids.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { ServiceStatus } from '../model/status.ts';
import type { Disk } from '../util/disk.ts';
import { isMissing } from '../util/fs-error.ts';
import { type KeyPlace, releaseKey } from './key.ts';
import { seal, unseal } from './seal.ts';

/** What a release keeps of a service; digests and ids only. */
export interface ReleasedService {
  /** Its Compose project and its name there. */
  readonly project: string;
  readonly name: string;
  readonly image: ImageId | null;
  readonly tag: string;
  readonly inputs: string | null;
  readonly config: string | null;
  readonly status: ServiceStatus;
}

/** What the fleet ran at one moment. The id is that of the run that left it. */
export interface Release {
  readonly version: 1;
  readonly release: RunId;
  readonly phase: string;
  readonly at: Instant;
  readonly services: Readonly<Record<ServiceKey, ReleasedService>>;
}

/** Stores the release of a run, or replaces what an earlier part of the same run stored. The models are only written encrypted. */
export async function writeRelease(
  disk: Disk,
  root: string,
  place: KeyPlace,
  content: { readonly release: Release; readonly models: readonly ComposeModel[] },
): Promise<Result<null, Diagnostic>> {
  const key = await releaseKey(disk, place);
  if (!key.ok) return key;
  const { release, models } = content;
  const dir = releaseFolder(root, release.release);
  try {
    await disk.makeFolder(dir);
    const sealed = seal(JSON.stringify({ version: 1, models }), key.value, release.release);
    await disk.replace(join(dir, MODEL), sealed, PRIVATE);
    // Last: a folder without this file is no release.
    await disk.replace(join(dir, RECORD), `${JSON.stringify(release, null, 2)}\n`, PRIVATE);
    return ok(null);
  } catch (error) {
    return err(fileProblem('store the release', dir, error));
  }
}

/** A stored release. */
export async function readRelease(disk: Disk, root: string, id: RunId): Promise<Result<Release, Diagnostic>> {
  if (id === '' || basename(id) !== id || id.startsWith('.'))
    return err(unreadable(id, 'that is no release', 'releases are the folders of `.slipway/releases`'));
  const file = join(releaseFolder(root, id), RECORD);
  try {
    const parsed = recordSchema.safeParse(JSON.parse((await disk.read(file)).toString('utf8')));
    if (parsed.success) return ok(parsed.data);
  } catch (error) {
    if (!(error instanceof SyntaxError)) return err(fileProblem('read the release', file, error));
  }
  return err(unreadable(file, 'its record is damaged', 'choose another folder of `.slipway/releases`'));
}

/** The rendered models of a release's projects. */
export async function readModels(
  disk: Disk,
  root: string,
  place: KeyPlace,
  id: RunId,
): Promise<Result<readonly ComposeModel[], Diagnostic>> {
  const file = join(releaseFolder(root, id), MODEL);
  const key = await releaseKey(disk, place);
  if (!key.ok) return key;
  try {
    const plain = unseal(await disk.read(file), key.value, id);
    if (plain !== null) return ok((JSON.parse(plain) as { models: readonly ComposeModel[] }).models);
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

/** The model with which a service was last completed, and its image; null = no release has one. `except`: the run that asks. */
export async function lastGoodModel(
  disk: Disk,
  root: string,
  place: KeyPlace,
  wanted: { readonly project: string; readonly service: ServiceKey; readonly except: RunId },
): Promise<Result<{ readonly release: RunId; readonly image: ImageId | null; readonly model: ComposeModel } | null, Diagnostic>> {
  const { releases } = await listReleases(disk, root);
  const good = releases.find((r) => r.release !== wanted.except && r.services[wanted.service]?.status === 'completed');
  if (!good) return ok(null);
  const models = await readModels(disk, root, place, good.release);
  if (!models.ok) return models;
  const model = models.value.find((m) => m.name === wanted.project);
  return ok(model ? { release: good.release, image: good.services[wanted.service]?.image ?? null, model } : null);
}

const RECORD = 'release.json';
const MODEL = 'model.enc';
const PRIVATE = { mode: 0o600, durability: 'synced' } as const;

const text = z.string();
const recordSchema = z.object({
  version: z.literal(1),
  release: text,
  phase: text,
  at: text,
  services: z.record(
    text,
    z.object({
      project: text,
      name: text,
      image: text.nullable(),
      tag: text,
      inputs: text.nullable(),
      config: text.nullable(),
      status: z.enum(['pending', 'running', 'completed', 'failed', 'skipped', 'rolled-back']),
    }),
  ),
});

function releaseFolder(root: string, id: RunId): string {
  return join(root, '.slipway', 'releases', id);
}

async function releaseIds(disk: Disk, root: string): Promise<readonly RunId[]> {
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
