import { chmod, readFile, realpath, stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { fileProblem } from '../journal/problems.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { err, ok, type Result } from '../model/result.ts';
import { completeInStatusFile } from '../report/document/status-file.ts';
import { instantText, resultText } from '../report/document/words.ts';
import { isMissing } from '../util/fs-error.ts';
import { nodeDisk } from '../util/node-disk.ts';
import { type LoadedReport, STATUS_FILE } from './load-report.ts';
import type { World } from './world.ts';

/** How many services are named. */
const NAMED_AT_MOST = 5;

/** Where the status file is; null = where it usually is. */
interface StatusFile {
  readonly root: string;
  readonly file: string | null;
  readonly world: Pick<World, 'cwd'>;
}

/** Marks the phase complete in the operators' status file, when the report's run is the newest and left nothing to do; says what it did. */
export async function completePhase(
  { report, history }: Pick<LoadedReport, 'report' | 'history'>,
  { root, file, world }: StatusFile,
): Promise<Result<string, Diagnostic>> {
  const why = whyNot({ report, history });
  if (why !== null) return err(refusal(why));
  const wanted = file === null ? resolve(root, STATUS_FILE) : resolve(world.cwd, file);
  const shown = relative(world.cwd, wanted) || wanted;
  try {
    // What a link leads to is written, not the link.
    const path = await realpath(wanted);
    const bytes = await readFile(path);
    const text = decode(bytes);
    if (text === null) return err(refusal(`${shown} is not UTF-8 text`));
    const section = `Run ${report.run}: ${resultText(report)}, ${instantText(report.finishedAt)}.`;
    const completed = completeInStatusFile(text, report.phase, section);
    if (completed.what === 'unchanged') return ok(`${shown} says already that ${report.phase} is complete`);
    const { mode } = await stat(path);
    await nodeDisk.replace(path, completed.text, { mode: mode & 0o777, durability: 'synced' });
    // What the umask took from the new file.
    await chmod(path, mode & 0o777);
    const where = completed.what === 'appended' ? ', in a section at its end' : '';
    return ok(`${shown}: ${report.phase} is marked complete${where}`);
  } catch (error) {
    if (!isMissing(error)) return err(fileProblem('mark the phase in', wanted, error));
    const remedy = 'Give the file with --status-file FILE';
    return err({ code: 'no-status-file', severity: 'error', message: `There is no ${shown}`, remedy });
  }
}

/** A phase is complete when its newest run is a rebuild that is done, and every service of it stands as it should. */
function whyNot({ report, history }: Pick<LoadedReport, 'report' | 'history'>): string | null {
  const newest = history.runsOldestFirst.at(-1)?.run;
  if (report.run !== newest) return `run ${report.run} is not the newest one, ${newest} is`;
  if (report.command !== 'rebuild') return `run ${report.run} is a ${report.command}, not a rebuild`;
  if (report.outcome !== 'done') return `run ${report.run} is ${report.outcome}, not done`;
  const whole = report.options !== null && report.options.services.length === 0 && report.options.categories.length === 0;
  const open = history.phase.services.filter(({ status }) => status !== 'completed' && !(whole && status === 'pending'));
  if (open.length === 0) return null;
  const named = open.slice(0, NAMED_AT_MOST).map(({ service, status }) => `${service} (${status.replace('-', ' ')})`);
  const more = open.length > NAMED_AT_MOST ? ` and ${open.length - NAMED_AT_MOST} more` : '';
  return `not every service of the phase is completed: ${named.join(', ')}${more}`;
}

function refusal(why: string): Diagnostic {
  const remedy = 'slipway status shows what is left; nothing was written';
  return { code: 'phase-not-complete', severity: 'error', message: `The phase is not marked complete: ${why}`, remedy };
}

/** Every byte comes back the same, a byte order mark too; null when the file is no UTF-8. */
function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
