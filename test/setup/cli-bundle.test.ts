import { mkdir, mkdtemp, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildBundle, checkBundle } from '../../scripts/setup/cli-bundle.mjs';

const BUILD = "fs.mkdirSync('dist', { recursive: true }); fs.writeFileSync('dist/slipway.mjs', '')";

let folder: string;

/** A checkout with one source file, all of it an hour old, and a build that only writes the bundle. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-bundle-'));
  await mkdir(join(folder, 'src/cli'), { recursive: true });
  await writeFile(join(folder, 'src/cli/main.ts'), '');
  await writeFile(join(folder, 'package.json'), JSON.stringify({ scripts: { build: `node -e "${BUILD}"` } }));
  for (const path of ['src/cli/main.ts', 'src/cli', 'src', 'package.json']) await setAge(path, 3600);
  await buildBundle(folder);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('a fresh bundle is left alone', () => {
  expect(checkBundle(folder)).toBeNull();
});

test('a removed bundle is noticed and built again', async () => {
  await unlink(join(folder, 'dist/slipway.mjs'));
  expect(checkBundle(folder)).toBe('dist/slipway.mjs is missing');
  await buildBundle(folder);
  expect(checkBundle(folder)).toBeNull();
});

test.each(['src/cli/main.ts', 'package.json'])('a newer %s is noticed', async (path) => {
  await setAge(path, -3600);
  expect(checkBundle(folder)).toBe('the sources are newer than dist/slipway.mjs');
});

test('a removed source file is noticed', async () => {
  await setAge('dist/slipway.mjs', 1800);
  expect(checkBundle(folder)).toBeNull();
  await unlink(join(folder, 'src/cli/main.ts'));
  expect(checkBundle(folder)).toBe('the sources are newer than dist/slipway.mjs');
});

async function setAge(path: string, ageSeconds: number): Promise<void> {
  const atSeconds = Date.now() / 1000 - ageSeconds;
  await utimes(join(folder, path), atSeconds, atSeconds);
}
