import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeDisk } from '../../../src/util/node-disk.ts';
import { scratchFolder } from '../../support/journal.ts';

test('a file is replaced whole, with the mode that was asked for and nothing left beside it', async () => {
  const dir = await scratchFolder();
  const path = join(dir, 'a.json');
  await writeFile(path, 'old', { mode: 0o644 });
  await nodeDisk.replace(path, 'new', { mode: 0o600, durability: 'synced' });
  expect(await readFile(path, 'utf8')).toBe('new');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(dir)).toEqual(['a.json']);
});

test('a failed write leaves no other file', async () => {
  const dir = await scratchFolder();
  await mkdir(join(dir, 'a.json', 'full'), { recursive: true });
  await expect(nodeDisk.replace(join(dir, 'a.json'), 'new', { mode: 0o600, durability: 'relaxed' })).rejects.toThrow();
  expect(await readdir(dir)).toEqual(['a.json']);
});

test('sweeping removes what a killed write of this path left, and nothing else', async () => {
  const dir = await scratchFolder();
  const names = ['.a.json.0123456789ab.tmp', '.axjson.0123456789ab.tmp', '.b.json.0123456789ab.tmp', 'a.json'];
  for (const name of names) await writeFile(join(dir, name), '');
  await nodeDisk.sweep(join(dir, 'a.json'));
  expect((await readdir(dir)).sort()).toEqual(names.slice(1));
});

test('missing parents are made private; a file in the way is refused', async () => {
  const dir = await scratchFolder();
  await nodeDisk.makeFolder(join(dir, 'x', 'y'));
  await nodeDisk.makeFolder(join(dir, 'x', 'y'));
  expect((await stat(join(dir, 'x'))).mode & 0o777).toBe(0o700);
  await writeFile(join(dir, 'file'), '');
  await expect(nodeDisk.makeFolder(join(dir, 'file'))).rejects.toThrow('EEXIST');
  await expect(nodeDisk.makeFolder(join(dir, 'file', 'below'))).rejects.toThrow('ENOTDIR');
});
