import { resolve } from 'node:path';
import type { Fleet, Service, StoredProject } from '../../fleet/types.ts';
import type { RunId } from '../../model/ids.ts';
import type { KeyPlace } from '../../release/key.ts';
import { listReleases, readStored } from '../../release/store.ts';
import type { Disk } from '../../util/disk.ts';
import type { Record } from '../context.ts';
import type { Stock } from '../stock.ts';

/** What is asked for the definition that a service had before a run. */
export interface BeforeRun {
  readonly disk: Disk;
  readonly fleet: Fleet;
  readonly key: KeyPlace;
  readonly stock: Stock;
  readonly run: RunId;
  readonly service: Service;
  readonly record: Record;
}

/**
 * The project as the service ran with it before this run: a run begins with a release that says so. Null = the project's files say the same:
 * then it goes back by its files, so that a later plain `up` finds nothing to do.
 */
export async function storedBefore({ disk, fleet, key, stock, run, service, record }: BeforeRun): Promise<StoredProject | null> {
  const { releases } = await listReleases(disk, fleet.root);
  const before = releases.find(({ release, phase, services }) => {
    return release !== run && phase === fleet.settings.phase && services[service.key]?.image;
  });
  const then = before?.services[service.key];
  if (!before || !then) return null;
  const sameTag = then.tag === service.image;
  if (sameTag && then.config !== null && then.config === stock.fingerprints.get(service.key)?.config) return null;
  const stored = await readStored(disk, fleet.root, key, before.release);
  if (stored.ok) return stored.value[service.project] ?? null;
  const message = `its configuration of before cannot be read, so it goes back with the present one: ${stored.error.message}`;
  await record({ type: 'notice', severity: 'warning', code: 'release-unreadable', service: service.key, message });
  return null;
}

/** Where the key of a fleet's releases is. */
export function keyPlace(fleet: Fleet, configHome: string): KeyPlace {
  const { keyFile } = fleet.settings.rollback;
  return { configHome, keyFile: keyFile === null ? null : resolve(fleet.root, keyFile) };
}
