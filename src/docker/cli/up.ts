import type { ComposeModel, Project } from '../../fleet/types.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { StepFailure } from '../port.ts';
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

/** One service to bring to what the model says. */
export interface UpRequest {
  readonly project: Project;
  /** The name in the Compose file. */
  readonly service: string;
  /** A stored rendered model instead of the project's files; null = the files. */
  readonly model: ComposeModel | null;
  /** `up` leaves a container that is as it should be; `recreate` makes a new one in any case. */
  readonly action: 'up' | 'recreate';
  /** Containers wanted; null = as the model says. */
  readonly scale: number | null;
  /** For the whole call, the old container's stop included. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly log: (text: string) => void;
}

const LAST_LINES = 20;

/**
 * Replaces the containers of one service through Compose: create, stop and remove the old, rename, start. A failure or an abort leaves
 * things half-done (traps T4): recovery is the caller's.
 */
export function composeUp(at: UpTools, request: UpRequest): Promise<Result<null, StepFailure>> {
  const mode = request.action === 'recreate' ? 'recreate' : 'converge';
  return up(at, request, mode);
}

/**
 * Start-first: makes new containers beside the old ones, which keep running. `scale` is old and new together. The caller tells the new
 * ones by their ids, judges them, and then removes the old, or the new; Compose accepts the higher container numbers afterwards.
 */
export function composeScaleUp(
  at: UpTools,
  request: Omit<UpRequest, 'action' | 'scale'> & { readonly scale: number },
): Promise<Result<null, StepFailure>> {
  return up(at, request, 'beside');
}

async function up(
  at: UpTools,
  request: Omit<UpRequest, 'action'>,
  mode: 'converge' | 'recreate' | 'beside',
): Promise<Result<null, StepFailure>> {
  const compose = composeArgv(at.tools.compose, request.project, request.model === null ? 'files' : 'stdin');
  const result = await runChild({
    argv: upArgv(compose, { service: request.service, mode, scale: request.scale }),
    env: at.env,
    cwd: request.project.directory,
    ...(request.model === null ? {} : { input: JSON.stringify(request.model) }),
    timeoutMs: request.timeoutMs,
    signal: request.signal,
    onStderr: (chunk) => request.log(chunk.toString('utf8')),
  });
  return result.end.kind === 'exited' && result.end.code === 0 ? ok(null) : err(upFailure(result, request.timeoutMs));
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
