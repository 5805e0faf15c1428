import type { ContainerId, Instant } from '../model/ids.ts';
import { ok, type Result } from '../model/result.ts';
import type { ObservedContainer } from '../plan/types.ts';
import { assertNever } from '../util/assert.ts';
import { composeContainers, inspectContainer, restartContainer } from './api/containers.ts';
import { tagImage } from './api/images.ts';
import type { ApiSession } from './api/verbs.ts';
import type { ReplaceFacts, ReplaceRequest, StepFailure, StepIo } from './port.ts';
import { problemOf } from './problem.ts';
import { engineFailure, replaceFailure } from './replace-failures.ts';
import { type ComposeUp, startFirst } from './start-first.ts';

/** Late news of a stop are waited for so long; it was announced before Compose ended. */
const STOP_NEWS_MS = 500;

/**
 * Puts an image in place: the live tag moves to it, Compose (or a restart) does the rest, and what serves then must have that very
 * image. Whatever fails, things are left as they are: recovery is the caller's (traps T4).
 */
export async function replaceService(
  session: ApiSession,
  parts: { readonly request: ReplaceRequest; readonly up: ComposeUp },
  io: StepIo,
): Promise<Result<ReplaceFacts, StepFailure>> {
  const { request } = parts;
  const watching = new AbortController();
  try {
    const stopped = watchFirstStop(session, { request, since: await session.clock.now(), signal: watching.signal });
    const tagged = await tagImage(session.api, request.image, request.service.image);
    if (!tagged.ok) return engineFailure(tagged.error);
    const put = await putInPlace(session, parts, io);
    if (!put.ok) return put;
    const containers = await servingContainers(session, request);
    const wrong = whatIsWrong(request, containers);
    if (wrong) return replaceFailure(wrong);
    const ids = containers.map((container) => container.id);
    const stayed = request.action !== 'restart' && request.before.containers.every((id) => ids.includes(id));
    return ok({ containers: ids, stoppedAt: stayed ? null : await within(stopped, STOP_NEWS_MS) });
  } catch (error) {
    return engineFailure(problemOf(error));
  } finally {
    watching.abort();
  }
}

async function putInPlace(
  session: ApiSession,
  { request, up }: { readonly request: ReplaceRequest; readonly up: ComposeUp },
  io: StepIo,
): Promise<Result<null, StepFailure>> {
  const { action } = request;
  switch (action) {
    case 'up':
    case 'recreate':
      return request.order === 'start-first' && request.before.containers.length > 0
        ? startFirst(session, { request, up }, io)
        : up(request, { mode: action === 'up' ? 'converge' : 'recreate', scale: null }, io);
    case 'restart':
      for (const id of request.before.containers) {
        const restarted = await restartContainer(session.api, id);
        if (!restarted.ok) return replaceFailure(restarted.error.message);
      }
      return ok(null);
    default:
      return assertNever(action);
  }
}

async function servingContainers({ api, keys }: ApiSession, request: ReplaceRequest): Promise<readonly ObservedContainer[]> {
  const { project, name } = request.service;
  if (request.action !== 'restart') return composeContainers(api, keys, { project, service: name });
  const found = await Promise.all(request.before.containers.map((id) => inspectContainer(api, keys, id)));
  return found.filter((container) => container !== null);
}

/** Compose's word is not enough: the containers themselves tell what runs. */
function whatIsWrong({ image, service }: ReplaceRequest, containers: readonly ObservedContainer[]): string | null {
  if (containers.length === 0 && service.scale > 0) return 'there is no container of the service afterwards';
  const temporary = containers.find((container) => container.temporary);
  if (temporary) return `the container ${temporary.name} was left with a temporary name`;
  const other = containers.find((container) => container.image !== image);
  return other ? `the container ${other.name} still has the image ${other.image}, not ${image}` : null;
}

/** When the first of the old containers ended, on the engine's clock; null when none does before the signal. */
async function watchFirstStop(
  session: ApiSession,
  { request, since, signal }: { readonly request: ReplaceRequest; readonly since: Instant; readonly signal: AbortSignal },
): Promise<Instant | null> {
  const old = new Set<ContainerId>(request.before.containers);
  if (old.size === 0) return null;
  for await (const event of session.events.watch(request.service.project, since, signal)) {
    if (event.action === 'die' && old.has(event.container)) return event.at;
  }
  return null;
}

function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
