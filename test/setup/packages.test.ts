import { cp, mkdir, mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkPackages, installPackages } from '../../scripts/setup/packages.mjs';
import { ROOT } from '../../scripts/setup/parts.mjs';
import { run } from '../../scripts/setup/run.mjs';

/** Each test breaks a copy of what the check reads of this checkout's own packages. */
describe('the check of npm packages', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-packages-'));
    await cp(join(ROOT, 'package-lock.json'), join(folder, 'package-lock.json'));
    await copyManifests(folder);
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('finds nothing wrong with what npm installed', () => {
    expect(checkPackages(folder)).toBeNull();
  });

  test('names a package folder that was removed', async () => {
    await rm(join(folder, 'node_modules/commander'), { recursive: true });
    expect(checkPackages(folder)).toMatch(/^node_modules\/commander is missing, the lock file says \d/);
  });

  test('names a package of another version', async () => {
    await writeFile(join(folder, 'node_modules/zod/package.json'), '{"version":"0.0.1"}');
    expect(checkPackages(folder)).toMatch(/^node_modules\/zod is 0\.0\.1, the lock file says/);
  });

  test('notices the binary package of this platform, which npm calls optional', async () => {
    const installed = JSON.parse(await readFile(join(folder, 'node_modules/.package-lock.json'), 'utf8')).packages;
    const platformPackage = Object.keys(installed).find((path) => path.startsWith('node_modules/@esbuild/'));
    await rm(join(folder, platformPackage ?? 'none'), { recursive: true });
    expect(checkPackages(folder)).toContain(`${platformPackage} is missing`);
  });

  test('notices a command link that was removed', async () => {
    await unlink(join(folder, 'node_modules/.bin/vitest'));
    expect(checkPackages(folder)).toBe('node_modules/.bin/vitest is missing');
  });

  test('notices that node_modules is gone', async () => {
    await rm(join(folder, 'node_modules'), { recursive: true });
    expect(checkPackages(folder)).toBe('node_modules is missing or incomplete');
  });

  test('notices a package that was added to the lock file after the installation', async () => {
    const lockFile = join(folder, 'package-lock.json');
    const lock = JSON.parse(await readFile(lockFile, 'utf8'));
    lock.packages['node_modules/added'] = { version: '1.0.0' };
    await writeFile(lockFile, JSON.stringify(lock));
    expect(checkPackages(folder)).toBe('node_modules/added is missing, the lock file says 1.0.0');
  });
});

describe('the installation of npm packages', () => {
  test('puts a removed package back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-install-'));
    try {
      await projectWithLocalPackage(folder);
      await installPackages(folder);
      await rm(join(folder, 'node_modules/tiny'), { recursive: true });
      expect(checkPackages(folder)).toBe('node_modules/tiny is missing, the lock file says 1.2.3');
      await installPackages(folder);
      expect(checkPackages(folder)).toBeNull();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('says that a checkout without a lock file is damaged', async () => {
    await expect(installPackages(join(tmpdir(), 'slipway-no-such-folder'))).rejects.toThrow(/package-lock\.json is missing/);
  });
});

/** A project that depends on a packed package of its own folder, so that npm needs no registry. */
async function projectWithLocalPackage(folder: string): Promise<void> {
  await mkdir(join(folder, 'tiny'));
  await writeFile(join(folder, 'tiny/package.json'), '{"name":"tiny","version":"1.2.3"}');
  await run(['npm', 'pack', './tiny'], { cwd: folder });
  await writeFile(
    join(folder, 'package.json'),
    '{"name":"user","version":"1.0.0","dependencies":{"tiny":"file:tiny-1.2.3.tgz"}}',
  );
  await run(['npm', 'install', '--package-lock-only', '--offline'], { cwd: folder });
}

async function copyManifests(folder: string): Promise<void> {
  const { packages } = JSON.parse(await readFile(join(ROOT, 'node_modules/.package-lock.json'), 'utf8'));
  await cp(join(ROOT, 'node_modules/.bin'), join(folder, 'node_modules/.bin'), { recursive: true, dereference: true });
  await cp(join(ROOT, 'node_modules/.package-lock.json'), join(folder, 'node_modules/.package-lock.json'));
  for (const path of Object.keys(packages)) {
    await mkdir(join(folder, path), { recursive: true });
    await cp(join(ROOT, path, 'package.json'), join(folder, path, 'package.json'));
  }
}
