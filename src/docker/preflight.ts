import { err, ok, type Result } from '../model/result.ts';
import type { Shadow } from './cli/shadow.ts';
import { type Helper, helperName, ownLabels } from './labels.ts';
import type { PreflightRequest, StepFailure, StepIo } from './port.ts';
import { problemOf } from './problem.ts';
import { untilReady } from './readiness.ts';
import { engineFailure } from './replace-failures.ts';
import type { ReplaceVerbs } from './replace-verbs.ts';

/** Starts the shadow's container, as the CLI half does it. */
export type StartShadow = (shadow: Shadow, io: Pick<StepIo, 'signal' | 'log'>) => Promise<Result<null, StepFailure>>;

const LAST_LINES = 20;

/**
 * A shadow preflight (traps T5): the candidate runs beside the service until it is ready, in the same networks and with the same
 * configuration. Neither the service nor its tag is touched, and the shadow goes with its anonymous volumes, however it ends.
 */
export async function preflightService(
  verbs: ReplaceVerbs,
  parts: { readonly request: PreflightRequest; readonly shadow: StartShadow },
  io: StepIo,
): Promise<Result<null, StepFailure>> {
  const { request } = parts;
  const { service } = request;
  const helper: Helper = { role: 'preflight', run: request.run, project: service.project, service: service.key };
  const name = helperName(helper, verbs.newSuffix());
  try {
    const started = await parts.shadow({ request, name, labels: ownLabels(helper) }, io);
    return started.ok ? await judgeShadow(verbs, { request, name }, io) : started;
  } catch (error) {
    return engineFailure(problemOf(error));
  } finally {
    await verbs.discard(name);
  }
}

async function judgeShadow(
  verbs: ReplaceVerbs,
  { request, name }: { readonly request: PreflightRequest; readonly name: string },
  { signal }: StepIo,
): Promise<Result<null, StepFailure>> {
  const look = async () => [await verbs.inspect(name)].filter((found) => found !== null);
  const why = await untilReady(verbs, { service: request.service, look, signal });
  if (why === null) return ok(null);
  if (signal.aborted) return err({ failure: { code: 'interrupted' }, transient: false });
  const lastLogLines = await verbs.logs(name, LAST_LINES);
  const message = `the candidate did not get ready beside the running container: ${why}`;
  return err({ failure: { code: 'preflight-failed', message, lastLogLines }, transient: false });
}
