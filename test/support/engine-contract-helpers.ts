import { expect } from 'vitest';
import type { ContractCase } from './engine-contract.ts';
import {
  builtImage,
  type ContractTest,
  type ContractWorld,
  contractService,
  observed,
  onlyContainer,
  RUN,
} from './engine-contract-world.ts';
import { recordedIo } from './step-io.ts';

const DONE = { ok: true, value: null };

async function runTest(world: ContractWorld, how: ContractTest, io = recordedIo()) {
  const image = (await observed(world, 'tested')).tagImage!;
  const limits = { mounts: [], network: null, memoryBytes: null, cpus: null, timeoutMs: 3000 };
  const command = world.testThat('tested', how);
  return world.engine.runTest({ run: RUN, project: world.project.name, service: 'tested', image, command, ...limits }, io);
}

async function helpersOf(world: ContractWorld): Promise<readonly string[]> {
  const found = await world.engine.leftovers([contractService(world.project, 'tested')]);
  return found.filter(({ kind }) => kind === 'test-container' || kind === 'preflight-container').map(({ kind }) => kind);
}

/** Locks, tests and shadows: containers that are Slipway's own. */
export const HELPER_CASES: readonly ContractCase[] = [
  {
    name: 'only one of two gets the lock, the other learns who has it, and it is given back once',
    run: async ({ engine, another, project }) => {
      const lockOf = (who: string) => ({ project: `${project.name}-lock`, holder: { pid: '1', host: who } });
      const results = await Promise.all([engine.lock(lockOf('one')), another.lock(lockOf('two'))]);
      const winner = results[0].ok ? 'one' : 'two';
      expect(results.filter(({ ok }) => ok)).toHaveLength(1);
      expect(results.find(({ ok }) => !ok)).toEqual({ ok: false, error: lockOf(winner) });
      expect(await engine.lockHolder(`${project.name}-lock`)).toEqual(lockOf(winner));
      expect(await another.unlock(`${project.name}-lock`)).toEqual(DONE);
      expect(await another.unlock(`${project.name}-lock`)).toEqual(DONE);
      expect(await engine.lockHolder(`${project.name}-lock`)).toBeNull();
      expect(await engine.lock(lockOf('one'))).toEqual(DONE);
      expect(await engine.unlock(`${project.name}-lock`)).toEqual(DONE);
    },
  },
  {
    name: 'a foreign container of the lock’s name is a holder without a record, and is left alone',
    run: async (world) => {
      const { engine, project } = world;
      await world.takeName(`slipway-lock-${project.name}-foreign`);
      const lock = { project: `${project.name}-foreign`, holder: { pid: '1' } };
      expect(await engine.lock(lock)).toEqual({ ok: false, error: { project: lock.project, holder: {} } });
      expect(await engine.unlock(lock.project)).toMatchObject({ ok: false, error: { code: 'engine-error' } });
      expect(await engine.lockHolder(lock.project)).toEqual({ project: lock.project, holder: {} });
    },
  },
  {
    name: 'a test ends with its code, and its container is gone and was none of the service’s',
    run: async (world) => {
      await world.up('tested');
      const before = await onlyContainer(world, 'tested');
      expect(await runTest(world, 'passes')).toMatchObject({ ok: true, value: { exitCode: 0, missing: null } });
      expect(await runTest(world, 'fails')).toMatchObject({ ok: true, value: { exitCode: 1, missing: null } });
      expect(await helpersOf(world)).toEqual([]);
      expect((await onlyContainer(world, 'tested')).id).toBe(before.id);
    },
  },
  {
    name: 'a test that takes too long, or that nobody wants any more, is killed and gone',
    run: async (world) => {
      await world.up('tested');
      expect(await runTest(world, 'hangs')).toMatchObject({
        ok: false,
        error: { failure: { code: 'test-timeout', afterMs: 3000 } },
      });
      const io = recordedIo();
      const testing = runTest(world, 'hangs', io);
      await world.clock.sleep(1000);
      expect(await helpersOf(world)).toEqual(['test-container']);
      io.abort();
      expect(await testing).toEqual({ ok: false, error: { failure: { code: 'interrupted' }, transient: false } });
      expect(await helpersOf(world)).toEqual([]);
    },
  },
  {
    name: 'a shadow that gets ready is gone afterwards, and so is one that does not; the service knows of neither',
    run: async (world) => {
      await world.up('shadowed');
      const before = await onlyContainer(world, 'shadowed');
      const service = contractService(world.project, 'shadowed');
      const preflight = async () =>
        world.engine.preflight(
          { run: RUN, project: world.project, service, image: await builtImage(world, 'shadowed') },
          recordedIo(),
        );
      expect(await preflight()).toEqual(DONE);
      await world.edit('shadowed', { kind: 'exits', afterMs: 100, exitCode: 5, times: null });
      expect(await preflight()).toMatchObject({
        ok: false,
        error: { failure: { code: 'preflight-failed', message: expect.stringContaining('it ended with code 5') } },
      });
      expect(await helpersOf(world)).toEqual([]);
      const now = await onlyContainer(world, 'shadowed');
      expect([now.id, now.startedAt]).toEqual([before.id, before.startedAt]);
      expect((await observed(world, 'shadowed')).tagImage).toBe(before.image);
    },
  },
];
