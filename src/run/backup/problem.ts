import { VolumeInUse } from '../../backup/quiet.ts';
import { StopFailed } from '../../backup/stopped.ts';
import { EngineUnavailable } from '../../docker/port.ts';
import { fileProblem } from '../../journal/problems.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { errorCode } from '../../util/fs-error.ts';
import { engineDiagnostic } from '../stock.ts';

/** A connection that broke off in the middle of a stream. */
const BROKEN_OFF = ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'];

/** What the engine or the disk threw, as a diagnostic; anything else is a bug and thrown on. */
export function asProblem(error: unknown, doing: string, file: string): Diagnostic {
  if (error instanceof EngineUnavailable) return engineDiagnostic(error.problem);
  if (error instanceof StopFailed) return { code: 'stop-failed', severity: 'error', message: error.message };
  if (error instanceof VolumeInUse) {
    const remedy = 'run the command again: it looks anew who has to be stopped';
    return { code: 'volume-in-use', severity: 'error', message: error.message, remedy };
  }
  const code = errorCode(error);
  if (BROKEN_OFF.includes(code)) {
    const remedy = 'see the engine’s own log; its disk may be full';
    return { code: 'engine-error', severity: 'error', message: `The engine broke off while Slipway tried to ${doing}`, remedy };
  }
  if (/^E[A-Z0-9]+$/.test(code)) return fileProblem(doing, file, error);
  throw error;
}
