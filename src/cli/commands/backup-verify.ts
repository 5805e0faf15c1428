import { resolve } from 'node:path';
import { type BackupFolders, listBackups } from '../../backup/folders.ts';
import { shownVolume } from '../../backup/types.ts';
import { verifyBackup } from '../../backup/verify.ts';
import { EXIT, type ExitCode } from '../../model/status.ts';
import { renderBackups } from '../../report/backup-text.ts';
import { stoppedCode } from '../../run/backup/back-up.ts';
import { asProblem } from '../../run/backup/problem.ts';
import { StopController } from '../../run/executor/stop.ts';
import type { Call } from '../command.ts';
import { type HistoryPlace, locateHistory } from '../fleet-history.ts';
import { complain, paintFor } from '../look.ts';
import type { BACKUP_FLAGS } from '../options/backup.ts';
import { backupProgress } from '../output/backup-progress.ts';
import { catchSignals } from '../signals.ts';

type BackupCall = Call<typeof BACKUP_FLAGS>;

/** `slipway backup verify [FOLDER]`: exit 0 when it is whole, 1 when it is not, 2 when there is none. */
export async function runVerify(call: BackupCall, folders: readonly string[]): Promise<ExitCode> {
  const { values, world } = call;
  const folder = folders[0] === undefined ? await newest(call) : resolve(world.cwd, folders[0]);
  if (folder === null) return EXIT.couldNotStart;
  const progress = backupProgress(world, values);
  const stop = new StopController();
  const release = catchSignals(stop, () => {});
  try {
    const { record, findings } = await verifyBackup(folder, {
      report: progress.report,
      clock: world.clock,
      signal: stop.draining,
    });
    progress.stop();
    complain(world, findings, values);
    if (findings.length === 0 && values.output !== 'quiet' && values.output !== 'json') world.out.write(`${folder} is whole\n`);
    if (record === null) return EXIT.couldNotStart;
    return findings.length === 0 ? EXIT.done : EXIT.serviceFailed;
  } catch (error) {
    if (stop.draining.aborted) return stoppedCode(stop);
    complain(world, [asProblem(error, 'read the backup', folder)], values);
    return EXIT.couldNotStart;
  } finally {
    progress.stop();
    release();
  }
}

/** `slipway backup list` */
export async function runList(call: BackupCall): Promise<ExitCode> {
  const { values, world } = call;
  const found = await foldersOf(call);
  if (found === null) return EXIT.couldNotStart;
  complain(world, found.diagnostics, values);
  const documents = found.backups.map(({ folder, record, bytes }) => ({
    folder,
    bytes,
    ...record,
    volumes: record.volumes.map(shownVolume),
  }));
  if (values.output === 'json') world.out.write(`${JSON.stringify(documents, null, 2)}\n`);
  else if (values.output !== 'quiet') world.out.write(renderBackups(found.backups, paintFor(world.out, world.env, values)));
  return EXIT.done;
}

async function newest(call: BackupCall): Promise<string | null> {
  const found = await foldersOf(call);
  if (found === null) return null;
  const { world, values } = call;
  const [first] = found.backups;
  if (first) return first.folder;
  const message = 'There is no backup to verify';
  complain(
    world,
    [...found.diagnostics, { code: 'no-backup', severity: 'error', message, remedy: 'Take one: slipway backup' }],
    values,
  );
  return null;
}

async function foldersOf({ values, world }: BackupCall): Promise<BackupFolders | null> {
  const place = await locateHistory(values, world);
  if (place.ok) return listBackups(parentOf(place.value, values.dir), values.phase ?? place.value.settings.phase);
  complain(world, place.error, values);
  return null;
}

function parentOf({ root, settings }: HistoryPlace, dir: string | null): string {
  return resolve(root, dir ?? settings.backup.directory);
}
