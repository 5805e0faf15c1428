import { err, ok } from '../../model/result.ts';
import type { Engine } from '../port.ts';
import { preflightService } from '../preflight.ts';
import { replaceService } from '../replace.ts';
import { makeCandidate } from './build.ts';
import { Calls, settled } from './calls.ts';
import { dropKeeper, giveLockBack, keep, keepers, leftovers, lockHolder, tagsIn, takeLock } from './helpers.ts';
import type { Life } from './life.ts';
import { imageInfo, observe, probe } from './observing.ts';
import { imageDefaults, settingsOf } from './own-settings.ts';
import { shadowOf, upOf } from './replacing.ts';
import { runTest } from './run-test.ts';
import { SessionCalls } from './session-calls.ts';
import type { World } from './world.ts';

/** How long the programs of an ended Slipway take to heed the signal, milliseconds. */
const ORPHANS_MS = 20;

/** The engine port as one Slipway process has it. Each verb is what the real one does, against a state in memory. */
export function sessionEngine(world: World, life: Life): Engine {
  const calls = new Calls(world, life);
  const session = new SessionCalls(world, life);
  const ask = <T>(act: () => T) => calls.caller.request(act);
  return {
    facts: () => session.settled('facts', null, () => ask(() => ({ ...VERSIONS }))),
    render: ({ name }) => session.settled('render', null, () => ask(() => ({ model: world.modelOf(name), warnings: [] }))),
    variables: () => session.settled('variables', null, () => ask(() => ({}))),
    observe: (services) => session.settled('observe', null, () => ask(() => observe(world, services))),
    inspect: (id) => session.thrown('inspect', null, () => calls.inspect(id)),
    settings: (id) => session.thrown('settings', null, () => ask(() => settingsOf(world, id))),
    imageDefaults: (ref) => session.thrown('imageDefaults', null, () => ask(() => imageDefaults(world, ref))),
    image: (ref) => session.thrown('image', null, () => ask(() => imageInfo(world, ref))),
    build: (request, io) => {
      return session.step('build', request.service.key, () => makeCandidate(world, { request, verb: 'build', owner: life }, io));
    },
    pull: (request, io) => {
      return session.step('pull', request.service.key, () => makeCandidate(world, { request, verb: 'pull', owner: life }, io));
    },
    runTest: (request, io) => session.step('runTest', request.service, () => runTest(calls, request, io)),
    tag: (image, ref) => session.settledBy('tag', () => calls.tag(image, ref)),
    untag: (ref) => session.settledBy('untag', () => calls.untag(ref)),
    preflight: (request, io) => {
      const parts = { request, shadow: shadowOf(calls) };
      return session.step('preflight', request.service.key, () => preflightService(calls, parts, io));
    },
    replace: (request, io) => {
      const parts = { request, up: upOf(calls) };
      return session.step('replace', request.service.key, () => replaceService(calls, parts, io));
    },
    events: (project, since, signal, onLost) => calls.events(project, since, signal, onLost),
    now: () => session.thrown('now', null, calls.now),
    probe: (asked, id) => session.thrown('probe', null, () => calls.caller.request(() => probe(world, asked, id), 'checkMs')),
    logs: (id, lines) => session.thrown('logs', null, () => calls.logs(id, lines)),
    start: (id) => session.settledBy('start', () => calls.start(id)),
    stop: (id) => session.settledBy('stop', () => calls.stop(id)),
    rename: (id, name) => session.settledBy('rename', () => calls.rename(id, name)),
    remove: (id) => session.settledBy('remove', () => calls.remove(id)),
    endOrphans: (projects) => {
      return session.thrown('endOrphans', null, async () => {
        const programs = world.clients.endOrphans(projects);
        if (programs.length > 0) await life.clock.sleep(ORPHANS_MS);
        return programs;
      });
    },
    tagsOf: (repositories) => session.thrown('tagsOf', null, () => ask(() => tagsIn(world, repositories))),
    leftovers: (services) => session.thrown('leftovers', null, () => ask(() => leftovers(world, services))),
    clear: (leftover) => {
      const isTag = leftover.kind === 'candidate-tag' || leftover.kind === 'lock-image';
      return session.settledBy('clear', () => (isTag ? calls.untag(leftover.name) : calls.discard(leftover.name)));
    },
    keep: (project, image) => session.settledBy('keep', () => settled(ask(() => keep(world, project, image)))),
    keepers: (project) => session.thrown('keepers', null, () => ask(() => keepers(world, project))),
    dropKeeper: (keeper) => session.settledBy('dropKeeper', () => settled(ask(() => dropKeeper(world, keeper)))),
    lock: async (lock) => {
      const taken = await session.settled('lock', null, () => ask(() => takeLock(world, lock)));
      if (!taken.ok) return taken;
      return taken.value === null ? ok(null) : err(taken.value);
    },
    unlock: (project) => session.settledBy('unlock', () => settled(ask(() => giveLockBack(world, project)))),
    lockHolder: (project) => session.thrown('lockHolder', null, () => ask(() => lockHolder(world, project))),
  };
}

const VERSIONS = { docker: '26.1.5', compose: '2.40.3', buildx: '0.29.1', engineId: 'SIMULATED' };
