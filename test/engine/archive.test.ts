import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { ImageFinder } from '../../src/backup/image-finder.ts';
import { createDockerArchive } from '../../src/docker/archive.ts';
import type { EngineArchive } from '../../src/docker/archive-port.ts';
import { readTar } from '../../src/util/tar.ts';
import { BUSYBOX } from '../support/compose-project.ts';
import { folderWith } from '../support/folder.ts';
import { startPrivateEngine } from '../support/private-engine.ts';

const never = new AbortController().signal;

interface Bench {
  readonly archive: EngineArchive;
  readonly docker: (...args: readonly string[]) => Promise<string>;
  readonly name: string;
}

function benchAt(host: string | null): Bench {
  const env = host === null ? {} : { DOCKER_HOST: host };
  const docker = async (...args: readonly string[]) => (await execa('docker', args, { env, stdin: 'ignore' })).stdout;
  const name = `sw-backup-${randomBytes(4).toString('hex')}`;
  onTestFinished(async () => {
    const of = async (...args: string[]) => (await docker(...args)).split('\n').filter(Boolean);
    for (const id of await of('ps', '-aq', '--filter', `name=${name}`)) await docker('rm', '-f', '-v', id);
    for (const id of await of('volume', 'ls', '-q', '--filter', `name=${name}`)) await docker('volume', 'rm', id);
    for (const tag of await of('images', '--format', '{{.Repository}}:{{.Tag}}', name)) await docker('rmi', '-f', tag);
  });
  return { archive: createDockerArchive({ ...process.env, ...env }), docker, name };
}

/** Two images of one base go into one archive, leave the engine, and come back under the same ids. */
async function expectImages({ archive, docker, name }: Bench): Promise<void> {
  const ids: string[] = [];
  for (const part of ['one', 'two']) {
    const folder = folderWith({ Dockerfile: `FROM ${BUSYBOX}\nRUN echo ${name}-${part} > /part\nVOLUME /declared\n` });
    await docker('build', '-q', '--provenance=false', '-t', `${name}:${part}`, folder);
    ids.push(await docker('image', 'inspect', '-f', '{{.Id}}', `${name}:${part}`));
  }
  const layers = await Promise.all(ids.map((id) => archive.layers(id)));
  const keys = layers.map((all) => all!.map((layer) => layer.key));
  expect(keys.map((all) => all.length)).toEqual([2, 2]);
  expect(new Set(keys.flat()).size).toBe(3);
  expect(await archive.layers(`sha256:${'0'.repeat(64)}`)).toBeNull();

  const file = join(folderWith(), 'images.tar');
  await pipeline(await archive.saveImages(ids, never), createWriteStream(file));
  const finder = new ImageFinder();
  await readTar(createReadStream(file), (entry, skip) => finder.look(entry, skip));
  expect([...ids, `sha256:${'0'.repeat(64)}`].map((id) => finder.has(id))).toEqual([true, true, false]);

  await docker('rmi', `${name}:one`, `${name}:two`);
  expect(await archive.layers(ids[0]!)).toBeNull();
  expect(await archive.loadImages(createReadStream(file), never)).toEqual({ ok: true, value: null });
  for (const [at, part] of ['one', 'two'].entries()) await docker('tag', ids[at]!, `${name}:${part}`);
  expect(await docker('run', '--rm', '--name', name, `${name}:two`, 'cat', '/part')).toBe(`${name}-two`);
  const nonsense = Readable.from([randomBytes(4096)]);
  expect(await archive.loadImages(nonsense, never)).toMatchObject({ ok: false, error: { code: 'engine-error' } });
}

/** A volume reads back byte by byte what was written into it, whatever was in it before. */
async function expectVolumes({ archive, docker, name }: Bench): Promise<void> {
  const image = await docker('image', 'inspect', '-f', '{{.Id}}', BUSYBOX);
  const spec = { name: `${name}-data`, driver: 'local', labels: { kept: 'yes' }, options: {} };
  expect(await archive.volumes([spec.name])).toEqual([]);
  for (const _ of ['new', 'there']) expect(await archive.createVolume(spec)).toMatchObject({ ok: true });
  const fill =
    'cd /d && mkdir a && echo x > a/f && ln a/f h && ln -s a/f s && chown 12:34 a/f . && chmod 4711 a/f && chmod 700 . && dd if=/dev/zero of=big bs=1k count=300';
  const run = (command: string) => docker('run', '--rm', '-v', `${spec.name}:/d`, BUSYBOX, 'sh', '-c', command);
  await run(fill);
  const [info] = await archive.volumes([spec.name, 'no-such-volume']);
  expect(info).toMatchObject(spec);
  expect(info!.sizeBytes).toBeGreaterThan(300_000);

  const opening = { volume: spec.name, image, run: 'test', project: name };
  const read = () => archive.withVolume(opening, async (open) => buffer(await open.read(never)));
  const before = await read();
  await run('rm -r /d/a && echo other > /d/h && mkdir /d/s2 && echo more > /d/s2/more');
  expect((await read()).equals(before)).toBe(false);
  await archive.withVolume(opening, async (open) => {
    expect(await open.empty()).toEqual({ ok: true, value: null });
    expect(await archive.volumeUsers(spec.name)).toEqual([]);
    expect(await open.write(Readable.from([before]), never)).toEqual({ ok: true, value: null });
  });
  expect((await read()).equals(before)).toBe(true);
  const failing = archive.withVolume(opening, () => Promise.reject(new Error('on purpose')));
  await expect(failing).rejects.toThrow('on purpose');
  expect(await docker('ps', '-aq', '--filter', `label=io.slipway.project=${name}`)).toBe('');

  const user = await docker('run', '-d', '--name', `${name}-user`, '-v', `${spec.name}:/d`, BUSYBOX, 'sleep', '600');
  expect(await archive.volumeUsers(spec.name)).toEqual([
    { container: user, name: `${name}-user`, state: 'running', project: null, service: null },
  ]);
}

test('images and volumes of the engine go out and come back as they were', async () => {
  const bench = benchAt(null);
  await expectImages(bench);
  await expectVolumes(bench);
});

test(`so they do on the containerd image store`, async () => {
  const engine = await startPrivateEngine({ features: { 'containerd-snapshotter': true } });
  onTestFinished(() => engine.remove());
  const bench = benchAt(engine.host);
  await expectImages(bench);
  await expectVolumes(bench);
});
