import { existsSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { listBackups } from '../backup/folders.ts';
import { RECORD_FILE, readRecord } from '../backup/record.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { locateHistory } from './fleet-history.ts';
import type { CommonValues } from './options/common.ts';
import type { World } from './world.ts';

/** Which backup is restored where. */
export interface ChosenBackup {
  /** Absolute, both. */
  readonly folder: string;
  readonly root: string;
  /** What else was named. */
  readonly services: readonly string[];
}

/**
 * The backup that is meant: the folder of the first word, as a path or as a name in the folder of the backups; else the newest. Where nothing of
 * the project is left it is restored to where it was. A folder that was named with --project-dir need not exist.
 */
export async function findBackup(call: {
  readonly args: readonly string[];
  readonly values: CommonValues & { readonly dir: string | null };
  readonly world: World;
}): Promise<Result<ChosenBackup, readonly Diagnostic[]>> {
  const { args, values, world } = call;
  const [word = '', ...rest] = args;
  const place = await locateHistory(values, world);
  const root = values.projectDir !== null ? resolve(world.cwd, values.projectDir) : place.ok ? place.value.root : null;
  const parent = resolve(root ?? world.cwd, values.dir ?? (place.ok ? place.value.settings.backup.directory : 'backups'));
  const candidates = word === '' ? [] : [resolve(world.cwd, word), join(parent, word)];
  const folder = candidates.find((path) => existsSync(join(path, RECORD_FILE)));
  const chosen = (path: string, services: readonly string[]) => intoProject(path, { root, services, ...call });
  if (folder !== undefined) return chosen(folder, rest);
  if (word.includes('/')) return err([noBackup(`There is no backup in ${resolve(world.cwd, word)}`)]);
  // The name of the phase is in the configuration; where that is gone too, so is what tells phases apart.
  const found = await listBackups(parent, place.ok ? place.value.settings.phase : null);
  const [newest] = found.backups;
  if (!newest) return err([...found.diagnostics, noBackup(`There is no backup in ${parent}`)]);
  return chosen(newest.folder, args);
}

/**
 * The project dir that it goes into. One that was found further up is not meant when the operator stands where the backup is from and nothing
 * is left there that could have been found.
 */
async function intoProject(
  folder: string,
  from: {
    readonly root: string | null;
    readonly services: readonly string[];
    readonly values: CommonValues;
    readonly world: World;
  },
): Promise<Result<ChosenBackup, readonly Diagnostic[]>> {
  const { root, services, values, world } = from;
  const record = await readRecord(folder);
  if (!record.ok) return err([record.error]);
  const { root: before } = record.value;
  const near = relative(before, world.cwd);
  const standsThere = near === '' || (!near.startsWith('..') && !isAbsolute(near));
  return ok({ folder, root: root === null || (values.projectDir === null && standsThere) ? before : root, services });
}

function noBackup(message: string): Diagnostic {
  return { code: 'no-backup', severity: 'error', message, remedy: 'Give the folder of a backup: slipway restore FOLDER' };
}
