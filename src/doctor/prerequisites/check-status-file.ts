import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { isMissing } from '../../util/fs-error.ts';
import { counted } from '../../util/human.ts';
import type { DoctorCheck } from '../types.ts';
import { earlierPhases, type NamedFolder, namedBackups, type PhaseLine } from './status-file.ts';

const STATUS_FILE = 'REBUILD_STATUS.md';

/** The operators' status file: whether the phases before this one are complete, and the backups that it names are there. */
export const checkStatusFile: DoctorCheck = {
  name: 'status-file',
  title: 'Earlier phases',
  rebuild: 'goes-on',
  needs: 'fleet',
  run: async ({ root, fleet }) => {
    const file = join(root, STATUS_FILE);
    const text = await readFile(file, 'utf8').catch((error) => {
      if (isMissing(error)) return null;
      throw error;
    });
    if (text === null) return { seen: `no ${STATUS_FILE}`, findings: [] };
    const phases = earlierPhases(text, fleet.settings.phase);
    const open = phases.filter(({ state }) => state === 'open');
    const folders = namedBackups(text);
    const missing = await missingOf(folders, dirname(file));
    const told = phases.length === 0 ? 'names no earlier phase' : phases.map(({ phase, word }) => `${phase} ${word}`).join(', ');
    const backups = folders.length === 0 ? '' : `; ${counted(folders.length, 'backup')} named`;
    return {
      seen: `${STATUS_FILE}: ${told}${backups}`,
      findings: [...open.map((one) => notComplete(file, one)), ...missing.map((one) => notThere(file, one))],
    };
  },
};

async function missingOf(folders: readonly NamedFolder[], base: string): Promise<readonly NamedFolder[]> {
  const isThere = (path: string) => stat(resolve(base, path)).then(Boolean, () => false);
  const found = await Promise.all(folders.map(async (folder) => ((await isThere(folder.path)) ? null : folder)));
  return found.filter((folder) => folder !== null);
}

function notComplete(file: string, { phase, line, word }: PhaseLine): Diagnostic {
  return {
    code: 'earlier-phase-open',
    severity: 'warning',
    message: `${phase} is not complete: ${word}`,
    file,
    line,
    remedy: `finish ${phase} first, or write there that it is complete`,
  };
}

function notThere(file: string, { path, line }: NamedFolder): Diagnostic {
  return {
    code: 'named-backup-missing',
    severity: 'warning',
    message: `The backup that is named there does not exist: ${path}`,
    file,
    line,
    remedy: 'take a new one (slipway backup), and name that',
  };
}
