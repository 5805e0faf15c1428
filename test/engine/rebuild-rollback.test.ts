import { rm } from 'node:fs/promises';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { docker, imageId, imageOf } from '../support/engine-facts.ts';
import { eventually } from '../support/eventually.ts';
import { answerOf, type FleetFolder, fleetFolder, freePort } from '../support/fleet-folder.ts';

const BROKEN = ['RUN rm /www/health'];

const CHECKED = { test: ['CMD', 'wget', '-qO-', 'http://127.0.0.1/health'], interval: '500ms', retries: 2 };

/** `up` answers at a port; `base` is below it; `loner` and `plain` are beside. */
async function writeFleet(
  fleet: FleetFolder,
  port: number,
  { version, broken = [] }: { version: string; broken?: readonly string[] },
) {
  const tiny = (name: string, compose: Readonly<Record<string, unknown>> = {}) =>
    fleet.tiny(name, { version, dockerfile: broken.includes(name) ? BROKEN : [], compose });
  await fleet.compose({
    base: await tiny('base', { healthcheck: CHECKED }),
    up: await tiny('up', { ports: [`127.0.0.1:${port}:80`], depends_on: ['base'] }),
    loner: await tiny('loner', { healthcheck: CHECKED, environment: { LEVEL: version } }),
    plain: await tiny('plain'),
  });
  await fleet.config({
    categories: {
      all: { services: [{ name: 'base' }, { name: 'up', health: '/health' }, { name: 'loner' }, { name: 'plain' }] },
    },
  });
}

test('--rollback-on-fail takes back what failed, image and configuration, and --continue completes it once mended', async () => {
  const fleet = fleetFolder();
  const port = await freePort();
  await writeFleet(fleet, port, { version: 'v1' });
  const first = await fleet.rebuild();
  expect(first.exitCode, first.text).toBe(0);
  const images: Record<string, string> = {};
  for (const name of ['base', 'up', 'loner', 'plain']) images[name] = await imageOf(await fleet.container(name));

  await writeFleet(fleet, port, { version: 'v2', broken: ['up', 'loner'] });
  const failed = await fleet.rebuild('--rollback-on-fail');
  expect(failed.exitCode, failed.text).toBe(1);
  for (const name of ['up', 'loner']) {
    expect(fleet.state()[name]).toMatchObject({ status: 'rolled-back', code: 'bad-verdict', image: images[name] });
    expect(await imageOf(await fleet.container(name))).toBe(images[name]);
    expect(await imageId(`${fleet.name}-${name}:latest`)).toBe(images[name]);
  }
  expect(await docker('exec', await fleet.container('loner'), 'env')).toContain('LEVEL=v1');
  expect(await answerOf(port)).toBe('up v1');
  for (const name of ['base', 'plain']) expect(fleet.state()[name]!.status).toBe('completed');
  const kept = await fleet.containers();

  await writeFleet(fleet, port, { version: 'v2' });
  const continued = await fleet.rebuild('--continue');
  expect(continued.exitCode, continued.text).toBe(0);
  expect(await answerOf(port)).toBe('up v2');
  expect(await docker('exec', await fleet.container('loner'), 'env')).toContain('LEVEL=v2');
  const end = await fleet.containers();
  for (const name of ['base', 'plain']) expect(end[name]).toEqual(kept[name]);
  // A rolled-back service is not taken for completed, and the next run finds nothing left to do.
  const again = await fleet.rebuild();
  expect(again.stdout).toMatch(/Left alone: 4/);
  await fleet.dockerCompose('up', '-d');
  expect(await fleet.containers()).toEqual(end);
});

test('a fall takes back the dependents that were replaced since', async () => {
  const fleet = fleetFolder();
  const port = await freePort();
  // The new one is healthy until the new dependent has started: that leaves a word in a folder that both see.
  const volumes = ['./shared:/shared'];
  const falls = ['CMD ["sh", "-c", "httpd -p 80 -h /www; until test -e /shared/up; do sleep 0.1; done; exit 9"]'];
  const tells = ['CMD ["sh", "-c", "touch /shared/up; exec httpd -f -p 80 -h /www"]'];
  const write = async (version: 'v1' | 'v2') => {
    const isNew = version === 'v2';
    const needs = { depends_on: { base: { condition: 'service_healthy' } } };
    await fleet.write({ 'shared/readme': '' });
    await fleet.compose({
      base: await fleet.tiny('base', {
        version,
        port,
        dockerfile: isNew ? falls : [],
        compose: { volumes, healthcheck: CHECKED },
      }),
      up: await fleet.tiny('up', { version, dockerfile: isNew ? tells : [], compose: { volumes, ...needs } }),
    });
    await fleet.config({
      health: { startup_grace: '1s', interval: '200ms', timeout: '2s', retries: 2, stable_for: '8s' },
      categories: {
        all: {
          services: [
            { name: 'base', health: '/health', critical: true },
            { name: 'up', health: { command: ['true'] } },
          ],
        },
      },
    });
  };
  await write('v1');
  await fleet.dockerCompose('up', '-d', '--build');
  const images = { base: await imageOf(await fleet.container('base')), up: await imageOf(await fleet.container('up')) };

  await write('v2');
  const run = await fleet.rebuild();
  expect(run.exitCode, run.text).toBe(1);
  expect(fleet.state().base).toMatchObject({ status: 'rolled-back', code: 'bad-verdict', image: images.base });
  expect(fleet.state().up).toMatchObject({ status: 'rolled-back', code: 'dependency-fell:base', image: images.up });
  expect(run.stdout).toMatch(/up +rolled back: taken back because base failed/);
  expect(run.stdout).toMatch(/base rolled back: exited with code 9/);
  expect(await imageOf(await fleet.container('up'))).toBe(images.up);
  expect(await imageOf(await fleet.container('base'))).toBe(images.base);
  expect(await answerOf(port)).toBe('base v1');
});

test('a rollback that fails ends in 3, and the commands that it says put things back when they are pasted', async () => {
  const fleet = fleetFolder();
  const port = await freePort();
  const write = async (version: string) => {
    // Healthy only as long as the host has the file: the old image is no better without it.
    // Without its env file and its profile the Compose file is not accepted.
    await fleet.write({ 'host/ok': 'ok\n', 'of the operators.env': 'LEVEL=one\n' });
    const volumes = ['./host:/www/host:ro'];
    await fleet.compose({
      vital: await fleet.tiny('vital', {
        version,
        port,
        compose: {
          volumes,
          healthcheck: { ...CHECKED, test: ['CMD', 'test', '-e', '/www/host/ok'] },
          environment: { LEVEL: `\${LEVEL:?missing}` },
          profiles: ['extra'],
        },
      }),
      later: await fleet.tiny('later', { version, compose: { depends_on: { vital: { condition: 'service_healthy' } } } }),
    });
    await fleet.config({
      fleet: { projects: [{ name: fleet.name, env_files: ['of the operators.env'], profiles: ['extra'] }] },
      categories: { all: { services: [{ name: 'vital', health: '/host/ok', critical: true }, { name: 'later' }] } },
    });
  };
  await write('v1');
  const first = await fleet.rebuild();
  expect(first.exitCode, first.text).toBe(0);
  const image = await imageOf(await fleet.container('vital'));
  const later = await fleet.container('later');

  await write('v2');
  await rm(`${fleet.root}/host/ok`);
  const run = await fleet.rebuild();
  expect(run.exitCode, run.text).toBe(3);
  expect(fleet.state().vital).toMatchObject({ status: 'failed', code: 'rollback-failed' });
  expect(await imageOf(await fleet.container('vital'))).toBe(image);
  expect(await fleet.container('later')).toBe(later);
  expect(run.stdout).toMatch(/ROLLBACK FAILED: .*unhealthy/);
  const commands = /run these:\n((?: {4}docker .*\n)+)/.exec(run.stdout)?.[1] ?? '';
  expect(commands).toContain(
    `docker tag ${fleet.name}-vital:pre-phase1-rebuild-${fleet.runs().at(-1)} ${fleet.name}-vital:latest`,
  );

  // Somebody has tried something; then the cause is mended and the commands are typed, in whatever folder.
  await docker('tag', `${fleet.name}-later:latest`, `${fleet.name}-vital:latest`);
  await docker('rm', '-f', await fleet.container('vital'));
  await fleet.write({ 'host/ok': 'ok\n' });
  await execa('sh', ['-ec', commands], { cwd: '/', stdin: 'ignore' });
  expect(await imageOf(await fleet.container('vital'))).toBe(image);
  expect(await imageId(`${fleet.name}-vital:latest`)).toBe(image);
  expect(await eventually('vital to answer again', async () => (await answerOf(port)) === 'vital v1')).toBe(true);
  expect(await fleet.container('later')).toBe(later);
  // It is not taken for completed.
  const continued = await fleet.rebuild('--continue');
  expect(continued.exitCode, continued.text).toBe(0);
  expect(await answerOf(port)).toBe('vital v2');
});

test('what shares the network of a service that goes back, or restarts with it, has it again', async () => {
  const fleet = fleetFolder();
  const asleep = { image: await fleet.busybox(), init: true, command: ['sleep', '1000'] };
  const write = async (version: string, dockerfile: readonly string[] = []) => {
    await fleet.compose({
      hub: await fleet.tiny('hub', { version, dockerfile, compose: { healthcheck: CHECKED } }),
      sharer: { ...asleep, network_mode: 'service:hub' },
      restarted: { ...asleep, depends_on: { hub: { condition: 'service_healthy', restart: true } } },
    });
    await fleet.config({
      categories: { all: { services: [{ name: 'hub', critical: true }, { name: 'sharer' }, { name: 'restarted' }] } },
    });
  };
  await write('v1');
  const first = await fleet.rebuild();
  expect(first.exitCode, first.text).toBe(0);
  const before = await fleet.containers();
  const startedAt = (id: string) => docker('inspect', '--format', '{{.State.StartedAt}}', id);
  const begun = await startedAt(before.restarted![0]!);

  await write('v2', BROKEN);
  const run = await fleet.rebuild();
  expect(run.exitCode, run.text).toBe(1);
  expect(fleet.state().hub).toMatchObject({ status: 'rolled-back', code: 'bad-verdict' });
  const after = await fleet.containers();
  expect(await docker('inspect', '--format', '{{.HostConfig.NetworkMode}}', after.sharer![0]!)).toBe(
    `container:${after.hub![0]}`,
  );
  expect(await docker('exec', after.sharer![0]!, 'wget', '-qO-', 'http://127.0.0.1/version')).toBe('hub v1');
  expect(after.restarted).toEqual(before.restarted);
  expect(await startedAt(after.restarted![0]!)).not.toBe(begun);
  for (const name of ['sharer', 'restarted']) expect(fleet.state()[name]!.status, name).toMatch(/skipped|rolled-back/);
});
