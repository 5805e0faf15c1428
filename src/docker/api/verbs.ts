import { systemClock } from '../../util/clock.ts';
import { newSuffix } from '../labels.ts';
import type { Engine } from '../port.ts';
import type { ReplaceVerbs } from '../replace-verbs.ts';
import type { EngineApi } from './client.ts';
import {
  composeContainers,
  discardContainer,
  inspectContainer,
  removeContainer,
  renameContainer,
  restartContainer,
  startContainer,
  stopContainer,
} from './containers.ts';
import { EngineClock } from './engine-clock.ts';
import { EventHub } from './event-hub.ts';
import { inspectImage, tagImage, tagsOf, untagImage } from './images.ts';
import { findKeepers, keepImage, removeKeeper } from './keepers.ts';
import { clearLeftover, findLeftovers } from './leftovers.ts';
import { acquireLock, lockHolder, releaseLock } from './lock.ts';
import { readLogs } from './logs.ts';
import { observeServices } from './observe.ts';
import { probeOnce } from './probe.ts';
import { runTestContainer } from './run-test.ts';
import { ServiceKeys } from './service-keys.ts';
import { SettingsReader } from './settings.ts';

/** The verbs of the port that the Engine API answers by itself; the others need processes of this machine. */
export type ApiVerbs = Omit<Engine, 'facts' | 'render' | 'variables' | 'build' | 'pull' | 'preflight' | 'replace' | 'endOrphans'>;

/** What the verbs share: one connection pool, one event stream a project, the engine's clock, the fleet's service keys. */
export interface ApiSession {
  readonly api: EngineApi;
  readonly keys: ServiceKeys;
  readonly events: EventHub;
  readonly clock: EngineClock;
  readonly settings: SettingsReader;
}

/** A session with an engine; nothing is connected before the first request. */
export function openApiSession(api: EngineApi): ApiSession {
  return {
    api,
    keys: new ServiceKeys(),
    events: new EventHub(api),
    clock: new EngineClock(api),
    settings: new SettingsReader(api),
  };
}

/** The port's verbs over a session. */
export function apiVerbs({ api, keys, events, clock, settings }: ApiSession): ApiVerbs {
  return {
    observe: (services) => observeServices(api, keys, services),
    inspect: (id) => inspectContainer(api, keys, id),
    settings: (id) => settings.of(id),
    imageDefaults: (ref) => settings.imageDefaults(ref),
    image: (ref) => inspectImage(api, ref),
    runTest: (request, io) => runTestContainer(api, request, io),
    tag: (image, ref) => tagImage(api, image, ref),
    untag: (ref) => untagImage(api, ref),
    events: (project, since, signal, onLost) => events.watch(project, { since, signal, onLost }),
    now: () => clock.now(),
    probe: (probe, container, timeoutMs) => probeOnce(api, probe, container, timeoutMs),
    logs: (id, lines) => readLogs(api, id, lines),
    start: (id) => startContainer(api, id),
    stop: (id) => stopContainer(api, id),
    rename: (id, name) => renameContainer(api, id, name),
    remove: (id) => removeContainer(api, id),
    tagsOf: (repositories) => tagsOf(api, repositories),
    leftovers: (services) => findLeftovers(api, services),
    clear: (leftover) => clearLeftover(api, leftover),
    keep: (project, image) => keepImage(api, settings, { project, image }),
    keepers: (project) => findKeepers(api, project),
    dropKeeper: (keeper) => removeKeeper(api, keeper),
    lock: (lock) => acquireLock(api, lock),
    unlock: (project) => releaseLock(api, project),
    lockHolder: (project) => lockHolder(api, project),
  };
}

/** The calls that putting an image in place is made of, over a session. */
export function replaceVerbs({ api, keys, events, clock }: ApiSession): ReplaceVerbs {
  return {
    clock: systemClock,
    now: () => clock.now(),
    inspect: (id) => inspectContainer(api, keys, id),
    containersOf: ({ project, name }) => composeContainers(api, keys, { project, service: name }),
    tag: (image, ref) => tagImage(api, image, ref),
    restart: (id) => restartContainer(api, id),
    remove: (id) => removeContainer(api, id),
    discard: (name) => discardContainer(api, name),
    events: (project, since, signal, onLost) => events.watch(project, { since, signal, onLost }),
    logs: (id, lines) => readLogs(api, id, lines),
    newSuffix,
  };
}
