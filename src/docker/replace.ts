import type { ContainerId, Instant } from '../model/ids.ts';
import { ok, type Result } from '../model/result.ts';
import type { ObservedContainer } from '../plan/types.ts';
import { assertNever } from '../util/assert.ts';
import type { ReplaceFacts, ReplaceRequest, StepFailure, StepIo } from './port.ts';
import { problemOf } from './problem.ts';
import { engineFailure, replaceFailure } from './replace-failures.ts';
import type { ReplaceVerbs } from './replace-verbs.ts';
import { type ComposeUp, startFirst } from './start-first.ts';

/** Late news of a stop are waited for so long; it was announced before Compose ended. */
const STOP_NEWS_MS = 500;

/**
 * Puts an image in place: the live tag moves to it, Compose (or a restart) does the rest, and what serves then must have that very
 * image. Whatever fails, things are left as they are: recovery is the caller's (traps T4).
 */
export async function replaceService(
  verbs: ReplaceVerbs,
  parts: { readonly request: ReplaceRequest; readonly up: ComposeUp },
  io: StepIo,
): Promise<Result<ReplaceFacts, StepFailure>> {
  const { request } = parts;
  const watching = new AbortController();
  try {
    const stopped = watchFirstStop(verbs, { request, since: await verbs.now(), signal: watching.signal });
    const tagged = await verbs.tag(request.image, request.service.image);
    if (!tagged.ok) return engineFailure(tagged.error);
    const put = await putInPlace(verbs, parts, io);
    if (!put.ok) return put;
    const containers = await servingContainers(verbs, request);
    const wrong = whatIsWrong(request, containers);
    if (wrong) return replaceFailure(wrong);
    const ids = containers.map((container) => container.id);
    const stayed = request.action !== 'restart' && request.before.containers.every((id) => ids.includes(id));
    const anonymousVolumes = Object.assign({}, ...containers.map((container) => container.anonymousVolumes));
    return ok({
      containers: ids,
      stoppedAt: stayed ? null : await within(verbs, stopped, STOP_NEWS_MS),
      ...(Object.keys(anonymousVolumes).length > 0 && { anonymousVolumes }),
    });
  } catch (error) {
    return engineFailure(problemOf(error));
  } finally {
    watching.abort('done');
  }
}

async function putInPlace(
  verbs: ReplaceVerbs,
  { request, up }: { readonly request: ReplaceRequest; readonly up: ComposeUp },
  io: StepIo,
): Promise<Result<null, StepFailure>> {
  const { action } = request;
  switch (action) {
    case 'up':
    case 'recreate':
      return request.order === 'start-first' && request.before.containers.length > 0
        ? startFirst(verbs, { request, up }, io)
        : up(request, { mode: action === 'up' ? 'converge' : 'recreate', scale: null }, io);
    case 'restart':
      for (const id of request.before.containers) {
        const restarted = await verbs.restart(id);
        if (!restarted.ok) return replaceFailure(restarted.error.message);
      }
      return ok(null);
    default:
      return assertNever(action);
  }
}

async function servingContainers(verbs: ReplaceVerbs, request: ReplaceRequest): Promise<readonly ObservedContainer[]> {
  if (request.action !== 'restart') return verbs.containersOf(request.service);
  const found = await Promise.all(request.before.containers.map((id) => verbs.inspect(id)));
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
  verbs: ReplaceVerbs,
  { request, since, signal }: { readonly request: ReplaceRequest; readonly since: Instant; readonly signal: AbortSignal },
): Promise<Instant | null> {
  const old = new Set<ContainerId>(request.before.containers);
  if (old.size === 0) return null;
  for await (const event of verbs.events(request.service.project, since, signal)) {
    if (event.action === 'die' && old.has(event.container)) return event.at;
  }
  return null;
}

/** What comes within a time, else null. */
async function within<T>({ clock }: ReplaceVerbs, promise: Promise<T>, ms: number): Promise<T | null> {
  const came = new AbortController();
  try {
    return await Promise.race([promise, clock.sleep(ms, came.signal).then(() => null)]);
  } finally {
    came.abort('decided');
  }
}
