import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ServiceStatus } from '../../../src/model/status.ts';
import { isKeyExposed, releaseKey } from '../../../src/release/key.ts';
import { seal } from '../../../src/release/seal.ts';
import {
  listReleases,
  readRelease,
  readStored,
  removeRelease,
  type StoredProjects,
  writeRelease,
} from '../../../src/release/store.ts';
import type { Release } from '../../../src/release/types.ts';
import { nodeDisk } from '../../../src/util/node-disk.ts';
import { imageId, must, mustFail, scratchFolder } from '../../support/journal.ts';

function release(id: string, status: ServiceStatus = 'completed'): Release {
  const service = {
    project: 'homeiq',
    name: 'api',
    image: imageId('1'),
    tag: 'api:latest',
    inputs: 'aa',
    config: 'bb',
    status,
    healthy: status === 'completed',
    configuration: 'files' as const,
    files: { '/etc/api.conf': 'cc', '/gone': null },
  };
  const at = `2026-02-04T14:00:${id.slice(-2)}.000Z`;
  return { version: 2, release: id, phase: 'phase1', at, origin: 'run', services: { api: service } };
}

function projects(password: string): StoredProjects {
  const model = { name: 'homeiq', services: { api: { image: 'api:latest', environment: { DB_PASSWORD: password } } } };
  return { homeiq: { model, environment: { TOKEN: `${password} too` } } };
}

async function places() {
  const root = await scratchFolder();
  return { root, place: { configHome: join(root, 'home', '.config'), keyFile: null } };
}

test('a release is read back, and nothing of its models is written in the clear', async () => {
  const { root, place } = await places();
  must(await writeRelease(nodeDisk, root, place, { release: release('r01'), projects: projects('hunter22') }));
  expect(must(await readRelease(nodeDisk, root, 'r01'))).toEqual(release('r01'));
  expect(must(await readStored(nodeDisk, root, place, 'r01'))).toEqual(projects('hunter22'));
  const dir = join(root, '.slipway', 'releases', 'r01');
  expect((await readdir(dir)).sort()).toEqual(['model.enc', 'release.json']);
  for (const name of await readdir(dir)) {
    const bytes = await readFile(join(dir, name), 'latin1');
    expect(bytes).not.toContain('hunter22');
    expect(bytes).not.toContain('DB_PASSWORD');
    expect((await stat(join(dir, name))).mode & 0o777).toBe(0o600);
  }
});

test('the key is made once, private, and the same for all that make it at once', async () => {
  const { place } = await places();
  const keys = await Promise.all(Array.from({ length: 5 }, () => releaseKey(nodeDisk, place)));
  expect(new Set(keys.map((k) => must(k).toString('hex'))).size).toBe(1);
  expect(await isKeyExposed(nodeDisk, join(place.configHome, 'slipway', 'release.key'))).toBe(false);
});

test('a key file that the operator names is used as bytes or hex, and never made', async () => {
  const { root, place } = await places();
  const keyFile = join(root, 'my.key');
  expect(mustFail(await releaseKey(nodeDisk, { ...place, keyFile })).code).toBe('file-missing');
  await writeFile(keyFile, `${'ab'.repeat(32)}\n`);
  expect(must(await releaseKey(nodeDisk, { ...place, keyFile })).toString('hex')).toBe('ab'.repeat(32));
  await writeFile(keyFile, 'short');
  expect(mustFail(await releaseKey(nodeDisk, { ...place, keyFile }))).toMatchObject({
    code: 'bad-release-key',
    file: keyFile,
    remedy: expect.stringContaining('openssl'),
  });
});

test('models under another key, changed, cut, or from another release are refused with a reason', async () => {
  const { root, place } = await places();
  for (const id of ['r01', 'r02'])
    must(await writeRelease(nodeDisk, root, place, { release: release(id), projects: projects(id) }));
  const file = (id: string) => join(root, '.slipway', 'releases', id, 'model.enc');
  const good = await readFile(file('r01'));
  const flipped = Buffer.from(good);
  flipped[good.length - 1]! ^= 1;
  for (const bad of [flipped, good.subarray(0, 20), Buffer.alloc(0), await readFile(file('r02'))]) {
    await writeFile(file('r01'), bad);
    expect(mustFail(await readStored(nodeDisk, root, place, 'r01'))).toMatchObject({
      code: 'release-unreadable',
      file: file('r01'),
    });
  }
  await writeFile(file('r01'), good);
  const otherKey = { configHome: join(root, 'elsewhere'), keyFile: null };
  expect(mustFail(await readStored(nodeDisk, root, otherKey, 'r01')).remedy).toContain('key');
});

test('releases are listed newest first; damaged ones are named, unfinished ones passed over', async () => {
  const { root, place } = await places();
  for (const id of ['r01', 'r03', 'r02', 'r04'])
    must(await writeRelease(nodeDisk, root, place, { release: release(id), projects: {} }));
  await writeFile(join(root, '.slipway', 'releases', 'r03', 'release.json'), '{"version":1');
  const { rm } = await import('node:fs/promises');
  await rm(join(root, '.slipway', 'releases', 'r04', 'release.json'));
  const listed = await listReleases(nodeDisk, root);
  expect(listed.releases.map((r) => r.release)).toEqual(['r02', 'r01']);
  expect(listed.diagnostics.map((d) => d.code)).toEqual(['release-unreadable']);
  expect(await listReleases(nodeDisk, await scratchFolder())).toEqual({ releases: [], diagnostics: [] });
});

test('a copy of a release under another name is none', async () => {
  const { root, place } = await places();
  must(await writeRelease(nodeDisk, root, place, { release: release('r01'), projects: {} }));
  const folder = join(root, '.slipway', 'releases');
  await cp(join(folder, 'r01'), join(folder, 'r01.kept'), { recursive: true });
  const listed = await listReleases(nodeDisk, root);
  expect(listed.releases.map((r) => r.release)).toEqual(['r01']);
  expect(listed.diagnostics).toMatchObject([{ code: 'release-unreadable', file: join(folder, 'r01.kept', 'release.json') }]);
});

test('a release of version 1 stays readable', async () => {
  const { root, place } = await places();
  must(await writeRelease(nodeDisk, root, place, { release: release('r01'), projects: {} }));
  const dir = join(root, '.slipway', 'releases', 'r01');
  const { healthy: _, configuration: __, files: ___, ...service } = release('r01').services.api!;
  const { origin: ____, ...rest } = release('r01');
  await writeFile(join(dir, 'release.json'), JSON.stringify({ ...rest, version: 1, services: { api: service } }));
  const { model } = projects('hunter22').homeiq!;
  const key = must(await releaseKey(nodeDisk, place));
  await writeFile(join(dir, 'model.enc'), seal(JSON.stringify({ version: 1, models: [model] }), key, 'r01'));
  expect(must(await readRelease(nodeDisk, root, 'r01'))).toEqual({
    ...release('r01'),
    services: { api: { ...release('r01').services.api, files: {} } },
  });
  expect(must(await readStored(nodeDisk, root, place, 'r01'))).toEqual({ homeiq: { model, environment: {} } });
});

test('a release that is removed is gone, and is gone again', async () => {
  const { root, place } = await places();
  must(await writeRelease(nodeDisk, root, place, { release: release('r01'), projects: {} }));
  for (let i = 0; i < 2; i += 1) must(await removeRelease(nodeDisk, root, 'r01'));
  expect(await readdir(join(root, '.slipway', 'releases'))).toEqual([]);
});

test('a release name that leads elsewhere is no release', async () => {
  const { root } = await places();
  for (const id of ['../x', '..', '.hidden', ''])
    expect(mustFail(await readRelease(nodeDisk, root, id)).code).toBe('release-unreadable');
});
