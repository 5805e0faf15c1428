import { expect } from 'vitest';
import type { ContractCase } from './engine-contract.ts';
import {
  builtImage,
  contractService,
  follow,
  onlyContainer,
  replace,
  sinceTouched,
  until,
  untilContainer,
} from './engine-contract-world.ts';

const DONE = { ok: true, value: null };

/** Without what has no place of its own: the engine tells of a stop right before or right after the end, of health at any time. */
function inOrder(told: readonly string[]): readonly string[] {
  return told.filter((what) => what !== 'stop' && !what.startsWith('health'));
}

/** The life of a container, and what is told of it. */
export const CONTAINER_CASES: readonly ContractCase[] = [
  {
    name: 'a replacement is told in order, for the old container and for the new one',
    run: async (world) => {
      await world.up('events');
      const old = await onlyContainer(world, 'events');
      await world.edit('events');
      const image = await builtImage(world, 'events');
      const events = await follow(world);
      await replace(world, 'events', { image });
      const { id } = await onlyContainer(world, 'events');
      await until(world, 'news of its health', async () => events.seen(id).includes('health healthy'));
      events.stop();
      expect(inOrder(events.seen(old.id))).toEqual(['kill', 'die 143', 'destroy']);
      expect(events.seen(id)).toEqual(['create', 'rename', 'start', 'health healthy']);
    },
  },
  {
    name: 'stop, start, rename and remove are told and seen; what is done already is fine',
    run: async (world) => {
      await world.up('handled');
      const { id, name } = await onlyContainer(world, 'handled');
      const events = await follow(world);
      expect(await world.engine.stop(id)).toEqual(DONE);
      expect(await world.engine.inspect(id)).toMatchObject({ state: 'exited', exitCode: 143, finishedAt: expect.any(String) });
      expect(await world.engine.stop(id)).toEqual(DONE);
      expect(await world.engine.start(id)).toEqual(DONE);
      expect(await world.engine.start(id)).toEqual(DONE);
      expect(await world.engine.rename(id, `${name}-aside`)).toEqual(DONE);
      expect(await world.engine.inspect(id)).toMatchObject({ name: `${name}-aside`, state: 'running', exitCode: 0 });
      expect(await world.engine.rename(id, name)).toEqual(DONE);
      expect(await world.engine.remove(id)).toEqual(DONE);
      await until(world, 'news of its end', async () => events.seen(id).includes('destroy'));
      events.stop();
      const stopped = ['kill', 'die 143'];
      expect(inOrder(events.seen(id))).toEqual([...stopped, 'start', 'rename', 'rename', ...stopped, 'destroy']);
      expect(events.seen(id).filter((what) => what === 'stop')).toHaveLength(2);
      expect(await world.engine.inspect(id)).toBeNull();
    },
  },
  {
    name: 'what does not heed the signal is killed at the end of its grace, and a second stop waits for the same end',
    run: async (world) => {
      await world.up('stubborn');
      const { id } = await onlyContainer(world, 'stubborn');
      const before = Date.parse(await world.engine.now());
      const [first, second] = await Promise.all([world.engine.stop(id), world.another.stop(id)]);
      expect([first, second]).toEqual([DONE, DONE]);
      const stopped = await world.engine.inspect(id);
      expect(stopped).toMatchObject({ state: 'exited', exitCode: 137 });
      expect(Date.parse(stopped!.finishedAt!) - before).toBeGreaterThanOrEqual(1900);
    },
  },
  {
    name: 'health starts at starting at each start, and goes to healthy and to unhealthy',
    run: async (world) => {
      await world.edit('falling', { kind: 'falls', afterMs: 200, fallsAfterMs: 1500, how: 'unhealthy' });
      await replace(world, 'falling', { image: await builtImage(world, 'falling') });
      const { id, health, healthAt } = await onlyContainer(world, 'falling');
      expect([health, healthAt]).toEqual(['starting', null]);
      await untilContainer(world, id, 'healthy', (c) => c.health === 'healthy');
      const fallen = await untilContainer(world, id, 'unhealthy', (c) => c.health === 'unhealthy');
      expect(fallen).toMatchObject({ state: 'running', restartCount: 0 });
      expect(fallen.healthLog.at(-1)).toMatchObject({ at: fallen.healthAt, exitCode: 1 });
      expect(fallen.healthLog.length).toBeLessThanOrEqual(5);
      await world.engine.stop(id);
      await world.engine.start(id);
      expect((await world.engine.inspect(id))?.health).toBe('starting');
    },
  },
  {
    name: 'a container that ends again and again is counted and told, and a stop ends that',
    run: async (world) => {
      await world.edit('looping', { kind: 'exits', afterMs: 100, exitCode: 7, times: null });
      const events = await follow(world);
      await replace(world, 'looping', { image: await builtImage(world, 'looping') });
      const { id } = await onlyContainer(world, 'looping');
      const looping = await untilContainer(world, id, 'restarted twice', ({ restartCount }) => restartCount >= 2);
      expect(['running', 'restarting']).toContain(looping.state);
      expect(await world.engine.stop(id)).toEqual(DONE);
      const stopped = (await world.engine.inspect(id))!;
      expect(stopped.state).toBe('exited');
      // The engine counts a restart before it tells of it, and the stop may come in between.
      const told = ['create', 'start', 'die 7', 'start', 'die 7'];
      await until(world, 'news of two ends', async () => events.seen(id).length >= told.length);
      events.stop();
      expect(events.seen(id).slice(0, told.length)).toEqual(told);
      expect(await world.engine.start(id)).toEqual(DONE);
      expect((await world.engine.inspect(id))!.restartCount).toBeLessThan(stopped.restartCount);
    },
  },
  {
    name: 'without a restart policy an ended container stays ended, with its code',
    run: async (world) => {
      await world.edit('ended', { kind: 'exits', afterMs: 100, exitCode: 3, times: null });
      await replace(world, 'ended', { image: await builtImage(world, 'ended') });
      const { id } = await onlyContainer(world, 'ended');
      const ended = await untilContainer(world, id, 'ended', ({ state }) => state === 'exited');
      expect(ended).toMatchObject({ exitCode: 3, restartCount: 0, error: '', oomKilled: false });
    },
  },
  {
    name: 'a probe is good once the container is well, and has no answer from one that does not run',
    run: async (world) => {
      await world.up('probed');
      const { id } = await onlyContainer(world, 'probed');
      const ask = () => world.engine.probe(contractService(world.project, 'probed').probe, id, 2000);
      await until(world, 'a good answer', async () => (await ask()).good);
      expect(await ask()).toMatchObject({ good: true, answered: true });
      await world.engine.stop(id);
      expect(await ask()).toMatchObject({ good: false, answered: false });
      await world.engine.start(id);
    },
  },
  {
    name: 'events from an instant on reach who comes later, and end with the signal',
    run: async (world) => {
      await world.up('later');
      const { id } = await onlyContainer(world, 'later');
      const since = await world.engine.now();
      await world.engine.stop(id);
      await world.engine.start(id);
      const stop = new AbortController();
      const seen: string[] = [];
      for await (const { container, action, at } of world.another.events(world.project.name, since, stop.signal)) {
        if (container !== id) continue;
        expect(Date.parse(at)).toBeGreaterThanOrEqual(Date.parse(since));
        seen.push(action);
        if (action === 'start' && seen.includes('kill')) stop.abort();
      }
      expect(inOrder(sinceTouched(seen))).toEqual(['kill', 'die', 'start']);
    },
  },
];
