import { expect, onTestFinished, test } from 'vitest';
import { type FleetFolder, fleetFolder } from '../support/fleet-folder.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';

async function writeFleet(fleet: FleetFolder, versions: { web: string; worker: string }): Promise<void> {
  const healthcheck = { test: ['CMD', 'wget', '-q', '-O', '-', 'http://127.0.0.1/health'], interval: '1s', retries: 2 };
  await fleet.compose({
    web: await fleet.tiny('web', { version: versions.web, compose: { healthcheck } }),
    worker: await fleet.tiny('worker', { version: versions.worker }),
  });
}

/** Container id and image of each service, and the image of its tag. */
async function standing(engine: PrivateEngine, fleet: FleetFolder) {
  const of = async (service: string) => {
    const filters = [`project=${fleet.name}`, `service=${service}`].flatMap((label) => [
      '-f',
      `label=com.docker.compose.${label}`,
    ]);
    const container = await engine.docker('ps', '-q', '--no-trunc', ...filters);
    const image = await engine.docker('inspect', '-f', '{{.Image}}', container);
    const tag = await engine.docker('image', 'inspect', '-f', '{{.Id}}', `${fleet.name}-${service}:latest`);
    return { container, image, tag };
  };
  return { web: await of('web'), worker: await of('worker') };
}

test(`on the containerd image store a fleet is rebuilt, left alone, rebuilt in part and rolled back`, async () => {
  const engine = await startPrivateEngine({ features: { 'containerd-snapshotter': true } });
  onTestFinished(() => engine.remove());
  expect(await engine.docker('info', '-f', '{{json .DriverStatus}}')).toContain('io.containerd.snapshotter');
  const fleet = fleetFolder();
  const slipway = (...args: string[]) => fleet.slipway(args, { env: { DOCKER_HOST: engine.host } });
  await fleet.config({ categories: { core: { services: [{ name: 'web', critical: true }, { name: 'worker' }] } } });

  await writeFleet(fleet, { web: 'v1', worker: 'v1' });
  const first = await slipway('rebuild');
  expect(first.exitCode, first.text).toBe(0);
  const before = await standing(engine, fleet);
  for (const name of ['web', 'worker'] as const) {
    expect(before[name].tag).toBe(before[name].image);
    expect(fleet.state()[name]).toMatchObject({ status: 'completed', image: before[name].image });
  }

  const plan = await slipway('plan', '--json');
  expect(JSON.parse(plan.stdout)).toMatchObject({ services: [], untouched: [{ service: 'web' }, { service: 'worker' }] });

  // Another name for a stage is another input, but the very same image.
  await fleet.write({ 'web/Dockerfile': fleet.read('web/Dockerfile').replace(/^FROM \S+/, '$& AS only') });
  const same = await slipway('rebuild');
  expect(same.exitCode, same.text).toBe(0);
  expect(same.stdout).toContain('not replaced: the built image is the one that already runs');
  expect(await standing(engine, fleet)).toEqual(before);

  await fleet.write({ 'web/version': 'web v2\n' });
  const changed = await slipway('rebuild');
  expect(changed.exitCode, changed.text).toBe(0);
  const after = await standing(engine, fleet);
  expect(after.worker).toEqual(before.worker);
  expect(after.web.image).not.toBe(before.web.image);
  expect(after.web.tag).toBe(after.web.image);
  expect(await engine.docker('exec', after.web.container, 'cat', '/www/version')).toBe('web v2');
  expect(await engine.docker('images', '--format', '{{.Repository}}:{{.Tag}}')).not.toContain('candidate');

  await fleet.write({ 'web/version': 'web v3\n', 'web/Dockerfile': `${fleet.read('web/Dockerfile')}RUN rm /www/health\n` });
  const fallen = await slipway('rebuild');
  expect(fallen.exitCode, fallen.text).toBe(1);
  expect(fleet.state().web).toMatchObject({ status: 'rolled-back', image: after.web.image });
  const back = await standing(engine, fleet);
  expect(back.web).toMatchObject({ image: after.web.image, tag: after.web.image });
  expect(await engine.docker('exec', back.web.container, 'cat', '/www/version')).toBe('web v2');
  expect(back.worker).toEqual(before.worker);
  const names = (await engine.docker('ps', '-a', '--format', '{{.Names}}')).split('\n');
  expect(names.filter((name) => !name.startsWith('slipway-keeper-'))).toHaveLength(2);
  const listed = await slipway('releases');
  expect(listed.stdout).toMatch(/all there/);
  expect(listed.stdout).not.toMatch(/gone|not safe/);
});
