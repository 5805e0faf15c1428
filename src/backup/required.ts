import { resolve } from 'node:path';
import type { Settings } from '../fleet/types.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ServiceKey } from '../model/ids.ts';
import { humanDuration } from '../util/human.ts';
import { epochMsOf } from '../util/instant.ts';
import { type FoundBackup, isWholeByRecord, listBackups } from './folders.ts';

/** What the configuration demands before a rebuild, and what there is of it. */
export interface BackupDemand {
  readonly maxAgeMs: number;
  /** The folder of the backups; absolute. */
  readonly parent: string;
  /** Young enough and whole by their records. */
  readonly backups: readonly FoundBackup[];
  /** How old the newest one of all is; null = there is none. */
  readonly newestAgeMs: number | null;
}

/**
 * Looks for the backups that the configuration demands; null = it demands none. One of this project dir counts whatever phase it is named after:
 * the backup before phase 1 is called phase0.
 */
export async function backupDemand(root: string, settings: Settings, nowMs: number): Promise<BackupDemand | null> {
  const { requiredMs, directory } = settings.backup;
  if (requiredMs === null) return null;
  const parent = resolve(root, directory);
  const backups = (await listBackups(parent, null)).backups.filter(
    ({ record }) => record.phase === settings.phase || record.root === root,
  );
  const ageMs = ({ record }: FoundBackup) => Math.max(0, nowMs - epochMsOf(record.at));
  const young: FoundBackup[] = [];
  for (const backup of backups) if (ageMs(backup) < requiredMs && (await isWholeByRecord(backup))) young.push(backup);
  return { maxAgeMs: requiredMs, parent, backups: young, newestAgeMs: backups[0] ? ageMs(backups[0]) : null };
}

/**
 * What a rebuild lacks: a backup young enough that holds each of these services, which have a container now; null = it lacks nothing. For the
 * start of a rebuild, which refuses, and for doctor.
 */
export function backupMissing(demand: BackupDemand | null, services: readonly ServiceKey[]): Diagnostic | null {
  if (demand === null) return null;
  const { backups, maxAgeMs, newestAgeMs, parent } = demand;
  const bare = services.filter((key) => !backups.some(({ record }) => key in record.services));
  if (bare.length === 0) return null;
  const age = humanDuration(maxAgeMs);
  const found = newestAgeMs === null ? 'there is none' : `the newest is ${humanDuration(newestAgeMs)} old`;
  const short = newestAgeMs !== null && newestAgeMs < maxAgeMs ? `${found} and not whole` : found;
  const what = backups.length === 0 ? short : `none that is holds ${bare.join(', ')}`;
  return {
    code: 'backup-missing',
    severity: 'error',
    message: `A rebuild needs a whole backup that is younger than ${age} (backup.required), and ${what}`,
    file: parent,
    remedy: `take one: slipway backup${backups.length > 0 ? ` ${bare.join(' ')}` : ''}`,
  };
}
