import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDockerEngine } from '../../src/docker/engine.ts';
import { BUSYBOX } from '../support/compose-project.ts';
import { fleetFolder } from '../support/fleet-folder.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';

/** Pruning spares nobody, so it is only ever done on an engine of the test's own. */
describe('keepers', () => {
  let own: PrivateEngine;
  let env: Record<string, string>;

  beforeAll(async () => {
    own = await startPrivateEngine({});
    env = { DOCKER_HOST: own.host };
  });
  afterAll(() => own?.remove());

  /** An image that says of itself that Compose built it, and that has a volume. */
  async function build(tag: string, version: string): Promise<string> {
    const input = [
      `FROM ${BUSYBOX}`,
      `LABEL version=${version} com.docker.compose.project=kept com.docker.compose.service=app`,
      'VOLUME /data',
      'CMD ["sleep", "600"]',
    ].join('\n');
    await execa('docker', ['build', '-q', '-t', tag, '-'], { input, env });
    return own.docker('image', 'inspect', '--format', '{{.Id}}', tag);
  }

  const has = async (image: string) => (await own.docker('images', '-aq', '--no-trunc')).includes(image);

  test('save an image from every pruning of images, and are nobody’s replica', async () => {
    const engine = createDockerEngine({ ...process.env, ...env });
    const image = await build('kept:one', '1');
    for (let i = 0; i < 2; i += 1) expect(await engine.keep('kept', image)).toEqual({ ok: true, value: null });
    expect(await engine.keepers('kept')).toEqual([{ project: 'kept', image }]);
    expect(await engine.keepers('another')).toEqual([]);
    const next = await build('kept:one', '2');
    await own.docker('rmi', 'kept:one');
    await own.docker('image', 'prune', '--all', '--force');
    expect(await has(image)).toBe(true);
    expect(await has(next)).toBe(false);

    // No volume was made for it, no one counts it among a project's containers, and it is no leftover.
    expect(await own.docker('volume', 'ls', '-q')).toBe('');
    expect(await own.docker('compose', 'ls', '--all', '--format', 'json')).toBe('[]');
    expect(await own.docker('compose', '-p', 'kept', 'ps', '--all', '-q')).toBe('');
    expect(await own.docker('ps', '-a', '--format', '{{.Names}} {{.State}}')).toMatch(
      /^slipway-keeper-kept-[0-9a-f]{12} created$/,
    );

    expect(await engine.dropKeeper({ project: 'kept', image })).toEqual({ ok: true, value: null });
    expect(await engine.dropKeeper({ project: 'kept', image })).toEqual({ ok: true, value: null });
    await own.docker('image', 'prune', '--all', '--force');
    expect(await has(image)).toBe(false);
    expect((await engine.keep('kept', image)).ok).toBe(false);
  });

  test('keep what a release needs; after a pruning of everything the list of releases says what is gone', async () => {
    await reload();
    const fleet = fleetFolder();
    const tag = `${fleet.name}-app:latest`;
    await fleet.compose({ app: { image: tag, network_mode: 'none', init: true, stop_grace_period: '1s' } });
    await fleet.config();
    const up = () => execa('docker', ['compose', '--project-directory', fleet.root, 'up', '-d'], { env, stdin: 'ignore' });
    const first = await build(tag, '1');
    await up();
    const adopted = await fleet.slipway(['adopt'], { env });
    expect(adopted.exitCode, adopted.text).toBe(0);
    await build(tag, '2');
    await up();
    await own.docker('image', 'prune', '--all', '--force');
    expect(await has(first)).toBe(true);
    expect((await fleet.slipway(['releases'], { env })).stdout).toMatch(/adopted +1 well +all there/);

    await own.docker('system', 'prune', '--all', '--force');
    expect(await has(first)).toBe(false);
    const listed = await fleet.slipway(['releases'], { env });
    expect(listed.stdout, listed.text).toMatch(/1 of 1 gone/);
    await execa('docker', ['compose', '--project-directory', fleet.root, 'down', '--volumes'], { env, stdin: 'ignore' });
  });

  /** The base is gone with the first pruning. */
  async function reload(): Promise<void> {
    const archive = await execa('docker', ['save', BUSYBOX], { encoding: 'buffer', maxBuffer: 1 << 28 });
    await execa('docker', ['load'], { env, input: archive.stdout });
  }
});
