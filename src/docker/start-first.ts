import { setTimeout as wait } from 'node:timers/promises';
import type { ContainerId } from '../model/ids.ts';
import { ok, type Result } from '../model/result.ts';
import type { ObservedContainer } from '../plan/types.ts';
import { composeContainers, removeContainer } from './api/containers.ts';
import { tagImage } from './api/images.ts';
import type { ApiSession } from './api/verbs.ts';
import type { ReplaceRequest, StepFailure, StepIo } from './port.ts';
import { engineFailure, replaceFailure } from './replace-failures.ts';

/** One `docker compose up` of the service alone, as the CLI half does it; `beside` keeps the old containers, up to `scale` in all. */
export type ComposeUp = (
  request: ReplaceRequest,
  how: { readonly mode: 'converge' | 'recreate' | 'beside'; readonly scale: number | null },
  io: StepIo,
) => Promise<Result<null, StepFailure>>;

const LOOK_EVERY_MS = 200;
/** A container without a health check has to run so long before the old one goes. */
const RUNS_ON_MS = 1000;
const SHORTEST_PATIENCE_MS = 60_000;

/**
 * Start-first: new containers come up beside the old ones, and these go once the new ones are ready. When the new ones are not, they
 * are removed, the live tag goes back, and the old ones have served all the time. The verdict proper is made later, by the verify step.
 */
export async function startFirst(
  session: ApiSession,
  parts: { readonly request: ReplaceRequest; readonly up: ComposeUp },
  io: StepIo,
): Promise<Result<null, StepFailure>> {
  const { request, up } = parts;
  const scale = request.before.containers.length + request.service.scale;
  const made = await up(request, { mode: 'beside', scale }, io);
  const why = made.ok ? await untilReady(session, request, io.signal) : null;
  if (!made.ok || why !== null) {
    await takeBack(session, request);
    return made.ok ? replaceFailure(`the new container did not get ready beside the old one: ${why}`) : made;
  }
  for (const id of request.before.containers) {
    const removed = await removeContainer(session.api, id);
    if (!removed.ok) return engineFailure(removed.error);
  }
  return ok(null);
}

/** Waits until all new containers are ready; null, or why they will not be. */
async function untilReady(session: ApiSession, request: ReplaceRequest, signal: AbortSignal): Promise<string | null> {
  const check = request.service.healthcheck;
  const patienceMs = Math.max(SHORTEST_PATIENCE_MS, check ? check.startPeriodMs + check.intervalMs * (check.retries + 1) : 0);
  const untilMs = performance.now() + patienceMs;
  while (!signal.aborted) {
    const fresh = await newContainers(session, request);
    const nowMs = Date.parse(await session.clock.now());
    const states = fresh.map((container) => readiness(container, nowMs));
    if (fresh.length === 0) return 'there is none';
    const failed = states.find((state) => state !== 'ready' && state !== 'not yet');
    if (failed) return failed;
    if (states.every((state) => state === 'ready')) return null;
    if (performance.now() > untilMs) return `not healthy after ${patienceMs / 1000} s`;
    await wait(LOOK_EVERY_MS);
  }
  return 'interrupted';
}

/** `ready`, `not yet`, or why it never will be. */
function readiness({ state, health, startedAt, exitCode, error, restartCount }: ObservedContainer, nowMs: number): string {
  if (state === 'created') return error || 'not yet';
  if (state !== 'running' || restartCount > 0) return `it ended with code ${exitCode}`;
  if (health === 'unhealthy') return 'it is unhealthy';
  if (health === 'healthy') return 'ready';
  return health === 'none' && startedAt !== null && nowMs - Date.parse(startedAt) >= RUNS_ON_MS ? 'ready' : 'not yet';
}

async function takeBack(session: ApiSession, request: ReplaceRequest): Promise<void> {
  for (const { id } of await newContainers(session, request)) await removeContainer(session.api, id);
  const { tagImage: before } = request.before;
  if (before !== null) await tagImage(session.api, before, request.service.image);
}

async function newContainers({ api, keys }: ApiSession, { service, before }: ReplaceRequest): Promise<ObservedContainer[]> {
  const old = new Set<ContainerId>(before.containers);
  const all = await composeContainers(api, keys, { project: service.project, service: service.name });
  return all.filter((container) => !old.has(container.id));
}
