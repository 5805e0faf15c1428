import type { StepFailure } from '../port.ts';
import type { ChildResult } from '../process.ts';
import { problemFailure } from './step-failure.ts';
import { engineProblemIn } from './tool-problem.ts';
import { failureSentence, readWords } from './words.ts';

/** A call of Compose that makes containers, and the failure that it stands for. */
export interface ComposeCall {
  readonly call: string;
  readonly code: 'replace-failed' | 'preflight-failed';
  readonly timeoutMs: number;
}

const LAST_LINES = 20;

/** Why a call of Compose that makes containers failed. */
export function composeFailure(result: ChildResult, call: ComposeCall): StepFailure {
  const { end } = result;
  if (end.kind === 'stopped' && end.why === 'aborted') return { failure: { code: 'interrupted' }, transient: false };
  const engine = engineProblemIn(result.stderr);
  if (engine) return problemFailure(engine.message);
  const lastLogLines = readWords(result.stderr).lines.slice(-LAST_LINES);
  return { failure: { code: call.code, message: message(result, call), lastLogLines }, transient: false };
}

function message({ end, stderr }: ChildResult, { call, timeoutMs }: ComposeCall): string {
  if (end.kind === 'stopped') return `${call} did not end in ${timeoutMs / 1000} s`;
  if (end.kind === 'not-started') return `docker compose did not start: ${end.message}`;
  if (end.kind === 'signalled') return `${call} was ended by ${end.signal}`;
  // Progress lines (` Container x  Recreate`) come first, the reason is the last line.
  return failureSentence(stderr, `${call} ended with exit code ${end.code}`).split('\n').at(-1)!.trim();
}
