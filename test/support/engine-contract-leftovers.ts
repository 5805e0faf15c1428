import { expect } from 'vitest';
import type { ContractCase } from './engine-contract.ts';
import { builtImage, observed, onlyContainer, replace, replaceRequest, until, untilContainer } from './engine-contract-world.ts';
import { recordedIo } from './step-io.ts';

const FAILED = { ok: false, error: { transient: false, failure: { code: 'replace-failed' } } };

/** What a replace leaves that fails or is cut off (traps T4): recovery rests on exactly this. */
export const LEFTOVER_CASES: readonly ContractCase[] = [
  {
    name: 'a container that cannot be created leaves the old one running, the tag moved, and nothing else',
    run: async (world) => {
      await world.up('conflict');
      const old = await onlyContainer(world, 'conflict');
      await world.edit('conflict');
      const image = await builtImage(world, 'conflict');
      await world.takeName(`${old.id.slice(0, 12)}_${old.name}`);
      const put = await replace(world, 'conflict', { image });
      expect(put).toMatchObject(FAILED);
      expect(JSON.stringify(put)).toContain('is already in use by container');
      expect(await onlyContainer(world, 'conflict')).toMatchObject({ id: old.id, state: 'running', startedAt: old.startedAt });
      expect((await observed(world, 'conflict')).tagImage).toBe(image);
    },
  },
  {
    name: 'of two containers, the one whose sibling cannot be created is there under its own name, not started',
    run: async (world) => {
      await world.up('halves');
      const [first, second] = (await observed(world, 'halves')).containers;
      await world.edit('halves');
      const image = await builtImage(world, 'halves');
      await world.takeName(`${first!.id.slice(0, 12)}_${first!.name}`);
      expect(await replace(world, 'halves', { image })).toMatchObject(FAILED);
      const { containers } = await observed(world, 'halves');
      expect(containers).toMatchObject([
        { id: first!.id, number: 1, state: 'running' },
        { name: second!.name, number: 2, state: 'created', image, temporary: false, startedAt: null },
      ]);
      expect(await world.engine.inspect(second!.id)).toBeNull();
    },
  },
  {
    name: 'a container that cannot be started has taken the old one’s place, and says why it does not run',
    run: async (world) => {
      await world.takePort();
      await world.edit('blocked');
      const put = await replace(world, 'blocked', { image: await builtImage(world, 'blocked') });
      expect(put).toMatchObject(FAILED);
      expect(await onlyContainer(world, 'blocked')).toMatchObject({
        state: 'created',
        temporary: false,
        startedAt: null,
        exitCode: 128,
        error: expect.stringMatching(/address already in use|port is already allocated/),
      });
    },
  },
  {
    name: 'a program that is not in the image is a container that was created and not started',
    run: async (world) => {
      await world.up('absent');
      const old = await onlyContainer(world, 'absent');
      await world.edit('absent', { kind: 'no-program' });
      const image = await builtImage(world, 'absent');
      expect(await replace(world, 'absent', { image })).toMatchObject(FAILED);
      expect(await onlyContainer(world, 'absent')).toMatchObject({
        state: 'created',
        image,
        name: old.name,
        temporary: false,
        error: expect.stringContaining('no such file or directory'),
      });
    },
  },
  {
    name: 'cut off in the stop: the engine finishes it, and the new container waits under its temporary name',
    run: async (world) => {
      await world.up('cut');
      const old = await onlyContainer(world, 'cut');
      await world.edit('cut');
      const image = await builtImage(world, 'cut');
      const io = recordedIo();
      const request = await replaceRequest(world, 'cut', { image });
      const since = await world.engine.now();
      const putting = world.engine.replace(request, io);
      for await (const event of world.engine.events(world.project.name, since, new AbortController().signal)) {
        if (event.container === old.id && event.action === 'kill') break;
      }
      io.abort();
      expect(await putting).toMatchObject({ ok: false, error: { failure: { code: 'interrupted' } } });
      await untilContainer(world, old.id, 'stopped', ({ state }) => state === 'exited');
      const containers = await until(world, 'the temporary container', async () => {
        const found = (await observed(world, 'cut')).containers;
        return found.length === 2 && found;
      });
      expect(containers).toMatchObject([
        { name: `${old.id.slice(0, 12)}_${old.name}`, number: 1, image, state: 'created', temporary: true },
        { id: old.id, name: old.name, number: 1, state: 'exited', temporary: false },
      ]);
      expect((await observed(world, 'cut')).tagImage).toBe(image);
      // And from there the way back is open: the old one starts as if nothing had been.
      expect(await world.engine.remove(containers[0]!.id)).toEqual({ ok: true, value: null });
      expect(await world.engine.start(old.id)).toEqual({ ok: true, value: null });
      expect(await onlyContainer(world, 'cut')).toMatchObject({ id: old.id, state: 'running', restartCount: 0 });
    },
  },
];
