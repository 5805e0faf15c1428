import { EngineUnavailable } from '../../docker/port.ts';
import type { LoadRequest } from '../../fleet/load.ts';
import { loadRuns } from '../../journal/runs.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { ServiceKey } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { DriftedService } from '../../release/compose-release.ts';
import { releaseKey } from '../../release/key.ts';
import { listReleases } from '../../release/store.ts';
import type { Release, ReleaseId } from '../../release/types.ts';
import { underLock } from '../lock/hold.ts';
import type { RebuildDeps } from '../rebuild-types.ts';
import { engineDiagnostic } from '../stock.ts';
import { freeReleaseId } from './release-id.ts';
import { keyPlace } from './stored-before.ts';
import { takeRelease } from './take-release.ts';

/** What the operator asked for. */
export interface AdoptRequest {
  readonly load: LoadRequest;
  readonly lockWaitMs: number;
  /** The command line without secrets, for the lock. */
  readonly command: string;
}

export type AdoptDeps = Pick<RebuildDeps, 'engine' | 'disk' | 'source' | 'clock' | 'me' | 'stop' | 'say' | 'configHome'>;

/** What was recorded. `isNew` false: the newest release says the same already, and nothing was written. */
export interface Adopted {
  readonly release: Release;
  readonly isNew: boolean;
  readonly drifted: readonly DriftedService[];
  /** The newest release before this one; null = there was none. */
  readonly newest: ReleaseId | null;
}

/** Records the present fleet as a release without changing any of it. */
export async function adopt(request: AdoptRequest, deps: AdoptDeps): Promise<Result<Adopted, readonly Diagnostic[]>> {
  const { engine, source } = deps;
  const [facts, loaded] = await Promise.all([engine.facts(), source.load(request.load, (project) => engine.render(project))]);
  if (!facts.ok) return err([engineDiagnostic(facts.error)]);
  if (!loaded.fleet) return err(loaded.diagnostics);
  const { fleet } = loaded;
  const key = await releaseKey(deps.disk, keyPlace(fleet, deps.configHome));
  if (!key.ok) return err([key.error]);
  try {
    const held = await underLock(fleet, { command: request.command, waitMs: request.lockWaitMs }, deps, async () => {
      const { runs } = await loadRuns(deps.disk, fleet.root, fleet.settings.phase);
      const scene = { deps, fleet, runs: runs.map(({ state }) => state) };
      const id = await freeReleaseId(deps.disk, fleet.root, deps.clock);
      const { releases } = await listReleases(deps.disk, fleet.root);
      const newest = releases.find(({ phase }) => phase === fleet.settings.phase)?.release ?? null;
      const wanted = { id, origin: 'adopted', putBack: [], except: [], frozen: new Set<ServiceKey>(), write: 'if-new' } as const;
      const taken = await takeRelease(scene, wanted);
      return taken.ok ? ok({ ...taken.value, newest }) : err([taken.error]);
    });
    return held.ok ? held.value : held;
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    return err([engineDiagnostic(error.problem)]);
  }
}
