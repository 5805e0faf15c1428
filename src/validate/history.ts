import type { Fleet } from '../fleet/types.ts';
import { holderText } from '../journal/holder.ts';
import { presentHolder } from '../journal/lock.ts';
import { loadRuns } from '../journal/runs.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { keyPath } from '../release/key.ts';
import { listReleases, readStored } from '../release/store.ts';
import type { Release } from '../release/types.ts';
import { keyPlace } from '../run/releases/stored-before.ts';
import { errorCode } from '../util/fs-error.ts';
import type { ValidateContext, ValidateDeps } from './types.ts';

/** What was recorded of the phase. */
export type History = Pick<ValidateContext, 'runs' | 'release' | 'stored' | 'holder' | 'historyProblems'>;

/** What was recorded. A run that is going on is no state to judge, and without a run or a release there is nothing to compare with. */
export async function readHistory(fleet: Fleet, deps: ValidateDeps): Promise<Result<History, Diagnostic>> {
  const { root, settings } = fleet;
  const [loaded, { releases, diagnostics }, holder] = await Promise.all([
    loadRuns(deps.disk, root, settings.phase),
    listReleases(deps.disk, root),
    presentHolder(deps.disk, root, deps.me),
  ]);
  const runs = loaded.runs.map(({ state }) => state);
  const last = runs.at(-1);
  if (holder && last?.outcome === 'running') return err(stillRunning(last.run, holderText(holder)));
  const release = releases.find(({ phase }) => phase === settings.phase) ?? null;
  const historyProblems = [...loaded.diagnostics, ...diagnostics];
  if (!last && !release) return err(historyProblems[0] ?? nothingRecorded(settings.phase));
  const stored = release && (await openRelease(fleet, release, deps));
  return ok({ runs, release, historyProblems, holder: holder && holderText(holder), stored });
}

/** Opens the release; the key is not made when it is gone: a new one opens nothing. */
async function openRelease(fleet: Fleet, { release }: Release, { disk, configHome }: ValidateDeps) {
  const place = keyPlace(fleet, configHome);
  const hasKey = await disk.stat(keyPath(place)).then(
    () => true,
    (error) => errorCode(error) !== 'ENOENT',
  );
  return hasKey ? readStored(disk, fleet.root, place, release) : err(keyGone(keyPath(place)));
}

function keyGone(file: string): Diagnostic {
  return {
    code: 'release-key-missing',
    severity: 'error',
    message: 'the key that the releases are encrypted with is not there',
    file,
    remedy: 'Put the key file back, or name it (rollback.key_file); `slipway adopt` begins anew',
  };
}

function stillRunning(run: string, holder: string): Diagnostic {
  return {
    code: 'run-under-way',
    severity: 'error',
    message: `Run ${run} is still going on: what it leaves can be validated when it has ended`,
    evidence: `held by ${holder}`,
    remedy: 'Follow it with `slipway monitor`, and validate then',
  };
}

function nothingRecorded(phase: string): Diagnostic {
  return {
    code: 'nothing-recorded',
    severity: 'error',
    message: `Phase ${phase} has no run and no release: there is nothing to compare the fleet with`,
    remedy: 'Start with `slipway rebuild`, or record the fleet as it runs with `slipway adopt`',
  };
}
