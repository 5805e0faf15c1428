import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { followingCommand } from '../../../src/cli/output/last-words.ts';
import { selfFrom } from '../../../src/cli/self.ts';
import { folderWith } from '../../support/folder.ts';

/** Slipway as npm installs it: a link to the file of its package. */
function installed(folder: string): string {
  const root = folderWith({ [join(folder, 'slipway/dist/slipway.mjs')]: '' });
  chmodSync(join(root, folder, 'slipway/dist/slipway.mjs'), 0o755);
  mkdirSync(join(root, folder, '.bin'), { recursive: true });
  symlinkSync('../slipway/dist/slipway.mjs', join(root, folder, '.bin/slipway'));
  return root;
}

test('it is called by its name where a shell finds it by that', () => {
  const bin = join(installed('node_modules'), 'node_modules/.bin');
  expect(selfFrom(join(bin, 'slipway'), { cwd: '/', path: `/no/such:${bin}` })).toBe('slipway');
});

test('it is called by its place where a shell finds none, or another', () => {
  const fleet = installed('a fleet/node_modules');
  const script = join(fleet, 'a fleet/node_modules/.bin/slipway');
  const other = join(installed('node_modules'), 'node_modules/.bin');
  expect(selfFrom(script, { cwd: join(fleet, 'a fleet'), path: '' })).toBe('node_modules/.bin/slipway');
  expect(selfFrom(script, { cwd: join(fleet, 'a fleet/node_modules/.bin'), path: '' })).toBe('./slipway');
  expect(selfFrom(script, { cwd: '/', path: other })).toBe(`'${script.slice(1)}'`);
});

test('a file that is no command is started by Node', () => {
  expect(selfFrom('/x/dist/slipway.mjs', { cwd: '/x', path: '' })).toBe('node dist/slipway.mjs');
  expect(selfFrom('/x y/slipway.mjs', { cwd: '/x y/z', path: '' })).toBe('node ../slipway.mjs');
  expect(selfFrom('/x y/slipway.mjs', { cwd: '/a/b/c', path: '' })).toBe("node '/x y/slipway.mjs'");
});

test('the command to run next finds the same fleet, also in a folder with blanks', () => {
  const values = { projectDir: '/my fleet', config: "it's.yaml" };
  expect(followingCommand({ self: 'slipway' }, values)).toBe(`slipway --project-dir '/my fleet' --config 'it'\\''s.yaml'`);
  expect(followingCommand({ self: 'slipway' }, { projectDir: null, config: null })).toBe('slipway');
});
