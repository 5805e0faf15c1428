import type { Diagnostic } from '../model/diagnostic.ts';
import { err, type Result } from '../model/result.ts';
import type { ControlAnswer, ControlRequest } from './protocol.ts';

/** Asks the process that executes the live run of a project dir; errors `no-live-run`, `not-permitted`, `no-answer`, and its refusals. */
export async function askControl(root: string, request: Omit<ControlRequest, 'v'>): Promise<Result<ControlAnswer, Diagnostic>> {
  return err({ code: 'no-live-run', severity: 'error', message: `No run is live in ${root}: ${request.action} found nobody` });
}
