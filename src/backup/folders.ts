import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import { isMissing } from '../util/fs-error.ts';
import { shellLine } from '../util/shell-words.ts';
import { readRecord, SUMS_FILE } from './record.ts';
import type { BackupRecord } from './types.ts';
import { PARTIAL } from './write.ts';

/** A backup that is there; its content is not looked at. */
export interface FoundBackup {
  readonly folder: string;
  readonly record: BackupRecord;
  readonly bytes: number;
}

/** What a parent folder holds: backups, the newest first, and what is none. */
export interface BackupFolders {
  readonly backups: readonly FoundBackup[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The backups of a phase (null = of any) in a folder, with a warning for each that was not finished or cannot be read. */
export async function listBackups(parent: string, phase: string | null): Promise<BackupFolders> {
  const backups: FoundBackup[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const name of (await namesIn(parent)).filter((n) => isNameOf(n, phase)).sort()) {
    const folder = join(parent, name);
    const record = name.endsWith(PARTIAL) ? null : await readRecord(folder);
    if (record?.ok && (phase === null || record.value.phase === phase)) {
      const bytes = record.value.contents.reduce((sum, one) => sum + one.bytes, 0);
      backups.push({ folder, record: record.value, bytes });
    } else if (record === null) diagnostics.push(unfinished(folder));
    else if (!record.ok) diagnostics.push({ ...record.error, severity: 'warning' });
  }
  return { backups: backups.sort((a, b) => (a.record.at < b.record.at ? 1 : -1)), diagnostics };
}

/** Whether every file that the record names is there in its size: what a look without reading can tell. */
export async function isWholeByRecord({ folder, record }: Pick<FoundBackup, 'folder' | 'record'>): Promise<boolean> {
  for (const { path, bytes } of [...record.contents, { path: SUMS_FILE, bytes: null }]) {
    const found = await stat(join(folder, path)).catch(() => null);
    if (!found?.isFile() || (bytes !== null && found.size !== bytes)) return false;
  }
  return true;
}

function isNameOf(name: string, phase: string | null): boolean {
  return phase === null ? !name.startsWith('.') : name.startsWith(`${phase}_`);
}

async function namesIn(parent: string): Promise<readonly string[]> {
  try {
    return await readdir(parent);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function unfinished(folder: string): Diagnostic {
  return {
    code: 'backup-unfinished',
    severity: 'warning',
    message: `A backup was cut off and left ${folder}`,
    remedy: `${shellLine(['rm', '-r', folder])}, if no backup is being taken now`,
  };
}
