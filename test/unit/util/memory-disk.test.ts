import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Disk } from '../../../src/util/disk.ts';
import { errorCode } from '../../../src/util/fs-error.ts';
import { MemoryDisk } from '../../../src/util/memory-disk.ts';
import { nodeDisk } from '../../../src/util/node-disk.ts';
import { scratchFolder } from '../../support/journal.ts';

const SYNCED = { mode: 0o600, durability: 'synced' } as const;
const RELAXED = { mode: 0o644, durability: 'relaxed' } as const;

/** What came of a call: its result, or the code of its error. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    return errorCode(error);
  }
}

async function everything(disk: Disk, root: string): Promise<unknown[]> {
  const at = (path: string) => join(root, path);
  const text = async (path: string) => String(await disk.read(at(path)));
  const out: unknown[] = [];
  const say = async (call: Promise<unknown>) => out.push(await outcome(call));
  await say(text('none'));
  await say(disk.list(at('none')));
  await say(disk.makeFolder(at('a/b')));
  await say(disk.makeFolder(at('a/b')));
  await say(disk.makeNewFolder(at('a/b')));
  await say(disk.makeNewFolder(at('x/y')));
  await say(disk.makeNewFolder(at('a/c')));
  await say(disk.create(at('a/b/one'), 'eins', SYNCED));
  await say(disk.create(at('a/b/one'), 'zwei', SYNCED));
  await say(text('a/b/one'));
  await say(disk.replace(at('a/b/one'), 'drei', RELAXED));
  await say(text('a/b/one'));
  await say(disk.stat(at('a/b/one')));
  await say(disk.replace(at('a/b'), 'x', RELAXED));
  await say(disk.replace(at('none/one'), 'x', RELAXED));
  await say(disk.create(at('none/one'), 'x', RELAXED));
  await say(disk.append(at('none/one'), 0o600));
  await say(disk.makeFolder(at('a/b/one')));
  await say(disk.makeFolder(at('a/b/one/two')));
  await say(disk.read(at('a/b')));
  await say(disk.read(at('a/b/one/two')));
  const file = await disk.append(at('a/b/log'), 0o600);
  await file.append('one\n');
  await file.append('two\n');
  await file.truncate(5);
  await file.append('!\n');
  await file.sync();
  await file.close();
  await say(text('a/b/log'));
  const again = await disk.append(at('a/b/log'), 0o600);
  await again.append('end');
  await again.close();
  const chunks: Buffer[] = [];
  for await (const chunk of disk.chunks(at('a/b/log'))) chunks.push(chunk);
  out.push(String(Buffer.concat(chunks)));
  out.push(
    await outcome(
      (async () => {
        for await (const _ of disk.chunks(at('none')));
      })(),
    ),
  );
  out.push([...(await disk.list(at('a/b')))].sort());
  await say(disk.removeFolder(at('a/b')));
  await say(disk.removeFolder(at('a/c')));
  await say(disk.remove(at('a/b/log')));
  await say(disk.remove(at('a/b/log')));
  await say(disk.sweep(at('a/b/log')));
  await say(disk.syncFolder(at('a/b')));
  await say(disk.removeTree(at('a')));
  await say(disk.removeTree(at('a')));
  await say(disk.list(root));
  return out;
}

test('it answers every call as the machine’s own disk does', async () => {
  const root = await scratchFolder();
  const memory = new MemoryDisk();
  await memory.makeFolder(root);
  expect(await everything(memory, root)).toEqual(await everything(nodeDisk, root));
  await rm(root, { recursive: true });
});

describe('a power loss', () => {
  test('takes what was not synced, in a file and in a folder', async () => {
    const disk = new MemoryDisk();
    await disk.makeFolder('/d');
    await disk.create('/d/key', 'key', SYNCED);
    const file = await disk.append('/d/log', 0o600);
    await file.append('safe');
    await file.sync();
    await disk.syncFolder('/d');
    await file.append(' lost');
    await disk.replace('/d/state', 'new', RELAXED);
    await disk.remove('/d/key');
    await disk.makeNewFolder('/d/run');
    disk.losePower(() => 0);
    expect([...disk.files()].map(([path, content]) => `${path} ${content}`).sort()).toEqual(['/d/key key', '/d/log safe']);
  });

  test('may leave any part of it', async () => {
    const disk = new MemoryDisk();
    const file = await disk.append('/log', 0o600);
    await file.append('abcd');
    disk.losePower(() => 0.5);
    expect(String(await disk.read('/log'))).toBe('ab');
  });

  test('may bring back what an unsynced cut took', async () => {
    const disk = new MemoryDisk();
    const file = await disk.append('/log', 0o600);
    await file.append('abcd');
    await file.sync();
    await disk.syncFolder('/');
    await file.truncate(2);
    await file.append('XY');
    disk.losePower(() => 0);
    expect(String(await disk.read('/log'))).toBe('abcd');
  });
});

test('a full disk tears the append, keeps the replaced file, and takes more once there is room', async () => {
  const disk = new MemoryDisk();
  await disk.replace('/state', 'old', SYNCED);
  const file = await disk.append('/log', 0o600);
  disk.fillUp(3);
  expect(await outcome(file.append('abcd'))).toBe('ENOSPC');
  expect(await outcome(disk.replace('/state', 'new', SYNCED))).toBe('ENOSPC');
  expect(await outcome(disk.create('/other', 'x', SYNCED))).toBe('ENOSPC');
  disk.makeRoom();
  await file.append('d');
  expect([...disk.files()].map(([path, content]) => `${path} ${content}`)).toEqual(['/state old', '/log abcd']);
});

test('a file is cut where a test wants it', async () => {
  const disk = new MemoryDisk();
  await disk.replace('/log', 'abcd', SYNCED);
  disk.cut('/log', 1);
  expect(String(await disk.read('/log'))).toBe('a');
});
