import type { ContainerInfo, ContainerInspectInfo } from 'dockerode';
import type { ContainerId } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { ObservedContainer } from '../../plan/types.ts';
import { mapBounded } from '../../util/bounded.ts';
import { COMPOSE_LABEL, LABEL } from '../labels.ts';
import type { EngineProblem } from '../port.ts';
import { problemOf, refusedWith } from '../problem.ts';
import type { EngineApi } from './client.ts';
import { observedContainer } from './container-view.ts';
import type { ServiceKeys } from './service-keys.ts';

/** Enough to keep the engine busy without making it slower for others. */
const INSPECTS_AT_ONCE = 16;

/** One container, whole; null when it is gone. */
export async function inspectContainer(api: EngineApi, keys: ServiceKeys, id: ContainerId): Promise<ObservedContainer | null> {
  try {
    const info = await api.call<ContainerInspectInfo>({ method: 'GET', path: `/containers/${encodeURIComponent(id)}/json` });
    return observedContainer(info, keys.of(info.Config.Labels ?? {}));
  } catch (error) {
    if (refusedWith(error, 404)) return null;
    throw error;
  }
}

/** Compose's own containers of a project, or of one service of it; helpers and one-off containers are left out (traps T8). */
export async function composeContainers(
  api: EngineApi,
  keys: ServiceKeys,
  of: { readonly project: string; readonly service?: string },
): Promise<ObservedContainer[]> {
  const listed = await listContainers(api, [
    `${COMPOSE_LABEL.project}=${of.project}`,
    ...(of.service === undefined ? [] : [`${COMPOSE_LABEL.service}=${of.service}`]),
    `${COMPOSE_LABEL.oneOff}=False`,
    COMPOSE_LABEL.configHash,
  ]);
  const inspected = await mapBounded(listed, INSPECTS_AT_ONCE, ({ Id }) => inspectContainer(api, keys, Id));
  return inspected.filter((container) => container !== null).sort((a, b) => a.number - b.number || a.name.localeCompare(b.name));
}

/** All containers, running or not, that carry all the labels (`name` or `name=value`). */
export function listContainers(api: EngineApi, labels: readonly string[]): Promise<ContainerInfo[]> {
  return api.call({ method: 'GET', path: '/containers/json', query: { all: true, filters: JSON.stringify({ label: labels }) } });
}

/** Starts a container; one that runs already is fine. */
export function startContainer(api: EngineApi, id: ContainerId): Promise<Result<null, EngineProblem>> {
  return settled(api.call({ method: 'POST', path: `/containers/${id}/start` }));
}

/** Renames a container. */
export function renameContainer(api: EngineApi, id: ContainerId, name: string): Promise<Result<null, EngineProblem>> {
  return settled(api.call({ method: 'POST', path: `/containers/${id}/rename`, query: { name } }));
}

/** How long a container may take to stop before the request is given up: its own grace period counts, not ours. */
const STOP_LIMIT_MS = 15 * 60_000;

/** Stops a container in its own time; one that does not run is fine, and a stop that is already under way is waited for. */
export function stopContainer(api: EngineApi, id: ContainerId): Promise<Result<null, EngineProblem>> {
  return settled(api.call({ method: 'POST', path: `/containers/${id}/stop`, timeoutMs: STOP_LIMIT_MS }));
}

/** Restarts a container with its own grace period. */
export function restartContainer(api: EngineApi, id: ContainerId): Promise<Result<null, EngineProblem>> {
  return settled(api.call({ method: 'POST', path: `/containers/${id}/restart`, timeoutMs: STOP_LIMIT_MS }));
}

/** Stops a container in its own time if it runs, and removes it; anonymous volumes stay, and one that is gone is fine. */
export async function removeContainer(api: EngineApi, id: ContainerId): Promise<Result<null, EngineProblem>> {
  try {
    await api.call({ method: 'POST', path: `/containers/${id}/stop`, timeoutMs: STOP_LIMIT_MS });
    await api.call({ method: 'DELETE', path: `/containers/${id}`, query: { v: false } });
    return ok(null);
  } catch (error) {
    return refusedWith(error, 404) ? ok(null) : err(problemOf(error));
  }
}

/** Kills and removes a helper container of ours together with its anonymous volumes; one that is gone is fine. */
export async function discardContainer(api: EngineApi, id: string): Promise<Result<null, EngineProblem>> {
  try {
    await api.call({ method: 'DELETE', path: `/containers/${encodeURIComponent(id)}`, query: { v: true, force: true } });
    return ok(null);
  } catch (error) {
    // 409: somebody else's removal is already under way.
    return refusedWith(error, 404) || refusedWith(error, 409) ? ok(null) : err(problemOf(error));
  }
}

/** Removes helpers of a role that a killed Slipway left behind in these projects. */
export async function discardHelpers(api: EngineApi, role: string, projects: readonly string[]): Promise<void> {
  for (const project of projects) {
    const found = await listContainers(api, [`${LABEL.role}=${role}`, `${LABEL.project}=${project}`]);
    for (const { Id } of found) await discardContainer(api, Id);
  }
}

/** A call of which only success matters. */
export async function settled(call: Promise<unknown>): Promise<Result<null, EngineProblem>> {
  try {
    await call;
    return ok(null);
  } catch (error) {
    return err(problemOf(error));
  }
}
