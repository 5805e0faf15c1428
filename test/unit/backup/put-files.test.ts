import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { putFile } from '../../../src/backup/put-files.ts';
import { folderWith } from '../../support/folder.ts';

const SAVED = { from: 'files/slipway.yaml', to: 'slipway.yaml', place: 'project', mode: 0o644 } as const;

function folders(): { readonly backup: string; readonly root: string; readonly outside: string } {
  return { backup: folderWith({ [SAVED.from]: 'saved' }), root: folderWith(), outside: folderWith() };
}

test('a link within the project stays one, and the file that it leads to is restored', async () => {
  const { backup, root } = folders();
  mkdirSync(join(root, 'configs'));
  writeFileSync(join(root, 'configs/slipway.yaml'), 'changed');
  symlinkSync('configs/slipway.yaml', join(root, 'slipway.yaml'));
  await putFile(backup, root, SAVED);
  expect(lstatSync(join(root, 'slipway.yaml')).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(root, 'configs/slipway.yaml'), 'utf8')).toBe('saved');
});

test('nothing is written through a link that leads out of the project', async () => {
  const { backup, root, outside } = folders();
  writeFileSync(join(outside, 'other.yaml'), 'of somebody else');
  symlinkSync(join(outside, 'other.yaml'), join(root, 'slipway.yaml'));
  await putFile(backup, root, SAVED);
  expect(readFileSync(join(outside, 'other.yaml'), 'utf8')).toBe('of somebody else');
  expect(readFileSync(join(root, 'slipway.yaml'), 'utf8')).toBe('saved');
});
