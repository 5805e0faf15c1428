import { expect } from 'vitest';
import type { ContractCase } from './engine-contract.ts';
import {
  builtImage,
  contractService,
  observed,
  onlyContainer,
  replace,
  storedWith,
  untilContainer,
} from './engine-contract-world.ts';

const INSTANT = expect.stringMatching(/^\d{4}-.*Z$/);

/** Putting an image in place, when all goes well. */
export const REPLACE_CASES: readonly ContractCase[] = [
  {
    name: 'a new image gets a new container of the same name, and a second time nothing is done',
    run: async (world) => {
      await world.up('placed');
      const old = await onlyContainer(world, 'placed');
      await world.edit('placed');
      const image = await builtImage(world, 'placed');
      const put = await replace(world, 'placed', { image });
      const now = await onlyContainer(world, 'placed');
      expect(put).toEqual({ ok: true, value: { containers: [now.id], stoppedAt: INSTANT } });
      expect(now).toMatchObject({
        name: old.name,
        number: 1,
        image,
        state: 'running',
        temporary: false,
        configHash: old.configHash,
      });
      expect(now.id).not.toBe(old.id);
      expect(await world.engine.inspect(old.id)).toBeNull();
      expect((await observed(world, 'placed')).tagImage).toBe(image);
      expect(await replace(world, 'placed', { image })).toEqual({ ok: true, value: { containers: [now.id], stoppedAt: null } });
    },
  },
  {
    name: 'by force there is a new container of the same image, by restart the same one',
    run: async (world) => {
      await world.up('forced');
      const old = await onlyContainer(world, 'forced');
      const forced = await replace(world, 'forced', { image: old.image, action: 'recreate' });
      const anew = await onlyContainer(world, 'forced');
      expect(forced).toEqual({ ok: true, value: { containers: [anew.id], stoppedAt: INSTANT } });
      expect(anew).toMatchObject({ image: old.image, configHash: old.configHash });
      expect(anew.id).not.toBe(old.id);
      const restarted = await replace(world, 'forced', { image: old.image, action: 'restart' });
      expect(restarted).toEqual({ ok: true, value: { containers: [anew.id], stoppedAt: INSTANT } });
      const after = await onlyContainer(world, 'forced');
      expect(after).toMatchObject({ id: anew.id, state: 'running', restartCount: 0 });
      expect(Date.parse(after.startedAt!)).toBeGreaterThan(Date.parse(anew.startedAt!));
    },
  },
  {
    name: 'a stored model brings its configuration back, and the files’ own again after it',
    run: async (world) => {
      await world.up('stored');
      const files = await onlyContainer(world, 'stored');
      const stored = storedWith(world, 'stored', { environment: { COLOUR: 'blue' } });
      await replace(world, 'stored', { image: files.image, stored });
      const blue = await onlyContainer(world, 'stored');
      expect(blue).toMatchObject({ image: files.image, name: files.name });
      expect(blue.configHash).not.toBe(files.configHash);
      await replace(world, 'stored', { image: files.image, stored });
      expect((await onlyContainer(world, 'stored')).id).toBe(blue.id);
      await replace(world, 'stored', { image: files.image });
      expect((await onlyContainer(world, 'stored')).configHash).toBe(files.configHash);
    },
  },
  {
    name: 'anonymous volumes go over to the new container, but for a path that it does not ask for',
    run: async (world) => {
      await world.up('kept');
      const before = (await onlyContainer(world, 'kept')).anonymousVolumes!;
      expect(Object.keys(before).sort()).toEqual(['/cache', '/data']);
      await world.edit('kept');
      await replace(world, 'kept', { image: await builtImage(world, 'kept') });
      expect((await onlyContainer(world, 'kept')).anonymousVolumes).toEqual(before);
      const { image } = await onlyContainer(world, 'kept');
      const stored = storedWith(world, 'kept', { volumes: [{ type: 'volume', target: '/data' }] });
      await replace(world, 'kept', { image, stored });
      expect((await onlyContainer(world, 'kept')).anonymousVolumes).toEqual({ '/data': before['/data'] });
      const again = await world.engine.observe([contractService(world.project, 'kept')]);
      expect(again.ok && again.value.volumes).toContain(before['/cache']);
      await world.dropVolume(before['/cache']!);
    },
  },
  {
    name: 'all containers of a scaled service are replaced and keep their numbers',
    run: async (world) => {
      await world.up('pair');
      const before = (await observed(world, 'pair')).containers;
      expect(before.map(({ number }) => number)).toEqual([1, 2]);
      await world.edit('pair');
      const image = await builtImage(world, 'pair');
      const put = await replace(world, 'pair', { image });
      const after = (await observed(world, 'pair')).containers;
      expect(put).toEqual({ ok: true, value: { containers: after.map(({ id }) => id), stoppedAt: INSTANT } });
      expect(after).toMatchObject([
        { number: 1, name: before[0]!.name, image, state: 'running' },
        { number: 2, name: before[1]!.name, image, state: 'running' },
      ]);
      expect(after.some(({ id }) => before.some((old) => old.id === id))).toBe(false);
    },
  },
  {
    name: 'a job runs again when it is put in place, and its end stays to be seen',
    run: async (world) => {
      await world.up('job');
      const first = await onlyContainer(world, 'job');
      await untilContainer(world, first.id, 'ended', ({ state }) => state === 'exited');
      await world.edit('job', { kind: 'exits', afterMs: 300, exitCode: 4, times: null });
      const put = await replace(world, 'job', { image: await builtImage(world, 'job') });
      expect(put).toMatchObject({ ok: true });
      const second = await onlyContainer(world, 'job');
      expect(second.id).not.toBe(first.id);
      const ended = await untilContainer(world, second.id, 'ended', ({ state }) => state === 'exited');
      expect(ended).toMatchObject({ exitCode: 4, restartCount: 0, health: 'none', finishedAt: INSTANT });
    },
  },
  {
    name: 'start-first lets the old container go once the new one is ready',
    run: async (world) => {
      await world.up('beside');
      const old = await onlyContainer(world, 'beside');
      await world.edit('beside');
      const image = await builtImage(world, 'beside');
      const put = await replace(world, 'beside', { image, order: 'start-first' });
      const now = await onlyContainer(world, 'beside');
      expect(put).toEqual({ ok: true, value: { containers: [now.id], stoppedAt: INSTANT } });
      expect(now).toMatchObject({ image, number: 2, health: 'healthy' });
      expect(now.id).not.toBe(old.id);
    },
  },
  {
    name: 'start-first takes away what does not get ready, and the old container has served on',
    run: async (world) => {
      await world.up('ill');
      const old = await onlyContainer(world, 'ill');
      await world.edit('ill', { kind: 'unhealthy' });
      const put = await replace(world, 'ill', { image: await builtImage(world, 'ill'), order: 'start-first' });
      expect(put).toMatchObject({
        ok: false,
        error: { failure: { code: 'replace-failed', message: expect.stringContaining('it is unhealthy') } },
      });
      const now = await onlyContainer(world, 'ill');
      expect(now).toMatchObject({ id: old.id, state: 'running', startedAt: old.startedAt });
      expect((await observed(world, 'ill')).tagImage).toBe(old.image);
    },
  },
];
