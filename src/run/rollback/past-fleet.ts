import type { FleetSource } from '../../fleet/fleet-source.ts';
import type { Fleet } from '../../fleet/types.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { RunId, ServiceKey } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { PastRelease, Present } from '../../plan/rollback-types.ts';
import { describeDrift } from '../../release/describe.ts';
import { listReleases, readStored } from '../../release/store.ts';
import type { Release } from '../../release/types.ts';
import type { Disk } from '../../util/disk.ts';
import type { Scene } from '../planner.ts';
import { keyPlace } from '../releases/stored-before.ts';
import { describePresent } from '../releases/take-release.ts';
import { type OpenedRelease, StoredForms } from './stored-forms.ts';

/** SHA-256 of files of the host, by absolute path; null = it could not be read. */
type FileDigests = Readonly<Record<string, string | null>>;

/** What the kept releases say of the fleet. */
export interface PastFleet {
  /** The newest first. */
  readonly releases: readonly PastRelease[];
  readonly present: ReadonlyMap<ServiceKey, Present>;
  /** For services that run with something else than what the project's files or a release say: what. */
  readonly drift: ReadonlyMap<ServiceKey, string>;
  readonly diagnostics: readonly Diagnostic[];
  /** The files that a service read in a release. */
  files(release: RunId, service: ServiceKey): FileDigests;
}

/** Reads the records of the phase's releases, and looks up how each service runs now: whatever put it there. */
export async function pastFleet({ world, sources, runs, options }: Scene): Promise<Result<PastFleet, Diagnostic>> {
  const { fleet } = world;
  const { releases, diagnostics } = await phaseReleases(fleet, sources.disk);
  const begun = Object.values(options.rollback?.targets ?? {});
  const described = await describePresent({ deps: sources, fleet, runs }, begun);
  if (!described.ok) return described;
  const { release: now, drifted } = described.value;
  const present = Object.entries(now.services).map(([key, { image, config, tag }]): [ServiceKey, Present] => {
    const same = releases.find(
      ({ services: { [key]: then } }) => then?.image === image && then.config === config && then.tag === tag,
    );
    return [key, { release: same?.release ?? null, config }];
  });
  return ok({
    releases,
    present: new Map(present),
    drift: new Map(drifted.map(({ service, drift }) => [service, describeDrift(drift)])),
    diagnostics,
    files: (id, key) => releases.find((r) => r.release === id)?.services[key]?.files ?? {},
  });
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
export async function changedFiles(source: Pick<FleetSource, 'hashFiles'>, then: FileDigests): Promise<readonly string[]> {
  const now = await source.hashFiles(Object.keys(then));
  return Object.entries(then).flatMap(([path, digest]) => (now.get(path) === digest ? [] : [path]));
}
