import { err, type Result } from '../model/result.ts';
import type { EngineProblem, StepFailure } from './port.ts';

/** The engine refused or is not there. */
export function engineFailure({ message }: EngineProblem): Result<never, StepFailure> {
  return err({ failure: { code: 'engine-error', message }, transient: false });
}

/** The image could not be put in place. */
export function replaceFailure(message: string): Result<never, StepFailure> {
  return err({ failure: { code: 'replace-failed', message, lastLogLines: [] }, transient: false });
}
