import { err, ok, type Result } from '../../model/result.ts';
import { inheritable } from '../environment.ts';
import type { ReplaceRequest, StepFailure, StepIo } from '../port.ts';
import { runChild } from '../process.ts';
import { composeArgv, upArgv } from './argv.ts';
import { composeFailure } from './compose-failure.ts';
import type { Tools } from './plugins.ts';

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

/** Creating, starting and removing containers, besides the time that the old ones may take to stop. */
const TIMEOUT_MS = 180_000;

/**
 * Brings the containers of one service to what the model says, through Compose: create, stop and remove the old, rename, start. The live
 * tag decides the image and is the caller's. A failure or an abort leaves things half-done (traps T4): recovery is the caller's, and so
 * is, after `beside`, judging the new containers and removing the old; Compose accepts the higher container numbers.
 */
export async function composeUp(
  at: UpTools,
  request: Pick<ReplaceRequest, 'project' | 'service' | 'stored'>,
  call: { readonly how: UpHow; readonly io: Pick<StepIo, 'signal' | 'log'> },
): Promise<Result<null, StepFailure>> {
  const { project, service, stored } = request;
  const timeoutMs = TIMEOUT_MS + service.stopGraceMs;
  const result = await runChild({
    argv: upArgv(composeArgv(at.tools.compose, project, stored === null ? 'files' : 'stdin'), {
      service: service.name,
      ...call.how,
    }),
    env: stored === null ? at.env : { ...at.env, ...inheritable(stored.environment) },
    cwd: project.directory,
    ...(stored === null ? {} : { input: JSON.stringify(stored.model) }),
    timeoutMs,
    signal: call.io.signal,
    onStderr: (chunk) => call.io.log(chunk.toString('utf8')),
  });
  return result.end.kind === 'exited' && result.end.code === 0
    ? ok(null)
    : err(composeFailure(result, { call: 'docker compose up', code: 'replace-failed', timeoutMs }));
}
