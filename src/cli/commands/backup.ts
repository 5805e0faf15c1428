import { shownVolume } from '../../backup/types.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import { commaList } from '../../plan/selection.ts';
import { renderBackupPlan } from '../../report/backup-text.ts';
import { backUp, planOnlyBackup } from '../../run/backup/back-up.ts';
import type { BackupRequest, PlannedBackup } from '../../run/backup/types.ts';
import { StopController } from '../../run/executor/stop.ts';
import { backupDeps } from '../backup-deps.ts';
import type { Call } from '../command.ts';
import { typedCommand } from '../invocation.ts';
import { complain, outputMode, paintFor } from '../look.ts';
import type { BACKUP_FLAGS } from '../options/backup.ts';
import { loadRequest } from '../options/request.ts';
import { backupProgress } from '../output/backup-progress.ts';
import { catchSignals } from '../signals.ts';

type BackupCall = Call<typeof BACKUP_FLAGS>;

/** `slipway backup`, with `verify` and `list` in the place of the first service. */
export async function runBackup(call: BackupCall): Promise<ExitCode> {
  const [word, ...rest] = call.args;
  if (word === 'verify') return (await import('./backup-verify.ts')).runVerify(call, rest);
  if (word === 'list') return (await import('./backup-verify.ts')).runList(call);
  return call.values.dryRun ? show(call) : take(call);
}

async function take(call: BackupCall): Promise<ExitCode> {
  const { values, world } = call;
  const progress = backupProgress(world, values);
  const stop = new StopController();
  const release = catchSignals(stop, () => {
    world.err.write('Stopping: what was written is removed, and services that were stopped are started again\n');
  });
  try {
    const result = await backUp(requestOf(call), await backupDeps(call, stop, progress));
    progress.stop();
    if (result.kind !== 'done') complain(world, result.diagnostics, values);
    return result.exitCode;
  } finally {
    progress.stop();
    release();
  }
}

async function show(call: BackupCall): Promise<ExitCode> {
  const { values, world } = call;
  const silent = { report: () => {}, stop: () => {} };
  const planned = await planOnlyBackup(requestOf(call), await backupDeps(call, new StopController(), silent));
  complain(world, planned.ok ? planned.value.diagnostics : planned.error, values);
  if (!planned.ok) return EXIT.couldNotStart;
  const mode = outputMode(values, world);
  if (mode === 'json') world.out.write(`${JSON.stringify(planDocument(planned.value), null, 2)}\n`);
  else if (mode !== 'quiet') world.out.write(renderBackupPlan(planned.value, paintFor(world.out, world.env, values)));
  return EXIT.done;
}

function planDocument({ plan, freeBytes, neededBytes }: PlannedBackup): object {
  const { backup, folder, services, images, volumes, files, notSaved, estimate } = plan;
  const saved = files.map(({ to, bytes }) => ({ to, bytes }));
  const shown = { services, images, volumes: volumes.map(shownVolume), files: saved, notSaved };
  return { version: 1, backup, folder, freeBytes, neededBytes, estimate, ...shown };
}

function requestOf({ args, values, world }: BackupCall): BackupRequest {
  return {
    load: { ...loadRequest(values, world.cwd), sources: 'not-needed' },
    services: commaList(args),
    parent: values.dir,
    phase: values.phase,
    volumes: { all: values.volumes, names: commaList(values.volume) },
    command: typedCommand(world),
    lockWaitMs: values.lockWait ?? 0,
  };
}
