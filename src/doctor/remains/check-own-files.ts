import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileProblem } from '../../journal/problems.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { isMissing } from '../../util/fs-error.ts';
import { counted } from '../../util/human.ts';
import type { DoctorCheck, DoctorContext } from '../types.ts';
import { FIX } from './fix-remedy.ts';
import { isHeld } from './locks.ts';
import { partsOf } from './look.ts';
import { halfWrittenState, missingLogFolder, ownFileRemains } from './own-files.ts';
import { ownRuns } from './own-runs.ts';
import type { Remain } from './types.ts';

/** Less than a run writes before its first step. Bytes. */
const LEAST_BYTES = 256 * 1024;

/** Whether Slipway can write where it has to, and whether its own files are there and only for their owner. */
export const checkOwnFiles: DoctorCheck = {
  name: 'own-files',
  title: 'Project folder',
  rebuild: 'stops',
  needs: 'nothing',
  run: async (context) => {
    const { root } = context;
    if (root === null) return { notChecked: 'there is no project here' };
    const unwritable = await unwritableOf(context, root);
    if (unwritable.length > 0) return { seen: 'cannot be written to', findings: unwritable };
    const found = await remainsOf(context, root);
    return {
      seen: 'can be written to',
      findings: [...openToOthers(root, found), ...halfWritten(root, found), ...gone(root, found)],
    };
  },
};

/** One finding for each disk or folder that refuses, not for each thing that it refuses. */
async function unwritableOf({ fleet }: DoctorContext, root: string): Promise<readonly Diagnostic[]> {
  const settings = fleet?.settings.monitoring;
  const written = [
    { what: 'write to the project dir', path: root, forgone: false },
    { what: 'write the journals', path: join(root, '.slipway', 'runs'), forgone: false },
    ...(settings ? [{ what: 'write the logs', path: resolve(root, settings.logDirectory), forgone: true }] : []),
    ...(settings ? [{ what: 'write the state file', path: dirname(resolve(root, settings.stateFile)), forgone: true }] : []),
  ];
  const problems = new Map<string, Diagnostic & { readonly forgone: boolean }>();
  for (const { what, path, forgone } of written) {
    const folder = await nearestThatIs(path);
    const problem = problems.has(folder) ? null : await problemWith(folder, what);
    if (problem) problems.set(folder, { ...problem, forgone });
  }
  const all = [...problems.values()];
  // A disk that is full or read-only is so for every folder of it.
  const told = all.filter(
    ({ code }, index) => code === 'no-permission-to-write' || all.findIndex((one) => one.code === code) === index,
  );
  return told.map(({ forgone, ...problem }) => (forgone ? withoutThem(problem) : problem));
}

/** A run goes on without logs and state file: the journal is the truth. */
function withoutThem(problem: Diagnostic): Diagnostic {
  return { ...problem, code: 'logs-not-writable', severity: 'warning' };
}

/** The folder itself, or the nearest one above in which it would be made. */
async function nearestThatIs(path: string): Promise<string> {
  try {
    await access(path, constants.F_OK);
    return path;
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) return path;
    return nearestThatIs(dirname(path));
  }
}

async function problemWith(folder: string, what: string): Promise<Diagnostic | null> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    const { bavail, bsize, blocks, files, ffree } = await statfs(folder);
    // File systems in user space may tell nothing, and count nothing.
    const isFull = (blocks > 0 && bavail * bsize < LEAST_BYTES) || (files > 0 && ffree === 0);
    return isFull ? fileProblem(what, folder, Object.assign(new Error('full'), { code: 'ENOSPC' })) : null;
  } catch (error) {
    const problem = fileProblem(what, folder, error);
    // The engine's `no-permission` is another matter.
    return problem.code === 'no-permission' ? { ...problem, code: 'no-permission-to-write' } : problem;
  }
}

/** While a run is under way its files are its own. */
async function remainsOf(context: DoctorContext, root: string): Promise<readonly Remain[]> {
  const { disk, fleet } = context;
  if ((await partsOf({ ...context, root })).some(isHeld)) return [];
  const own = await ownFileRemains(disk, root);
  if (fleet === null) return own;
  const { runs } = await ownRuns(disk, fleet);
  return [
    ...own,
    ...(await halfWrittenState(disk, resolve(root, fleet.settings.monitoring.stateFile))),
    ...(await missingLogFolder(disk, { root, settings: fleet.settings, runs: runs.length })),
  ];
}

function openToOthers(root: string, remains: readonly Remain[]): readonly Diagnostic[] {
  const open = remains.filter((one) => one.kind === 'open-to-others');
  if (open.length === 0) return [];
  return [
    {
      code: 'files-open-to-others',
      severity: 'warning',
      message: `${counted(open.length, 'file or folder', 'files or folders')} of Slipway’s that may hold secrets can be read or changed by other users`,
      evidence: shortList(open.map(({ path }) => relative(root, path))),
      remedy: FIX,
    },
  ];
}

function halfWritten(root: string, remains: readonly Remain[]): readonly Diagnostic[] {
  const files = remains.filter((one) => one.kind === 'half-written');
  if (files.length === 0) return [];
  return [
    {
      code: 'half-written-files',
      severity: 'info',
      message: `${counted(files.length, 'file')} that a killed process was writing`,
      evidence: shortList(files.map(({ path }) => relative(root, path))),
      remedy: FIX,
    },
  ];
}

function gone(root: string, remains: readonly Remain[]): readonly Diagnostic[] {
  return remains.flatMap((one) =>
    one.kind === 'log-folder'
      ? [
          {
            code: 'log-folder-missing',
            severity: 'info',
            message: `The folder of the logs is gone: ${relative(root, one.path)}`,
            file: one.path,
            remedy: `${FIX} makes it anew; the logs of earlier runs are lost`,
          } as const,
        ]
      : [],
  );
}

const LISTED = 6;

function shortList(paths: readonly string[]): string {
  const more = paths.length > LISTED ? [`and ${paths.length - LISTED} more`] : [];
  return [...paths.slice(0, LISTED), ...more].join('\n');
}
