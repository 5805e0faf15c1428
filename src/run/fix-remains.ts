import { chmod } from 'node:fs/promises';
import { lookForRemains, type RemainsPlace } from '../doctor/remains/look.ts';
import { type Remain, remainKey } from '../doctor/remains/types.ts';
import { describeHolder } from '../journal/holder.ts';
import { tryLockFile } from '../journal/lock.ts';
import { fileProblem } from '../journal/problems.ts';
import { mendStateFile } from '../journal/state-file.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { assertNever } from '../util/assert.ts';
import { instantAt } from '../util/instant.ts';
import { type HoldDeps, underLock } from './lock/hold.ts';
import { heldBy } from './lock/lock.ts';
import { engineDiagnostic } from './stock.ts';

/** What came of one thing. `gone`: it was put right by somebody else in the meantime. */
export interface Fixed {
  readonly remain: Remain;
  readonly result: 'done' | 'gone' | Diagnostic;
}

/** What a fix works with. */
export interface FixDeps extends HoldDeps {
  /** The command line without secrets, for the lock. */
  readonly command: string;
}

/** What taking the lock puts right by itself, and tells as these codes. */
const TOLD_BY_LOCK: Readonly<Record<string, Remain['kind']>> = {
  'lock-taken-over': 'lock-file',
  'orphan-ended': 'orphans',
  'services-started-again': 'stopped-services',
};

/**
 * Puts right what was agreed to and nothing else, under the fleet's lock: what is there is looked up again once nobody else can be at work. An
 * error: the lock is not ours, and nothing was touched.
 */
export async function fixRemains(
  place: RemainsPlace,
  agreed: readonly Remain[],
  deps: FixDeps,
): Promise<Result<readonly Fixed[], readonly Diagnostic[]>> {
  const byLock = new Set(['lock-file', 'lock-marker', 'orphans', 'stopped-services']);
  const failed = new Map<string, Diagnostic>();
  const say = (told: Diagnostic) => {
    if (TOLD_BY_LOCK[told.code] !== undefined) return;
    if (told.code === 'not-started-again') failed.set('stopped-services', told);
    deps.say(told);
  };
  const work = async () => {
    const { remains } = await lookForRemains(place, 'own');
    const present = new Map(remains.map((remain) => [remainKey(remain), remain]));
    const fixed: Fixed[] = [];
    for (const remain of agreed) {
      if (byLock.has(remain.kind)) fixed.push({ remain, result: failed.get(remain.kind) ?? 'done' });
      else fixed.push(await fixOne(present.get(remainKey(remain)), { remain, place }));
    }
    return fixed;
  };
  return locked(place, work, { ...deps, say });
}

/** The whole lock where the fleet and the engine are known; else that of the folder, which is all that can be worked on then. */
async function locked<T>(
  { root, fleet, facts }: RemainsPlace,
  work: () => Promise<T>,
  deps: FixDeps,
): Promise<Result<T, readonly Diagnostic[]>> {
  const { command, disk, me, clock } = deps;
  // A volume that is half restored stays so, and who waits for it stays stopped: what is fixed here has nothing to do with it.
  if (fleet !== null && facts.ok) return underLock(fleet, { command, waitMs: 0, halfRestored: 'go-on' }, deps, work);
  const holder = await describeHolder(me, { startedAt: instantAt(clock.now()), command, root });
  const lock = await tryLockFile(disk, root, holder, me);
  if (!lock.ok) {
    if (lock.error.kind === 'unusable') return err([lock.error.problem]);
    const { message, remedy } = heldBy(lock.error.holder, 'The fleet');
    return err([{ code: 'locked', severity: 'error', message, remedy }]);
  }
  try {
    return ok(await work());
  } finally {
    await lock.value.release();
  }
}

async function fixOne(
  now: Remain | undefined,
  { remain, place }: { readonly remain: Remain; readonly place: RemainsPlace },
): Promise<Fixed> {
  if (now === undefined) return { remain, result: 'gone' };
  return { remain, result: (await putRight(now, place)) ?? 'done' };
}

/** Null = done. */
async function putRight(remain: Remain, { disk, engine }: RemainsPlace): Promise<Diagnostic | null> {
  switch (remain.kind) {
    case 'leftover': {
      const cleared = await engine.clear(remain.leftover);
      return cleared.ok ? null : engineDiagnostic(cleared.error);
    }
    case 'state-file':
      return fileWork('write the state file', remain.path, () => mendStateFile(disk, remain.path, remain.state));
    case 'log-folder':
      return fileWork('make the folder of the logs', remain.path, () => disk.makeFolder(remain.path));
    case 'open-to-others':
      return fileWork('change the mode of', remain.path, () => chmod(remain.path, remain.mode));
    case 'half-written':
      return fileWork('remove', remain.path, () => disk.remove(remain.path));
    case 'lock-file':
    case 'lock-marker':
    case 'orphans':
    case 'stopped-services':
      return null;
    default:
      return assertNever(remain);
  }
}

async function fileWork(doing: string, path: string, work: () => Promise<unknown>): Promise<Diagnostic | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return fileProblem(doing, path, error);
  }
}
