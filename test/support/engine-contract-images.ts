import { expect } from 'vitest';
import type { ContractCase } from './engine-contract.ts';
import {
  build,
  builtImage,
  candidateOf,
  contractService,
  observed,
  onlyContainer,
  RUN,
  untilContainer,
} from './engine-contract-world.ts';

/** What is observed, built and tagged. */
export const IMAGE_CASES: readonly ContractCase[] = [
  {
    name: 'a service is observed with its containers, its tag, and the names of networks and volumes',
    run: async (world) => {
      await world.up('seen');
      const { id } = await onlyContainer(world, 'seen');
      await untilContainer(world, id, 'healthy', ({ health }) => health === 'healthy');
      const result = await world.engine.observe([contractService(world.project, 'seen')]);
      const found = result.ok ? result.value : null;
      const image = (await world.engine.image(`${world.project.name}-seen:latest`))!.id;
      expect(found?.services.seen).toMatchObject({
        tagImage: image,
        containers: [
          {
            name: `${world.project.name}-seen-1`,
            service: 'seen',
            number: 1,
            image,
            state: 'running',
            health: 'healthy',
            exitCode: 0,
            error: '',
            restartCount: 0,
            temporary: false,
            finishedAt: null,
            configHash: expect.stringMatching(/^[0-9a-f]{64}$/),
            anonymousVolumes: { '/data': expect.stringMatching(/^[0-9a-f]{64}$/) },
          },
        ],
      });
      const container = found!.services.seen!.containers[0]!;
      expect(Date.parse(container.healthAt!)).toBeGreaterThan(Date.parse(container.startedAt!));
      expect(found?.networks).toContain(`${world.project.name}_default`);
      expect(found?.volumes).toContain(container.anonymousVolumes!['/data']);
      expect(await world.engine.inspect(id)).toMatchObject({ id, name: container.name, image });
    },
  },
  {
    name: 'what is gone is nothing',
    run: async ({ engine, project }) => {
      expect(await engine.inspect('0'.repeat(64))).toBeNull();
      expect(await engine.image(`${project.name}-never:latest`)).toBeNull();
      expect(await engine.logs('0'.repeat(64), 5)).toEqual([]);
      expect(await engine.lockHolder(`${project.name}-never`)).toBeNull();
      expect(await engine.untag(`${project.name}-never:latest`)).toEqual({ ok: true, value: null });
      expect(await engine.remove('0'.repeat(64))).toEqual({ ok: true, value: null });
      expect(await engine.start('0'.repeat(64))).toMatchObject({ ok: false, error: { code: 'engine-error' } });
      expect(await engine.tag(`sha256:${'0'.repeat(64)}`, `${project.name}-never:latest`)).toMatchObject({ ok: false });
    },
  },
  {
    name: 'unchanged sources give the identical image, changed ones another, and the live tag stays',
    run: async (world) => {
      await world.up('built');
      const live = (await observed(world, 'built')).tagImage;
      expect(await builtImage(world, 'built')).toBe(live);
      await world.edit('built');
      const changed = await builtImage(world, 'built');
      expect(changed).not.toBe(live);
      expect(await builtImage(world, 'built')).toBe(changed);
      const anew = await builtImage(world, 'built', { noCache: true });
      expect(anew).not.toBe(changed);
      expect((await world.engine.image(candidateOf(world, 'built')))?.id).toBe(anew);
      expect((await observed(world, 'built')).tagImage).toBe(live);
    },
  },
  {
    name: 'a build that fails says its step, is not tried again, and leaves no candidate',
    run: async (world) => {
      await world.breakBuild('broken', 'fails');
      expect(await build(world, 'broken')).toMatchObject({
        ok: false,
        error: { transient: false, failure: { code: 'build-failed', step: expect.stringContaining('RUN') } },
      });
      expect(await world.engine.image(candidateOf(world, 'broken'))).toBeNull();
    },
  },
  {
    name: 'a build that takes too long is ended',
    run: async (world) => {
      await world.breakBuild('broken', 'hangs');
      expect(await build(world, 'broken', { timeoutMs: 3000 })).toMatchObject({
        ok: false,
        error: { transient: false, failure: { code: 'build-timeout', afterMs: 3000 } },
      });
      expect(await world.engine.image(candidateOf(world, 'broken'))).toBeNull();
    },
  },
  {
    name: 'a tag moves, and the last name of an image that a container runs is not taken away',
    run: async (world) => {
      await world.up('moved');
      const { image } = await onlyContainer(world, 'moved');
      const live = `${world.project.name}-moved:latest`;
      await world.edit('moved');
      const other = await builtImage(world, 'moved');
      expect(await world.engine.tag(other, live)).toEqual({ ok: true, value: null });
      expect((await world.engine.image(live))?.id).toBe(other);
      expect(await world.engine.image(image)).not.toBeNull();
      const backup = `${world.project.name}-moved:before`;
      expect(await world.engine.tag(image, backup)).toEqual({ ok: true, value: null });
      expect(await world.engine.untag(backup)).toMatchObject({ ok: false, error: { code: 'engine-error' } });
      expect((await world.engine.image(backup))?.id).toBe(image);
      expect(await world.engine.untag(live)).toEqual({ ok: true, value: null });
      expect(await world.engine.image(other)).not.toBeNull();
      expect(await world.engine.untag(candidateOf(world, 'moved'))).toEqual({ ok: true, value: null });
      expect(await world.engine.image(other)).toBeNull();
    },
  },
  {
    name: 'a keeper keeps an image, and is no container of the service',
    run: async (world) => {
      await world.up('taken');
      const { engine, project } = world;
      await world.edit('taken');
      const image = await builtImage(world, 'taken');
      expect(await engine.keep(project.name, image)).toEqual({ ok: true, value: null });
      expect(await engine.keep(project.name, image)).toEqual({ ok: true, value: null });
      expect(await engine.keepers(project.name)).toEqual([{ project: project.name, image }]);
      expect((await observed(world, 'taken')).containers).toHaveLength(1);
      expect(await engine.untag(candidateOf(world, 'taken'))).toMatchObject({ ok: false });
      expect(await engine.dropKeeper({ project: project.name, image })).toEqual({ ok: true, value: null });
      expect(await engine.dropKeeper({ project: project.name, image })).toEqual({ ok: true, value: null });
      expect(await engine.keepers(project.name)).toEqual([]);
      expect(await engine.untag(candidateOf(world, 'taken'))).toEqual({ ok: true, value: null });
    },
  },
  {
    name: 'candidates of the services are found as left over, with their run, and cleared',
    run: async (world) => {
      await world.edit('candidate');
      await builtImage(world, 'candidate');
      const name = candidateOf(world, 'candidate');
      const find = async () =>
        (await world.engine.leftovers([contractService(world.project, 'candidate')])).filter((l) => l.name === name);
      expect(await find()).toEqual([{ kind: 'candidate-tag', run: RUN, name }]);
      expect(await world.engine.clear({ kind: 'candidate-tag', run: RUN, name })).toEqual({ ok: true, value: null });
      expect(await find()).toEqual([]);
    },
  },
];
