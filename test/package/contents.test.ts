import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleApi } from '../../scripts/build/api.mjs';
import { bundleCli } from '../../scripts/build/cli.mjs';
import { ROOT } from '../../scripts/setup/parts.mjs';
import { cliEnv } from '../support/cli.ts';
import { linksOf } from '../support/markdown-links.ts';
import { type Packed, packAndInstall } from '../support/packed.ts';

const MOST_BYTES = 5_000_000;

let packed: Packed;
let folder: string;

beforeAll(async () => {
  packed = await packAndInstall();
  folder = join(packed.installed, 'node_modules/slipway');
});

afterAll(() => packed?.remove());

function read(path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

test('the package has these files and no others', () => {
  const declarations = packed.files.filter(({ path }) => path.startsWith('dist/types/'));
  expect(declarations.map(({ path }) => path)).toContain('dist/types/api/index.d.ts');
  expect(declarations.filter(({ path }) => !path.endsWith('.d.ts'))).toEqual([]);
  const others = packed.files.filter((file) => !declarations.includes(file)).map(({ path }) => path);
  const manual = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  expect(manual).toContain('operations.md');
  expect(others.sort()).toEqual([
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'LICENSE',
    'README.md',
    'dist/THIRD-PARTY-NOTICES.txt',
    'dist/api.mjs',
    'dist/slipway.mjs',
    ...manual.sort().map((name) => `docs/${name}`),
    'examples/homeiq/README.md',
    'examples/homeiq/docs/planning/phase1-batch-rebuild-guide.md',
    'examples/homeiq/scripts/README-PHASE1-BATCH-REBUILD.md',
    'package.json',
    'schema/event.schema.json',
    'schema/plan.schema.json',
    'schema/report.schema.json',
    'schema/slipway.schema.json',
  ]);
});

test('its pages lead to files that are in it; pictures are left to the repository', () => {
  const pages = packed.files.map(({ path }) => path).filter((path) => path.endsWith('.md'));
  const links = pages.flatMap((page) =>
    linksOf(read(page))
      .map((link) => link.split('#')[0]!)
      .filter((path) => path !== '' && !/^https:|\.(?:svg|png)$/.test(path))
      .map((path) => ({ page, to: join(dirname(page), path) })),
  );
  expect(links).toContainEqual({ page: 'README.md', to: 'docs/operations.md' });
  expect(links.filter(({ to }) => !existsSync(join(folder, to)))).toEqual([]);
});

test('the package is under 5 MB', () => {
  expect(packed.size).toBe(statSync(packed.archive).size);
  expect(packed.size).toBeLessThan(MOST_BYTES);
});

test('its command can be executed, and is what npm links', async () => {
  expect(packed.files.find(({ path }) => path === 'dist/slipway.mjs')!.mode & 0o777).toBe(0o755);
  const linked = join(packed.installed, 'node_modules/.bin/slipway');
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const { stdout } = await execa(linked, ['--version'], { cwd: packed.installed, env: cliEnv(), extendEnv: false });
  expect(stdout).toBe(version);
});

test('it runs by npx, from where it is installed and from the archive alone', async () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const env = {
    ...cliEnv(),
    npm_config_cache: join(packed.installed, '../cache'),
    npm_config_offline: 'true',
    npm_config_yes: 'true',
  };
  const there = await execa('npx', ['slipway', '--version'], { cwd: packed.installed, env, extendEnv: false, stdin: 'ignore' });
  expect(there.stdout).toBe(version);
  const argv = ['--package', packed.archive, 'slipway', '--version'];
  const elsewhere = await execa('npx', argv, { cwd: join(packed.installed, '..'), env, extendEnv: false, stdin: 'ignore' });
  expect(elsewhere.stdout).toBe(version);
});

test('nothing has to be installed beside it, and all that it exports is there', () => {
  expect(readdirSync(join(packed.installed, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['slipway']);
  const manifest = JSON.parse(read('package.json')) as {
    dependencies?: object;
    exports: Record<string, string | object>;
    types: string;
  };
  expect(manifest.dependencies).toBeUndefined();
  const targets = Object.values(manifest.exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  );
  expect([...targets, manifest.types].filter((target) => !existsSync(join(folder, target)))).toEqual([]);
});

test('no file tells of the machine that it was made on', () => {
  const telling = packed.files.filter(({ path }) => {
    const text = read(path);
    return text.includes(ROOT.replace(/\/$/, '')) || text.includes(`${homedir()}/`) || text.includes('sourceMappingURL=');
  });
  expect(telling).toEqual([]);
});

test('it has the licence of every package whose code is in it', async () => {
  const [cli, api] = await Promise.all([bundleCli(ROOT), bundleApi(ROOT)]);
  const bundled = new Set([...cli.packages, ...api.packages]);
  expect([...bundled]).toEqual(expect.arrayContaining(['zod', 'yaml', 'commander', 'preact', 'uplot', 'hono', 'docker-modem']));
  const named = new Set(
    [...read('dist/THIRD-PARTY-NOTICES.txt').matchAll(/^(\S+) \d+\.\d+\.\d+\S* \(/gm)].map(([, name]) => name),
  );
  expect(named).toEqual(bundled);
});
