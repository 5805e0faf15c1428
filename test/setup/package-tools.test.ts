import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkNodeVersions } from '../../scripts/setup/node-versions.mjs';
import { checkOlderTypescript } from '../../scripts/setup/older-typescript.mjs';
import { installPinned } from '../../scripts/setup/pinned-package.mjs';
import { checkShells } from '../../scripts/setup/shells.mjs';

test('the shells, versions of Node.js and compiler that the package is tried with start', async () => {
  expect(await checkShells()).toBeNull();
  expect(await checkNodeVersions()).toBeNull();
  expect(await checkOlderTypescript()).toBeNull();
});

test('a package that is not the pinned one is not installed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-pinned-'));
  try {
    const other = { name: 'leven', version: '4.1.0', integrity: 'sha512-other' };
    await expect(installPinned(other, join(folder, 'place'))).rejects.toThrow(/^leven@4\.1\.0 is not what was pinned: sha512-/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
