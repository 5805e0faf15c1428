import type { Context } from 'hono';
import { askControl } from '../control/client.ts';
import type { ControlRequest } from '../control/protocol.ts';
import type { RunState } from '../journal/projection.ts';
import type { ServiceKey } from '../model/ids.ts';
import { counted } from '../util/human.ts';
import { type ActionBody, readActionBody } from './body.ts';
import type { ServeContext, ServeEnv } from './context.ts';
import { refuse } from './guard.ts';
import { problemOf } from './problem.ts';
import { isLive } from './runs.ts';

/** What can be done to a run from the page. */
export const ACTIONS = ['pause', 'resume', 'cancel', 'rollback'] as const;

type Action = (typeof ACTIONS)[number];

/** `POST /api/actions/:action`: the token was checked before. Answers `{ok: true, message, run}` or a problem. */
export async function serveAction(c: Context<ServeEnv>, action: Action, context: ServeContext): Promise<Response> {
  if (!/^application\/json *(;|$)/i.test(c.req.header('content-type') ?? ''))
    return refuse(c, { status: 415, code: 'not-json', message: 'Actions take application/json' });
  const body = readActionBody(await c.req.text());
  if (body === null) {
    const message = 'The body is not {run, confirm, services?, now?}';
    return refuse(c, { status: 400, code: 'bad-request', message });
  }
  if (body.confirm !== body.run)
    return refuse(c, { status: 400, code: 'not-confirmed', message: 'confirm has to repeat the id of the run' });
  return action === 'rollback' ? rollBack(c, body, context) : control(c, { action, body, context });
}

interface Control {
  readonly action: Exclude<Action, 'rollback'>;
  readonly body: ActionBody;
  readonly context: ServeContext;
}

async function control(c: Context<ServeEnv>, { action, body, context }: Control): Promise<Response> {
  const { run, now } = body;
  const request: Omit<ControlRequest, 'v'> = { run, action, by: 'the web page', ...(action === 'cancel' && now ? { now } : {}) };
  const asked = await askControl(context.fleet.root, request);
  if (!asked.ok) return refuse(c, problemOf(asked.error, asked.error.code === 'control-failed' ? 503 : 409));
  const { changed, run: live } = asked.value;
  return c.json({ ok: true, message: changed ? DONE[action] : `${DONE[action]}, as before`, run: live });
}

const DONE: Readonly<Record<Control['action'], string>> = {
  pause: 'Nothing new starts until it is resumed',
  resume: 'The run goes on',
  cancel: 'The run is being ended',
};

async function rollBack(c: Context<ServeEnv>, { run, services }: ActionBody, context: ServeContext): Promise<Response> {
  const newest = await context.known.newest();
  if (newest?.run !== run) {
    const remedy = newest ? `The newest run is ${newest.run}` : undefined;
    const message = 'Only what the newest run put in place can be rolled back from here';
    return refuse(c, { status: 409, code: 'not-newest-run', message, remedy });
  }
  if (await isLive(context, run)) {
    const message = 'The run is going on: it puts back itself what fails';
    return refuse(c, { status: 409, code: 'run-is-live', message, remedy: 'Cancel it first, or wait for its end' });
  }
  const unknown = services?.find((service) => !newest.services.has(service));
  if (unknown !== undefined)
    return refuse(c, { status: 404, code: 'unknown-service', message: `The run has nothing to do with a service ${unknown}` });
  const wanted = services ?? replacedBy(newest);
  if (wanted.length === 0)
    return refuse(c, { status: 409, code: 'nothing-to-roll-back', message: 'The run has put nothing in place' });
  const started = await context.rollBack(wanted);
  if (!started.ok) return refuse(c, problemOf(started.error, 409));
  const message =
    started.value.run === null ? 'There was nothing to put back' : `${counted(wanted.length, 'service')} going back`;
  return c.json({ ok: true, message, run: started.value.run });
}

/** The services that run what this run put in place. */
function replacedBy(run: RunState): readonly ServiceKey[] {
  return [...run.services.values()].filter(({ facts }) => facts.replace !== null).map(({ service }) => service);
}
