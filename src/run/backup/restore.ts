import { mkdir } from 'node:fs/promises';
import { FileRefused, putFile } from '../../backup/put-files.ts';
import type { RestorePlan } from '../../backup/restore-plan.ts';
import { handToRun, type StoppedPlace, startUntouched, startWhatWasStopped } from '../../backup/stopped.ts';
import { verifyBackup } from '../../backup/verify.ts';
import type { Stopped } from '../../backup/volume-groups.ts';
import { wasTouched } from '../../journal/service-state.ts';
import { type Diagnostic, hasErrors } from '../../model/diagnostic.ts';
import { err, type Result } from '../../model/result.ts';
import { EXIT } from '../../model/status.ts';
import { underLock } from '../lock/hold.ts';
import type { RebuildResult } from '../rebuild-types.ts';
import { refused, stoppedBefore } from '../run-flow.ts';
import { carryOut } from '../run-locked.ts';
import { asProblem } from './problem.ts';
import { gatherRestore } from './restore-gather.ts';
import { restorePlanner } from './restore-planner.ts';
import type { RestoreDeps, RestoreRequest } from './restore-types.ts';

/** Puts a backup back: verify, plan, ask, write files, then a run that does the rest. Expected failures are in the result; only bugs are thrown. */
export async function restore(request: RestoreRequest, deps: RestoreDeps): Promise<RebuildResult> {
  const planned = await planOnlyRestore(request, deps);
  if (deps.stop.draining.aborted) return stoppedBefore(deps.stop);
  if (!planned.ok) return refused(planned.error);
  const plan = planned.value;
  if (isEmpty(plan)) return { kind: 'nothing', message: 'Everything is as it is in the backup', exitCode: EXIT.done };
  const no = await deps.confirm(plan);
  if (no) return refused([no]);
  const wrong = await writeFiles(plan, request, deps);
  return wrong ? refused(wrong) : putInPlace(plan, request, deps);
}

/** What a restore would do now, of a backup that is whole; nothing is written. */
export async function planOnlyRestore(
  request: RestoreRequest,
  deps: RestoreDeps,
): Promise<Result<RestorePlan, readonly Diagnostic[]>> {
  const { report, clock, stop, engine } = deps;
  try {
    const { record, findings } = await verifyBackup(request.folder, { report, clock, signal: stop.draining });
    if (findings.length > 0 || record === null) return err(findings);
    const facts = await engine.facts();
    return facts.ok ? await gatherRestore(record, request, deps) : err([{ ...facts.error, severity: 'error' }]);
  } catch (error) {
    if (stop.draining.aborted) return err([]);
    return err([asProblem(error, 'read the backup', request.folder)]);
  }
}

function isEmpty({ load, tags, files, volumes, services }: RestorePlan): boolean {
  const placed = services.every(({ from, to }) => from === to);
  return load.length + tags.length + files.length + volumes.length === 0 && placed;
}

/** The files come first, under the lock: without them there may be no fleet that could be loaded. */
async function writeFiles(
  plan: RestorePlan,
  { folder, root, command, lockWaitMs }: RestoreRequest,
  deps: RestoreDeps,
): Promise<readonly Diagnostic[] | null> {
  if (plan.files.length === 0) return null;
  const locked = { root, projects: plan.record.projects };
  const asked = { command, waitMs: lockWaitMs, halfRestored: 'go-on' } as const;
  try {
    await mkdir(root, { recursive: true });
    const done = await underLock(locked, asked, deps, async () => {
      for (const { file } of plan.files) await putFile(folder, root, file);
    });
    return done.ok ? null : done.error;
  } catch (error) {
    if (error instanceof FileRefused) return [{ code: 'file-outside', severity: 'error', message: error.message }];
    return [asProblem(error, 'write the files of the backup', root)];
  }
}

async function putInPlace(plan: RestorePlan, request: RestoreRequest, deps: RestoreDeps): Promise<RebuildResult> {
  const place = { root: request.root, disk: deps.disk, engine: deps.engine };
  let handed: Promise<readonly Stopped[]> = Promise.resolve([]);
  const live: RestoreDeps['onLive'] = (run) => {
    handed = handToRun(place, new Set(run.plan.services.map(({ service }) => service)));
    deps.onLive(run);
  };
  const result = await carryOut(restorePlanner(plan, request, deps), request, { ...deps, onLive: live });
  const problems = await startAgain(place, result, await handed);
  for (const diagnostic of problems) deps.say(diagnostic);
  return hasErrors(problems) && result.exitCode === EXIT.done ? { ...result, exitCode: EXIT.serviceFailed } : result;
}

/** Who was stopped for volumes and is not put in place by the run, or was not reached by it, runs again as before. */
async function startAgain(
  place: StoppedPlace,
  result: RebuildResult,
  stopped: readonly Stopped[],
): Promise<readonly Diagnostic[]> {
  if (result.kind !== 'ran') return startWhatWasStopped(place);
  const isTouched = ({ service }: Stopped) => {
    const state = result.state.services.get(service);
    return state !== undefined && wasTouched(state);
  };
  return startUntouched(
    place,
    stopped.filter((one) => !isTouched(one)),
  );
}
