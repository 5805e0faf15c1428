import { createHash } from 'node:crypto';
import type { Fleet } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { RunId, ServiceKey } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { PastRelease, Present } from '../../plan/rollback-types.ts';
import { listReleases, readStored } from '../../release/store.ts';
import type { Release } from '../../release/types.ts';
import type { Disk } from '../../util/disk.ts';
import type { Scene } from '../planner.ts';
import { keyPlace } from '../release-run.ts';
import { type OpenedRelease, StoredForms } from './stored-forms.ts';

/** SHA-256 of files of the host, by absolute path; null = it could not be read. */
type FileDigests = Readonly<Record<string, string | null>>;

/** What the kept releases say of the fleet. */
export interface PastFleet {
  /** The newest first. */
  readonly releases: readonly PastRelease[];
  readonly present: ReadonlyMap<ServiceKey, Present>;
  readonly diagnostics: readonly Diagnostic[];
  /** The files that a service read in a release. */
  files(release: RunId, service: ServiceKey): FileDigests;
}

/** Reads the records of the phase's releases, and finds in them how each service runs now. */
export async function pastFleet({ world, stock, sources }: Scene): Promise<PastFleet> {
  const { services } = world.fleet;
  const { releases, diagnostics } = await phaseReleases(world.fleet, sources.disk);
  const present = new Map(
    services.map(({ key }): [ServiceKey, Present] => {
      const image = stock.observed.services[key]?.containers.find((c) => !c.temporary)?.image ?? null;
      const same = releases.find((r) => image !== null && r.services[key]?.image === image && r.services[key]?.config !== null);
      return [key, { release: same?.release ?? null, config: same?.services[key]?.config ?? null }];
    }),
  );
  return {
    releases,
    present,
    diagnostics,
    files: (id, key) => releases.find((r) => r.release === id)?.services[key]?.files ?? {},
  };
}

/** The kept releases of the fleet's phase, the newest first; what cannot be read is no reason to keep the rest from going back. */
export async function phaseReleases(
  { root, settings }: Fleet,
  disk: Disk,
): Promise<{ readonly releases: readonly Release[]; readonly diagnostics: readonly Diagnostic[] }> {
  const { releases, diagnostics } = await listReleases(disk, root);
  return {
    releases: releases.filter((r) => r.phase === settings.phase),
    diagnostics: diagnostics.map((diagnostic) => ({ ...diagnostic, severity: 'warning' })),
  };
}

/** Opens the sealed configurations of releases: those that are needed have to be readable, those that are wished for are left out if not. */
export async function openReleases(
  { world, stock, sources }: Scene,
  { needed, wished }: { readonly needed: readonly RunId[]; readonly wished: readonly RunId[] },
): Promise<Result<StoredForms, readonly Diagnostic[]>> {
  const { fleet } = world;
  const { releases } = await listReleases(sources.disk, fleet.root);
  const opened = new Map<RunId, OpenedRelease>();
  const problems: Diagnostic[] = [];
  for (const id of new Set([...needed, ...wished])) {
    const record = releases.find((r) => r.release === id);
    const stored = record && (await readStored(sources.disk, fleet.root, keyPlace(fleet, sources.configHome), id));
    if (!record || !stored) continue;
    if (stored.ok) {
      const entries = Object.entries(record.services);
      opened.set(id, {
        tags: Object.fromEntries(entries.map(([key, { tag }]) => [key, tag])),
        configs: Object.fromEntries(entries.map(([key, { config }]) => [key, config])),
        projects: stored.value,
      });
    } else if (needed.includes(id)) problems.push(stored.error);
  }
  if (problems.length > 0) return err(problems);
  return ok(new StoredForms(fleet, opened, (key) => stock.fingerprints.get(key)?.config));
}

/** Of the files that were read then, those that are not the same now. */
export async function changedFiles(disk: Disk, then: FileDigests): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const [path, digest] of Object.entries(then)) {
    const now = await disk.read(path).then(sha256, () => null);
    if (now !== digest) changed.push(path);
  }
  return changed;
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
