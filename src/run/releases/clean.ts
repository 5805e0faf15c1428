import { resolve } from 'node:path';
import { EngineUnavailable } from '../../docker/port.ts';
import type { LoadRequest } from '../../fleet/load.ts';
import { parseImageRef } from '../../fleet/tags.ts';
import type { Fleet } from '../../fleet/types.ts';
import { runLogPath } from '../../journal/logs.ts';
import { fileProblem } from '../../journal/problems.ts';
import { loadRuns, runFolder } from '../../journal/runs.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { RunId } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { listReleases, removeRelease } from '../../release/store.ts';
import { assertNever } from '../../util/assert.ts';
import { underLock } from '../lock/hold.ts';
import type { RebuildDeps } from '../rebuild-types.ts';
import { engineDiagnostic } from '../stock.ts';
import { type Cleaning, planClean } from './clean-plan.ts';

/** What the operator asked for. */
export interface CleanRequest {
  readonly load: LoadRequest;
  readonly lockWaitMs: number;
  /** The command line without secrets, for the lock. */
  readonly command: string;
}

export type CleanDeps = Pick<RebuildDeps, 'engine' | 'disk' | 'source' | 'clock' | 'me' | 'stop' | 'say'>;

/** What can go now; nothing is written, and nobody has to wait for it. */
export async function planOnlyClean(
  request: CleanRequest,
  deps: CleanDeps,
): Promise<Result<readonly Cleaning[], readonly Diagnostic[]>> {
  const loaded = await loadFleet(request, deps);
  return loaded.ok ? orProblem(() => look(loaded.value, deps)) : loaded;
}

/**
 * Removes what is past its keep, under the fleet's lock: what can go is looked up again there, and `agree` is asked about it. Returns what was
 * removed; what could not be is said. An error: nothing was removed.
 */
export async function clean(
  request: CleanRequest,
  deps: CleanDeps,
  agree: (cleanings: readonly Cleaning[]) => Promise<Diagnostic | null>,
): Promise<Result<readonly Cleaning[], readonly Diagnostic[]>> {
  const loaded = await loadFleet(request, deps);
  if (!loaded.ok) return loaded;
  const fleet = loaded.value;
  const held = await orProblem(() =>
    underLock(fleet, { command: request.command, waitMs: request.lockWaitMs }, deps, async () => {
      const planned = await look(fleet, deps);
      if (!planned.ok || planned.value.length === 0) return planned;
      const refusal = await agree(planned.value);
      return refusal ? err([refusal]) : ok(await removeAll(planned.value, fleet, deps));
    }),
  );
  return held.ok ? held.value : held;
}

async function loadFleet({ load }: CleanRequest, { engine, source }: CleanDeps): Promise<Result<Fleet, readonly Diagnostic[]>> {
  const [facts, loaded] = await Promise.all([engine.facts(), source.load(load, (project) => engine.render(project))]);
  if (!facts.ok) return err([engineDiagnostic(facts.error)]);
  return loaded.fleet ? ok(loaded.fleet) : err(loaded.diagnostics);
}

async function look(fleet: Fleet, { disk, engine }: CleanDeps): Promise<Result<readonly Cleaning[], readonly Diagnostic[]>> {
  const { phase } = fleet.settings;
  const { runs, diagnostics } = await loadRuns(disk, fleet.root, phase);
  // What cannot be read may be what the rest is needed for.
  if (diagnostics.length > 0) return err(diagnostics.map((d) => ({ ...d, severity: 'error' })));
  const { releases, diagnostics: unread } = await listReleases(disk, fleet.root);
  if (unread.length > 0) return err(unread.map((d) => ({ ...d, remedy: 'mend it or remove its folder, then clean again' })));
  const repositories = [...new Set(fleet.services.map(({ image }) => parseImageRef(image).repository))];
  const [keepers, tags, leftovers] = await Promise.all([
    Promise.all(fleet.projects.map(({ name }) => engine.keepers(name))),
    engine.tagsOf(repositories),
    engine.leftovers(fleet.services),
  ]);
  return ok(
    planClean({
      fleet,
      runs: runs.map(({ state }) => state),
      releases: releases.filter((release) => release.phase === phase),
      others: releases.filter((release) => release.phase !== phase),
      keepers: keepers.flat(),
      tags,
      leftovers,
    }),
  );
}

async function removeAll(cleanings: readonly Cleaning[], fleet: Fleet, deps: CleanDeps): Promise<readonly Cleaning[]> {
  const removed: Cleaning[] = [];
  for (const cleaning of cleanings) {
    const trouble = await remove(cleaning, fleet, deps);
    if (trouble) deps.say({ ...trouble, severity: 'warning' });
    else removed.push(cleaning);
  }
  return removed;
}

/** Null: it is gone. */
async function remove(cleaning: Cleaning, fleet: Fleet, { disk, engine }: CleanDeps): Promise<Diagnostic | null> {
  switch (cleaning.kind) {
    case 'release':
      return problemIn(await removeRelease(disk, fleet.root, cleaning.release));
    case 'keeper':
      return engineProblemIn(await engine.dropKeeper(cleaning.keeper));
    case 'backup-tag':
      return engineProblemIn(await engine.untag(cleaning.tag));
    case 'leftover':
      return engineProblemIn(await engine.clear(cleaning.leftover));
    case 'run':
      return removeRun(cleaning.run, fleet, disk);
    default:
      return assertNever(cleaning);
  }
}

/** The logs first: they are found by the run's folder. */
async function removeRun(run: RunId, { root, settings }: Fleet, disk: CleanDeps['disk']): Promise<Diagnostic | null> {
  const directory = resolve(root, settings.monitoring.logDirectory);
  const folder = runFolder(root, run);
  try {
    await disk.removeTree(resolve(directory, run));
    await disk.remove(runLogPath({ directory, phase: settings.phase, run }));
    await disk.removeTree(folder);
    return null;
  } catch (error) {
    return fileProblem('remove the run', folder, error);
  }
}

function problemIn(result: Result<null, Diagnostic>): Diagnostic | null {
  return result.ok ? null : result.error;
}

function engineProblemIn(result: Result<null, Parameters<typeof engineDiagnostic>[0]>): Diagnostic | null {
  return result.ok ? null : engineDiagnostic(result.error);
}

async function orProblem<T>(work: () => Promise<Result<T, readonly Diagnostic[]>>): Promise<Result<T, readonly Diagnostic[]>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    return err([engineDiagnostic(error.problem)]);
  }
}
