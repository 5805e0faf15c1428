import { resolve } from 'node:path';
import { type FoundBackup, isWholeByRecord, listBackups } from '../../backup/folders.ts';
import { backupDemand, backupMissing } from '../../backup/required.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { humanBytes, humanDuration } from '../../util/human.ts';
import { epochMsOf } from '../../util/instant.ts';
import { shellLine } from '../../util/shell-words.ts';
import type { DoctorCheck, FleetContext } from '../types.ts';

/** Whether there is a backup to go back to: demanded or not, young enough, and whole as far as can be told without reading it. */
export const checkBackup: DoctorCheck = {
  name: 'backup',
  title: 'Backup',
  // A rebuild asks for the demanded one itself, once it knows which services it is about.
  rebuild: 'goes-on',
  needs: 'fleet',
  run: async (context) => {
    const { fleet, root, clock } = context;
    const { settings } = fleet;
    const parent = resolve(root, settings.backup.directory);
    const listed = await listBackups(parent, null);
    const ours = listed.backups.filter(({ record }) => record.phase === settings.phase || record.root === root);
    const missing = backupMissing(await backupDemand(root, settings, clock.now()), running(context));
    const findings = [
      ...(missing === null ? [] : [missing]),
      ...(await notWhole(ours[0])),
      // A folder without a record is no backup of Slipway's: operators keep others there too.
      ...listed.diagnostics.filter(({ code }) => code !== 'file-missing'),
      ...(ours.length === 0 && missing === null ? none(context, parent) : []),
    ];
    return { seen: seenOf(ours[0], context), findings };
  },
};

/** Those that a rebuild would replace: what has no container yet cannot be in a backup. */
function running({ selected, observed }: FleetContext): readonly string[] {
  return selected.filter(({ key }) => (observed?.services[key]?.containers.length ?? 0) > 0).map(({ key }) => key);
}

async function notWhole(newest: FoundBackup | undefined): Promise<readonly Diagnostic[]> {
  if (newest === undefined || (await isWholeByRecord(newest))) return [];
  return [
    {
      code: 'backup-not-whole',
      severity: 'warning',
      message: 'The newest backup is not whole: files that its record names are missing or have another size',
      file: newest.folder,
      remedy: `${shellLine(['slipway', 'backup', 'verify', newest.folder])} says which; take another: slipway backup`,
    },
  ];
}

/** Worth a word only where there is something to lose. */
function none(context: FleetContext, parent: string): readonly Diagnostic[] {
  if (running(context).length === 0) return [];
  return [
    {
      code: 'no-backup-yet',
      severity: 'info',
      message: 'There is no backup of this fleet; a rebuild keeps what it replaces, but no volumes',
      file: parent,
      remedy: 'slipway backup; or demand one before each rebuild: backup.required',
    },
  ];
}

function seenOf(newest: FoundBackup | undefined, { fleet, clock }: FleetContext): string {
  const demand = fleet.settings.backup.requiredMs === null ? 'none is demanded' : 'one is demanded';
  if (newest === undefined) return `none; ${demand}`;
  const age = humanDuration(Math.max(0, clock.now() - epochMsOf(newest.record.at)));
  return `the newest is ${age} old, ${humanBytes(newest.bytes)}; ${demand}`;
}
