import { err, ok, type Result } from '../../model/result.ts';
import type { ReplaceRequest, StepFailure, StepIo } from '../port.ts';
import { type ChildResult, runChild } from '../process.ts';
import { composeArgv, upArgv } from './argv.ts';
import type { Tools } from './plugins.ts';
import { problemFailure } from './step-failure.ts';
import { engineProblemIn } from './tool-problem.ts';
import { failureSentence, readWords } from './words.ts';

/** What a Compose call needs of its surroundings. */
export interface UpTools {
  readonly tools: Tools;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * What the containers become: `converge` leaves one that is as it should be, `recreate` makes a new one in any case, `beside` keeps the
 * old ones and makes new ones next to them. `scale` = containers wanted, old and new together; null = as the model says.
 */
export interface UpHow {
  readonly mode: 'converge' | 'recreate' | 'beside';
  readonly scale: number | null;
}

const LAST_LINES = 20;
/** Creating, starting and removing containers, besides the time that the old ones may take to stop. */
const TIMEOUT_MS = 180_000;

/**
 * Brings the containers of one service to what the model says, through Compose: create, stop and remove the old, rename, start. The live
 * tag decides the image and is the caller's. A failure or an abort leaves things half-done (traps T4): recovery is the caller's, and so
 * is, after `beside`, judging the new containers and removing the old; Compose accepts the higher container numbers.
 */
export async function composeUp(
  at: UpTools,
  request: Pick<ReplaceRequest, 'project' | 'service' | 'model'>,
  call: { readonly how: UpHow; readonly io: Pick<StepIo, 'signal' | 'log'> },
): Promise<Result<null, StepFailure>> {
  const { project, service, model } = request;
  const timeoutMs = TIMEOUT_MS + service.stopGraceMs;
  const result = await runChild({
    argv: upArgv(composeArgv(at.tools.compose, project, model === null ? 'files' : 'stdin'), {
      service: service.name,
      ...call.how,
    }),
    env: at.env,
    cwd: project.directory,
    ...(model === null ? {} : { input: JSON.stringify(model) }),
    timeoutMs,
    signal: call.io.signal,
    onStderr: (chunk) => call.io.log(chunk.toString('utf8')),
  });
  return result.end.kind === 'exited' && result.end.code === 0 ? ok(null) : err(upFailure(result, timeoutMs));
}

function upFailure(result: ChildResult, timeoutMs: number): StepFailure {
  const { end } = result;
  if (end.kind === 'stopped' && end.why === 'aborted') return { failure: { code: 'interrupted' }, transient: false };
  const engine = engineProblemIn(result.stderr);
  if (engine) return problemFailure(engine.message);
  const lastLogLines = readWords(result.stderr).lines.slice(-LAST_LINES);
  return { failure: { code: 'replace-failed', message: upMessage(result, timeoutMs), lastLogLines }, transient: false };
}

function upMessage(result: ChildResult, timeoutMs: number): string {
  const { end } = result;
  if (end.kind === 'stopped') return `docker compose up did not end in ${timeoutMs / 1000} s`;
  if (end.kind === 'not-started') return `docker compose did not start: ${end.message}`;
  if (end.kind === 'signalled') return `docker compose up was ended by ${end.signal}`;
  // Progress lines (` Container x  Recreate`) come first, the reason is the last line.
  const sentence = failureSentence(result.stderr, `docker compose up ended with exit code ${end.code}`);
  return sentence.split('\n').at(-1)!.trim();
}
