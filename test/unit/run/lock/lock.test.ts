import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Engine, type EngineLock, EngineUnavailable } from '../../../../src/docker/port.ts';
import { holderFromRecord } from '../../../../src/journal/holder.ts';
import { viewLockFile } from '../../../../src/journal/lock.ts';
import { err, ok } from '../../../../src/model/result.ts';
import { acquireFleetLock } from '../../../../src/run/lock/lock.ts';
import { unlockFleet } from '../../../../src/run/lock/unlock.ts';
import { nodeDisk } from '../../../../src/util/node-disk.ts';
import { HandClock, must, mustFail, scratchFolder } from '../../../support/journal.ts';
import { fakeHost } from '../../../support/lock.ts';

const NO_ENGINE = { code: 'no-engine', message: 'no Docker answers', remedy: 'start it' } as const;

/** An engine that knows nothing but markers. `fails`: the project at which it stops to answer. */
function markerEngine(fails: string | null = null) {
  const markers = new Map<string, EngineLock>();
  const calls = {
    lock: async (lock: EngineLock) => {
      if (lock.project === fails) return err(NO_ENGINE);
      const present = markers.get(lock.project);
      if (present) return err(present);
      // Docker gives labels back in its own order.
      markers.set(lock.project, { ...lock, holder: Object.fromEntries(Object.entries(lock.holder).toReversed()) });
      return ok(null);
    },
    unlock: async (project: string) => {
      markers.delete(project);
      return ok(null);
    },
    lockHolder: async (project: string) => markers.get(project) ?? null,
  };
  return { engine: calls as Partial<Engine> as Engine, calls, markers };
}

async function request(over: Partial<Parameters<typeof acquireFleetLock>[0]> = {}) {
  const me = fakeHost({ pid: 1, running: { 1: '100', 2: '100' } });
  const root = over.root ?? (await scratchFolder());
  const base = {
    disk: nodeDisk,
    projects: ['web', 'core'],
    clock: new HandClock(),
    command: 'slipway rebuild',
    waitMs: 0,
    signal: new AbortController().signal,
  };
  return { root, me, engine: markerEngine().engine, ...base, ...over };
}

test('file and markers carry one holder, and go with the release', async () => {
  const { engine, markers } = markerEngine();
  const asked = await request({ engine });
  const lock = must(await acquireFleetLock(asked));
  expect([...markers.values()].map((m) => holderFromRecord(m.holder))).toEqual([lock.holder, lock.holder]);
  expect(await viewLockFile(nodeDisk, asked.root)).toEqual({ kind: 'held', holder: lock.holder });
  await lock.release();
  expect(markers.size).toBe(0);
  expect(await readdir(asked.root)).toEqual([]);
});

test('a second rebuild in the folder is refused with the holder and what to do', async () => {
  const first = await request();
  must(await acquireFleetLock(first));
  const second = await request({ root: first.root, me: fakeHost({ pid: 2, running: { 1: '100', 2: '100' } }) });
  const refusal = mustFail(await acquireFleetLock(second));
  expect(refusal).toMatchObject({ holder: { pid: 1 }, remedy: expect.stringContaining('--lock-wait') });
  expect(refusal.message).toContain('process 1 on build-1, since 2026-02-04T14:00:00.000Z: slipway rebuild');
});

test('a clone in another folder is refused by the marker, and leaves nothing behind', async () => {
  const { engine, markers } = markerEngine();
  must(await acquireFleetLock(await request({ engine, projects: ['web'] })));
  const clone = await request({ engine, me: fakeHost({ pid: 2, running: { 1: '100', 2: '100' } }) });
  expect(mustFail(await acquireFleetLock(clone))).toMatchObject({
    holder: { pid: 1 },
    message: expect.stringContaining('project web'),
  });
  expect([...markers.keys()]).toEqual(['web']);
  expect(await viewLockFile(nodeDisk, clone.root)).toEqual({ kind: 'free' });
});

test('what a dead process holds is taken over, and it is said from whom', async () => {
  const { engine, markers } = markerEngine();
  const dead = await request({ engine, me: fakeHost({ pid: 9, running: { 9: '100' } }) });
  must(await acquireFleetLock(dead));
  const lock = must(await acquireFleetLock(await request({ engine, root: dead.root })));
  expect(lock.takenOver).toHaveLength(3);
  for (const said of lock.takenOver) expect(said).toContain('process 9 on build-1');
  expect([...markers.keys()].sort()).toEqual(['core', 'web']);
  await lock.release();
  expect(markers.size).toBe(0);
});

test('waiting ends when the holder releases, or at the deadline', async () => {
  const first = await request();
  const held = must(await acquireFleetLock(first));
  const clock = new HandClock();
  const waiting = { root: first.root, clock, waitMs: 1000, me: fakeHost({ pid: 2, running: { 1: '100', 2: '100' } }) };

  const tooShort = acquireFleetLock(await request(waiting));
  for (let waited = 0; waited < 1000; waited += 250) {
    await clock.sleeping();
    clock.advance(250);
  }
  expect(mustFail(await tooShort).holder?.pid).toBe(1);

  const patient = acquireFleetLock(await request(waiting));
  await clock.sleeping();
  await held.release();
  clock.advance(250);
  must(await patient);
});

test('an engine that does not answer is told as such, and nothing stays locked', async () => {
  const { engine, markers } = markerEngine('web');
  const asked = await request({ engine, waitMs: 1000 });
  expect(mustFail(await acquireFleetLock(asked))).toMatchObject({
    holder: null,
    message: NO_ENGINE.message,
    remedy: NO_ENGINE.remedy,
  });
  expect(markers.size).toBe(0);
  expect(await viewLockFile(nodeDisk, asked.root)).toEqual({ kind: 'free' });
});

test('an engine that is lost at the release is told of, and the lock file goes all the same', async () => {
  const { engine, calls } = markerEngine();
  const asked = await request({ engine });
  const lock = must(await acquireFleetLock(asked));
  calls.lockHolder = () => Promise.reject(new EngineUnavailable(NO_ENGINE));
  expect(await lock.release()).toBe(NO_ENGINE.message);
  expect(await viewLockFile(nodeDisk, asked.root)).toEqual({ kind: 'free' });
});

test('unlock removes what is gone, refuses what lives or cannot be seen, and obeys force', async () => {
  const { engine, markers } = markerEngine();
  const asked = await request({ engine });
  const lock = must(await acquireFleetLock(asked));
  const other = fakeHost({ pid: 2, running: { 1: '100' } });
  const unlock = { disk: nodeDisk, root: asked.root, engine, projects: asked.projects, me: other, from: 'gone' } as const;
  expect(mustFail(await unlockFleet(unlock))).toMatchObject({
    holder: lock.holder,
    message: expect.stringContaining('is running'),
  });
  expect(mustFail(await unlockFleet({ ...unlock, me: { ...other, pidNamespace: 'pid:[2]' } })).remedy).toContain('--force');
  expect(markers.size).toBe(2);
  expect(must(await unlockFleet({ ...unlock, me: fakeHost({ running: {} }) }))).toHaveLength(3);
  expect(markers.size).toBe(0);
  expect(must(await unlockFleet(unlock))).toEqual([]);

  must(await acquireFleetLock(asked));
  expect(must(await unlockFleet({ ...unlock, from: 'any' }))).toHaveLength(3);
});

test('a marker that does not say whose it is is neither taken over nor removed without force', async () => {
  const { engine, markers } = markerEngine();
  markers.set('core', { project: 'core', holder: { from: 'tomorrow' } });
  expect(mustFail(await acquireFleetLock(await request({ engine }))).holder).toBeNull();
  const unlock = { disk: nodeDisk, root: await scratchFolder(), engine, projects: ['core'], me: fakeHost({}) };
  expect(mustFail(await unlockFleet({ ...unlock, from: 'gone' })).remedy).toContain('--force');
  expect(must(await unlockFleet({ ...unlock, from: 'any' }))).toEqual(['Removed the marker of project core, which named nobody']);
});
