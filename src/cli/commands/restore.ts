import type { RestorePlan } from '../../backup/restore-plan.ts';
import { shownVolume } from '../../backup/types.ts';
import { createDockerArchive } from '../../docker/archive.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import { commaList } from '../../plan/selection.ts';
import { renderRestorePlan } from '../../report/restore-text.ts';
import { planOnlyRestore, restore } from '../../run/backup/restore.ts';
import type { RestoreDeps, RestoreRequest } from '../../run/backup/restore-types.ts';
import type { RebuildDeps, RebuildResult } from '../../run/rebuild-types.ts';
import { planRollbackRun } from '../../run/rollback/rollback-planner.ts';
import { carryOut } from '../../run/run-locked.ts';
import { askOrRefuse } from '../ask.ts';
import { type ChosenBackup, findBackup } from '../backup-folder.ts';
import type { Call } from '../command.ts';
import { executeRun } from '../execute-run.ts';
import { typedCommand } from '../invocation.ts';
import { complain, outputMode, paintFor } from '../look.ts';
import type { RESTORE_FLAGS } from '../options/backup.ts';
import { loadRequest } from '../options/request.ts';
import { backupProgress } from '../output/backup-progress.ts';

type RestoreCall = Call<typeof RESTORE_FLAGS>;

/** `slipway restore [FOLDER] [service...]` */
export async function runRestore(call: RestoreCall): Promise<ExitCode> {
  const { values, world } = call;
  if (values.continue) return executeRun(call, (deps) => goOn(call, deps));
  const found = await findBackup(call);
  if (found.ok) return executeRun(call, (deps) => carry(call, requestOf(call, found.value), deps));
  complain(world, found.error, values);
  return EXIT.couldNotStart;
}

async function carry(call: RestoreCall, request: RestoreRequest, deps: RebuildDeps): Promise<RebuildResult> {
  const { values, world } = call;
  const progress = backupProgress(world, values);
  const restoring: RestoreDeps = {
    ...deps,
    archive: createDockerArchive(world.env),
    report: progress.report,
    confirm: async (plan) => {
      progress.stop();
      show(call, request.root, plan);
      return askOrRefuse('Restore this?', { world, values, command: 'restore' });
    },
    onLive: (live) => {
      progress.stop();
      deps.onLive(live);
    },
  };
  try {
    if (!values.dryRun) return await restore(request, restoring);
    const planned = await planOnlyRestore(request, restoring);
    progress.stop();
    if (!planned.ok) return { kind: 'refused', diagnostics: planned.error, exitCode: EXIT.couldNotStart };
    show(call, request.root, planned.value);
    return { kind: 'nothing', message: 'Nothing was touched', exitCode: EXIT.done };
  } finally {
    progress.stop();
  }
}

/** A run that goes on is planned from its own record: files and volumes are in place already. */
function goOn(call: RestoreCall, deps: RebuildDeps): Promise<RebuildResult> {
  const request = requestOf(call, { folder: '', root: '', services: call.args });
  const check = () => Promise.reject(new Error('a run that goes on is not checked anew'));
  return carryOut({ command: 'restore', plan: planRollbackRun, check }, request, deps);
}

function show({ values, world }: RestoreCall, root: string, plan: RestorePlan): void {
  const mode = outputMode(values, world);
  if (mode === 'quiet') return;
  if (mode === 'json') world.out.write(`${JSON.stringify({ v: 1, type: 'restore-plan', root, ...documentOf(plan) })}\n`);
  else world.out.write(renderRestorePlan(plan, root, paintFor(world.out, world.env, values)));
}

function documentOf({ record, volumes, ...plan }: RestorePlan): object {
  return { record: { ...record, volumes: record.volumes.map(shownVolume) }, ...plan, volumes: volumes.map(shownVolume) };
}

function requestOf({ values, world }: RestoreCall, { folder, root, services }: ChosenBackup): RestoreRequest {
  const load = loadRequest(values, world.cwd);
  const names = commaList(services);
  return {
    load: { ...load, ...(root !== '' && { projectDir: root }), sources: 'not-needed' },
    folder,
    root,
    wish: {
      services: names,
      files: values.noFiles ? 'leave' : 'write',
      outside: values.outside ? 'write' : 'leave',
      volumes: values.volumes ? 'write' : 'leave',
    },
    continue: values.continue,
    changes: { services: names, categories: [] },
    lockWaitMs: values.lockWait ?? 0,
    command: typedCommand(world),
  };
}
