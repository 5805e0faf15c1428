import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { attempt, type ExclusiveStore } from '../../../src/journal/exclusive.ts';
import { describeHolder, judgeHolder } from '../../../src/journal/holder.ts';
import { lockPath, tryLockFile, viewLockFile } from '../../../src/journal/lock.ts';
import { readHostIdentity, startFromStat } from '../../../src/util/host-identity.ts';
import { nodeDisk } from '../../../src/util/node-disk.ts';
import { must, mustFail, scratchFolder } from '../../support/journal.ts';
import { fakeHost, holderAt } from '../../support/lock.ts';

const everyone = fakeHost({ running: { 1: '100', 2: '100', 3: '100' } });

test('the lock file names its holder, is private, and goes with the release', async () => {
  const root = await scratchFolder();
  const lock = must(await tryLockFile(nodeDisk, root, holderAt(1), everyone));
  expect(JSON.parse(await readFile(lockPath(root), 'utf8'))).toMatchObject({
    pid: '1',
    host: 'build-1',
    command: 'slipway rebuild',
  });
  expect((await stat(lockPath(root))).mode & 0o777).toBe(0o600);
  expect(await viewLockFile(nodeDisk, root)).toEqual({ kind: 'held', holder: holderAt(1) });
  await lock.release();
  expect(await readdir(root)).toEqual([]);
});

test('the folder of the lock stays when something else is kept in it', async () => {
  const root = await scratchFolder();
  await mkdir(join(root, '.slipway/runs'), { recursive: true });
  const lock = must(await tryLockFile(nodeDisk, root, holderAt(1), fakeHost({})));
  await lock.release();
  expect(await readdir(join(root, '.slipway'))).toEqual(['runs']);
});

test('a living holder keeps it and is named', async () => {
  const root = await scratchFolder();
  must(await tryLockFile(nodeDisk, root, holderAt(1), everyone));
  expect(mustFail(await tryLockFile(nodeDisk, root, holderAt(2), everyone))).toEqual({ kind: 'held', holder: holderAt(1) });
});

test('a dead holder is taken over from, and named', async () => {
  const root = await scratchFolder();
  const dead = must(await tryLockFile(nodeDisk, root, holderAt(9), everyone));
  const lock = must(await tryLockFile(nodeDisk, root, holderAt(1), everyone));
  expect(lock.tookOver).toEqual(holderAt(9));
  await dead.release();
  expect(await viewLockFile(nodeDisk, root)).toEqual({ kind: 'held', holder: holderAt(1) });
  expect(await readdir(join(root, '.slipway'))).toEqual(['lock']);
});

test.each(['', '{"pid":', '{"pid":"x"}', '\u0000\u0000'])('a lock file that names nobody (%j) is taken over', async (text) => {
  const root = await scratchFolder();
  await mkdir(join(root, '.slipway'));
  await writeFile(lockPath(root), text);
  expect(await viewLockFile(nodeDisk, root)).toEqual({ kind: 'unreadable' });
  expect(must(await tryLockFile(nodeDisk, root, holderAt(1), everyone)).tookOver).toBe('unreadable');
});

test('of many that take over at once exactly one wins', async () => {
  for (let round = 0; round < 20; round += 1) {
    const root = await scratchFolder();
    must(await tryLockFile(nodeDisk, root, holderAt(9), everyone));
    const pids = Array.from({ length: 12 }, (_, i) => i + 10);
    const me = fakeHost({ running: Object.fromEntries(pids.map((pid) => [pid, '100'])) });
    const results = await Promise.all(pids.map((pid) => tryLockFile(nodeDisk, root, holderAt(pid), me)));
    const winners = pids.filter((_, i) => results[i]?.ok);
    expect(winners).toHaveLength(1);
    expect(await viewLockFile(nodeDisk, root)).toEqual({ kind: 'held', holder: holderAt(winners[0]!) });
    expect(await readdir(join(root, '.slipway'))).toEqual(['lock']);
  }
});

/** A store whose steps the test lets through one by one. */
function steppedStore() {
  const names = new Map<string, string>();
  const store: ExclusiveStore = {
    create: async (name, content) => {
      if (names.has(name)) return 'taken';
      names.set(name, content);
      return 'created';
    },
    read: async (name) => names.get(name) ?? null,
    remove: async (name) => void names.delete(name),
  };
  return { names, store };
}

test('a slow taker that judged the dead holder does not remove the lock of the quick one', async () => {
  const { names, store } = steppedStore();
  names.set('lock', 'dead');
  const isGone = async (content: string) => content === 'dead';
  let quick: unknown;
  const slow = await attempt('lock', {
    store,
    content: 'slow',
    isGone: async (content) => {
      quick ??= await attempt('lock', { store, content: 'quick', isGone });
      return isGone(content);
    },
  });
  expect(quick).toEqual({ kind: 'acquired', tookOver: 'dead' });
  expect(slow).toEqual({ kind: 'held', by: 'quick' });
  expect([...names]).toEqual([['lock', 'quick']]);
});

test('a taker that died in the middle of taking over is taken over from as well', async () => {
  const { names, store } = steppedStore();
  names.set('lock', 'dead');
  const dying: ExclusiveStore = {
    ...store,
    remove: async () => {
      throw new Error('killed');
    },
  };
  const isGone = async (content: string) => content.startsWith('dead');
  await expect(attempt('lock', { store: dying, content: 'dead too', isGone })).rejects.toThrow('killed');
  expect(names.size).toBe(2);
  expect(await attempt('lock', { store, content: 'me', isGone })).toEqual({ kind: 'acquired', tookOver: 'dead' });
  expect([...names]).toEqual([['lock', 'me']]);
});

test.each([
  ['the process runs', {}, { 5: '100' }, 'alive'],
  ['there is no such process', {}, {}, 'gone'],
  ['another process has its pid now', {}, { 5: '200' }, 'gone'],
  ['the machine was rebooted', { bootId: 'boot-0' }, { 5: '100' }, 'gone'],
  ['another machine', { bootId: 'boot-0', machineId: 'machine-2' }, {}, 'unknown'],
  ['a machine with the same id from its image and another name', { bootId: 'boot-0', host: 'build-2' }, {}, 'unknown'],
  ['a machine without an id', { bootId: 'boot-0', machineId: '' }, {}, 'unknown'],
  ['another container on this machine', { pidNamespace: 'pid:[2]' }, {}, 'unknown'],
  ['a holder whose start is not known', { start: '' }, {}, 'unknown'],
  ['a holder whose boot is not known', { bootId: '' }, {}, 'unknown'],
])('%s', async (_, over, running, presence) => {
  expect(await judgeHolder(holderAt(5, over), fakeHost({ running }))).toBe(presence);
});

test('a real process is alive until it is killed', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const about = { startedAt: '2026-02-04T14:00:00.000Z', command: 'x', root: '/' };
  const holder = await describeHolder(await readHostIdentity(child.pid!), about);
  const me = await readHostIdentity(process.pid);
  expect(await judgeHolder(holder, me)).toBe('alive');
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  expect(await judgeHolder(holder, me)).toBe('gone');
});

test('the start time is found behind any command name; a process that waits to be reaped is gone', () => {
  const stat = (state: string) => `7 (a) (b c) ${state} 1 7 7 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 123456 999`;
  expect(startFromStat(stat('S'))).toBe('123456');
  expect(startFromStat(stat('Z'))).toBeNull();
  expect(startFromStat('')).toBeNull();
});
