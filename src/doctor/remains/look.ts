import { resolve } from 'node:path';
import { viewStopped } from '../../backup/stopped.ts';
import { listOrphans } from '../../docker/orphans.ts';
import type { Fleet } from '../../fleet/types.ts';
import type { DoctorContext } from '../types.ts';
import { isHeld, type LockPart, lockParts } from './locks.ts';
import { engineRemains } from './on-engine.ts';
import { halfWrittenState, missingLogFolder, ownFileRemains } from './own-files.ts';
import { ownRuns } from './own-runs.ts';
import { lookAtStateFile } from './state-file.ts';
import type { Remain } from './types.ts';

/** Where remains are looked for; a folder without a fleet that loads still has a lock and files of ours. */
export type RemainsPlace = Pick<DoctorContext, 'disk' | 'engine' | 'me' | 'facts'> & {
  readonly root: string;
  readonly fleet: Fleet | null;
};

/** All that can be put right, and who keeps it from being: while somebody may be at work nothing is a remain. */
export interface Remains {
  readonly heldBy: readonly LockPart[];
  readonly remains: readonly Remain[];
}

/** Looks for everything that an ended Slipway left here and on the engine. `ownLock`: the lock is ours, so that it tells nothing. */
export async function lookForRemains(place: RemainsPlace, lock: 'as-found' | 'own'): Promise<Remains> {
  const { disk, root, fleet } = place;
  const parts = lock === 'own' ? [] : await partsOf(place);
  const heldBy = parts.filter(isHeld);
  if (heldBy.length > 0) return { heldBy, remains: [] };
  const remains = [
    ...parts.flatMap(staleLock),
    ...(await stopped(place)),
    ...(fleet === null ? [] : await ofFleet(place, fleet)),
    ...(await ownFileRemains(disk, root)),
  ];
  return { heldBy, remains };
}

/** The parts of the lock that can be asked for. */
export function partsOf({ disk, root, fleet, engine, me, facts }: RemainsPlace): Promise<readonly LockPart[]> {
  const projects = fleet?.projects.map(({ name }) => name) ?? [];
  return lockParts({ disk, root, me, projects, engine: facts.ok ? engine : null });
}

function staleLock({ where, holder }: LockPart): readonly Remain[] {
  if ('file' in where) return [{ kind: 'lock-file', path: where.file, holder }];
  return holder === null ? [] : [{ kind: 'lock-marker', project: where.project, holder }];
}

/** While a volume is half restored nobody may be started; another restore has to finish it. */
async function stopped({ disk, root, facts, fleet }: RemainsPlace): Promise<readonly Remain[]> {
  const note = facts.ok && fleet !== null ? await viewStopped(disk, root) : null;
  if (note === null || note.halfway.length > 0 || note.services.length === 0) return [];
  return [{ kind: 'stopped-services', services: note.services, why: note.why }];
}

async function ofFleet({ disk, engine, facts }: RemainsPlace, fleet: Fleet): Promise<readonly Remain[]> {
  const runs = await ownRuns(disk, fleet);
  const { root, settings } = fleet;
  const orphans = await listOrphans(fleet.projects.map(({ name }) => name));
  const { ours } = facts.ok ? await engineRemains(engine, fleet, runs) : { ours: [] };
  const state = runs.diagnostics.length > 0 ? null : await lookAtStateFile(disk, fleet, { runs: runs.runs, live: null });
  return [
    ...(orphans.length > 0 && facts.ok ? [{ kind: 'orphans', programs: orphans } as const] : []),
    ...ours.map((leftover) => ({ kind: 'leftover', leftover }) as const),
    ...(state === null || state.view === 'good' ? [] : [{ kind: 'state-file', ...state, view: state.view } as const]),
    ...(await halfWrittenState(disk, resolve(root, settings.monitoring.stateFile))),
    ...(await missingLogFolder(disk, { root, settings, runs: runs.runs.length })),
  ];
}
