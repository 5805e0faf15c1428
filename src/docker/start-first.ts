import type { ContainerId } from '../model/ids.ts';
import { ok, type Result } from '../model/result.ts';
import type { ObservedContainer } from '../plan/types.ts';
import type { ReplaceRequest, StepFailure, StepIo } from './port.ts';
import { untilReady } from './readiness.ts';
import { engineFailure, replaceFailure } from './replace-failures.ts';
import type { ReplaceVerbs } from './replace-verbs.ts';

/** One `docker compose up` of the service alone, as the CLI half does it; `beside` keeps the old containers, up to `scale` in all. */
export type ComposeUp = (
  request: ReplaceRequest,
  how: { readonly mode: 'converge' | 'recreate' | 'beside'; readonly scale: number | null },
  io: StepIo,
) => Promise<Result<null, StepFailure>>;

/**
 * Start-first: new containers come up beside the old ones, and these go once the new ones are ready. When the new ones are not, they
 * are removed, the live tag goes back, and the old ones have served all the time. The verdict proper is made later, by the verify step.
 */
export async function startFirst(
  verbs: ReplaceVerbs,
  parts: { readonly request: ReplaceRequest; readonly up: ComposeUp },
  io: StepIo,
): Promise<Result<null, StepFailure>> {
  const { request, up } = parts;
  const scale = request.before.containers.length + request.service.scale;
  const look = () => newContainers(verbs, request);
  const made = await up(request, { mode: 'beside', scale }, io);
  const why = made.ok ? await untilReady(verbs, { service: request.service, look, signal: io.signal }) : null;
  if (!made.ok || why !== null) {
    await takeBack(verbs, request);
    return made.ok ? replaceFailure(`the new container did not get ready beside the old one: ${why}`) : made;
  }
  for (const id of request.before.containers) {
    const removed = await verbs.remove(id);
    if (!removed.ok) return engineFailure(removed.error);
  }
  return ok(null);
}

async function takeBack(verbs: ReplaceVerbs, request: ReplaceRequest): Promise<void> {
  for (const { id } of await newContainers(verbs, request)) await verbs.remove(id);
  const { tagImage: before } = request.before;
  if (before !== null) await verbs.tag(before, request.service.image);
}

async function newContainers(verbs: ReplaceVerbs, { service, before }: ReplaceRequest): Promise<ObservedContainer[]> {
  const old = new Set<ContainerId>(before.containers);
  const all = await verbs.containersOf(service);
  return all.filter((container) => !old.has(container.id));
}
