import type { Context } from 'hono';
import { type LogKind, serviceLogPath } from '../journal/logs.ts';
import type { ServeContext, ServeEnv } from './context.ts';
import { refuse } from './guard.ts';
import { readLogPart } from './log-part.ts';
import { problemOf } from './problem.ts';
import { findRun, isLive, namesIn } from './runs.ts';

const KINDS: readonly LogKind[] = ['build', 'test'];

/** The most lines of a container's log. */
const MAX_TAIL = 5000;

/** `GET /api/runs/:run/logs`: a part of a service's build or test log. `over`: nothing will follow. */
export async function serveLog(c: Context<ServeEnv>, context: ServeContext): Promise<Response> {
  const found = await findRun(context, c.req.param('run') ?? '');
  if (!found) return refuse(c, { status: 404, code: 'unknown-run', message: 'There is no such run' });
  const state = await context.known.state(found);
  const { service = '', kind = 'build', offset = '0' } = c.req.query();
  const known = state.services.get(service);
  if (!known) return refuse(c, { status: 404, code: 'unknown-service', message: 'The run has nothing to do with this service' });
  const wanted = KINDS.find((name) => name === kind);
  if (wanted === undefined || !/^-?\d{1,15}$/.test(offset)) {
    const message = 'kind is build or test, offset a whole number of bytes';
    return refuse(c, { status: 400, code: 'bad-request', message });
  }
  const place = { directory: context.fleet.logDirectory, phase: context.fleet.phase, run: state.run };
  const path = serviceLogPath(place, { service: known.service, kind: wanted }, await namesIn(context, state));
  // Asked before the file is read, so that what was written in between is not taken for nothing.
  const isOver = known.phase.kind === 'settled' || !(await isLive(context, state.run));
  const part = await readLogPart(path, Number(offset));
  return c.json({ ...part, over: isOver && part.nextOffset >= part.size });
}

/** `GET /api/containers/log`: what the service's containers wrote last. */
export async function serveContainerLog(c: Context<ServeEnv>, context: ServeContext): Promise<Response> {
  const { service = '', tail = '200' } = c.req.query();
  const lines = Number(tail);
  if (!/^\d{1,4}$/.test(tail) || lines < 1 || lines > MAX_TAIL)
    return refuse(c, { status: 400, code: 'bad-request', message: `tail is a whole number from 1 to ${MAX_TAIL}` });
  const newest = await context.known.newest();
  if (!newest?.services.has(service))
    return refuse(c, { status: 404, code: 'unknown-service', message: 'The newest run has nothing to do with this service' });
  const containers = (await context.sampler.now(context.closing)).containers.filter((one) => one.service === service);
  const texts: string[] = [];
  for (const { id, name } of containers) {
    const read = await context.watch.readLog(id, lines);
    if (!read.ok) return refuse(c, problemOf({ severity: 'error', ...read.error }, 503));
    if (containers.length > 1) texts.push(`── ${name}`);
    texts.push(...read.value);
  }
  return c.json({ text: texts.map((line) => `${line}\n`).join('') });
}
