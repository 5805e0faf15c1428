import { resolve } from 'node:path';
import type { Fleet, Service, StoredProject } from '../fleet/types.ts';
import type { RunState } from '../journal/projection.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { RunId, ServiceKey } from '../model/ids.ts';
import type { Result } from '../model/result.ts';
import type { KeyPlace } from '../release/key.ts';
import { lastGoodModel, type ReleasedService, writeRelease } from '../release/store.ts';
import type { Disk } from '../util/disk.ts';
import { instantAt } from '../util/instant.ts';
import type { Record } from './context.ts';
import type { Stock } from './stock.ts';

/** What a release is made from at the end of a run. */
export interface ReleaseSource {
  readonly disk: Disk;
  readonly fleet: Fleet;
  readonly state: RunState;
  readonly stock: Stock;
  readonly key: KeyPlace;
  readonly nowMs: number;
}

/** Stores what the run left in place: nothing when it completed no service. */
export async function storeRelease({ disk, fleet, state, stock, key, nowMs }: ReleaseSource): Promise<Result<null, Diagnostic>> {
  const services = Object.fromEntries(fleet.services.flatMap((s) => entry(s, state, stock)));
  if (![...state.services.values()].some((s) => s.lastCompleted)) return { ok: true, value: null };
  const release = { version: 1, release: state.run, phase: fleet.settings.phase, at: instantAt(nowMs), services } as const;
  return writeRelease(disk, fleet.root, key, { release, models: fleet.projects.map((p) => p.model) });
}

/**
 * The model that a service was last completed with before this run; null = the project's files say the same, or none is stored. An
 * unchanged service goes back by its files, so that a later plain `up` finds nothing to do.
 */
export async function previousModel(
  from: Pick<ReleaseSource, 'disk' | 'fleet' | 'key' | 'stock'> & {
    readonly run: RunId;
    readonly service: Service;
    readonly record: Record;
  },
): Promise<StoredProject | null> {
  const { disk, fleet, key, run, service, stock, record } = from;
  const recorded = stock.records.get(service.key)?.completed?.config;
  if (recorded !== undefined && recorded === stock.fingerprints.get(service.key)?.config) return null;
  const found = await lastGoodModel(disk, fleet.root, key, { project: service.project, service: service.key, except: run });
  if (found.ok) return found.value && { model: found.value.model, environment: {} };
  const message = `its configuration of before cannot be read, so it goes back with the present one: ${found.error.message}`;
  await record({ type: 'notice', severity: 'warning', code: 'release-unreadable', service: service.key, message });
  return null;
}

/** A service belongs to the release when this run completed it, or when it still is as the last completed run left it. */
function entry(service: Service, state: RunState, stock: Stock): [ServiceKey, ReleasedService][] {
  const base = { project: service.project, name: service.name, tag: service.image };
  const settled = state.services.get(service.key)?.lastSettled;
  if (settled?.status === 'completed') {
    const { image, fingerprint } = settled;
    return [
      [
        service.key,
        { ...base, image, inputs: fingerprint?.inputs ?? null, config: fingerprint?.config ?? null, status: 'completed' },
      ],
    ];
  }
  if (settled) return [[service.key, { ...base, image: settled.image, inputs: null, config: null, status: settled.status }]];
  const completed = stock.records.get(service.key)?.completed;
  if (!completed || completed.config !== stock.fingerprints.get(service.key)?.config) return [];
  return [
    [service.key, { ...base, image: completed.image, inputs: completed.inputs, config: completed.config, status: 'completed' }],
  ];
}

/** Where the key of a fleet's releases is. */
export function keyPlace(fleet: Fleet, configHome: string): KeyPlace {
  const { keyFile } = fleet.settings.rollback;
  return { configHome, keyFile: keyFile === null ? null : resolve(fleet.root, keyFile) };
}
