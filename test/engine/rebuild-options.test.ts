import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { docker, imageOf } from '../support/engine-facts.ts';
import { answerOf, type FleetFolder, fleetFolder, freePort } from '../support/fleet-folder.ts';
import { startRegistry } from '../support/registry.ts';

const NAMES = ['tested', 'vital', 'plain'] as const;

async function writeFleet(fleet: FleetFolder): Promise<void> {
  await fleet.compose({ tested: await fleet.tiny('tested'), vital: await fleet.tiny('vital'), plain: await fleet.tiny('plain') });
  const command = ['grep', 'v', '/www/version'];
  await fleet.config({
    categories: {
      all: {
        services: [
          { name: 'tested', test: { command } },
          { name: 'vital', critical: true, test: { command } },
          { name: 'plain' },
        ],
      },
    },
  });
}

async function images(fleet: FleetFolder): Promise<Record<string, string>> {
  const entries = NAMES.map(async (name) => [name, await imageOf(await fleet.container(name))] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function stepsOf(fleet: FleetFolder): string[] {
  return fleet
    .journal()
    .flatMap((event) => (event.type === 'step-intent' ? [`${event.service}:${event.intent.kind}`] : []))
    .sort();
}

test('--skip-tests is remembered, and the next run tests what runs without a build', async () => {
  const fleet = fleetFolder();
  await writeFleet(fleet);
  const skipped = await fleet.rebuild('--skip-tests');
  expect(skipped.exitCode, skipped.text).toBe(0);
  expect(stepsOf(fleet).filter((step) => step.endsWith(':test'))).toEqual([]);
  // A critical service that goes live untested is named.
  expect(skipped.text).toMatch(/vital.*(untested|without)|(untested|without).*vital/);
  const before = await fleet.containers();

  const again = await fleet.rebuild('--skip-tests');
  expect(again.exitCode, again.text).toBe(0);
  expect(stepsOf(fleet)).toEqual([]);
  const tested = await fleet.rebuild();
  expect(tested.exitCode, tested.text).toBe(0);
  expect(stepsOf(fleet)).toEqual(['tested:test', 'vital:test']);
  expect(await fleet.containers()).toEqual(before);
  const done = await fleet.rebuild();
  expect(stepsOf(fleet), done.text).toEqual([]);
});

test('--force replaces everything from the cache; --no-cache builds anew and replaces what differs', async () => {
  const fleet = fleetFolder();
  await writeFleet(fleet);
  const first = await fleet.rebuild();
  expect(first.exitCode, first.text).toBe(0);
  const [before, imagesBefore] = [await fleet.containers(), await images(fleet)];

  const forced = await fleet.rebuild('--force');
  expect(forced.exitCode, forced.text).toBe(0);
  const afterForce = await fleet.containers();
  for (const name of NAMES) expect(afterForce[name]).not.toEqual(before[name]);
  expect(await images(fleet)).toEqual(imagesBefore);
  expect(forced.stdout).toMatch(/plain +built \w+ in \S+, 2 of 2 steps cached/);

  const anew = await fleet.rebuild('--no-cache', 'plain', 'tested');
  expect(anew.exitCode, anew.text).toBe(0);
  expect(anew.stdout).toMatch(/plain +built \w+ in \S+, 0 of 2 steps cached/);
  const afterAnew = await fleet.containers();
  for (const name of ['plain', 'tested']) expect(afterAnew[name]).not.toEqual(afterForce[name]);
  expect(afterAnew.vital).toEqual(afterForce.vital);
  expect(await images(fleet)).not.toMatchObject({ plain: imagesBefore.plain });
  await fleet.dockerCompose('up', '-d');
  expect(await fleet.containers()).toEqual(afterAnew);
});

test('--pull asks the registry for a moved base image; without it nothing is asked', async () => {
  const fleet = fleetFolder();
  const registry = await startRegistry();
  const port = await freePort();
  try {
    registry.push('base', '1', 'first base\n');
    await docker('create', '--name', `${fleet.name}-busybox`, 'slipway-base-busybox:bookworm');
    await fleet.tiny('web');
    await docker('cp', `${fleet.name}-busybox:/bin/busybox`, join(fleet.root, 'web/busybox'));
    await docker('rm', `${fleet.name}-busybox`);
    await chmod(join(fleet.root, 'web/busybox'), 0o755);
    await fleet.write({
      'web/Dockerfile': `FROM ${registry.address}/base:1\nCOPY busybox /busybox\nCMD ["/busybox", "httpd", "-f", "-p", "80", "-h", "/"]\n`,
    });
    await fleet.compose({ web: { build: './web', init: true, ports: [`127.0.0.1:${port}:80`] } });
    await fleet.config({ categories: { all: { services: [{ name: 'web', health: '/content' }] } } });
    const first = await fleet.rebuild();
    expect(first.exitCode, first.text).toBe(0);
    expect(await answerOf(port, '/content')).toBe('first base');

    registry.push('base', '1', 'second base\n');
    const without = await fleet.rebuild();
    expect(without.exitCode, without.text).toBe(0);
    expect(stepsOf(fleet)).toEqual([]);
    const pulled = await fleet.rebuild('--pull');
    expect(pulled.exitCode, pulled.text).toBe(0);
    expect(pulled.stdout).toMatch(/web +replaced/);
    expect(await answerOf(port, '/content')).toBe('second base');
    // The registry has nothing new: BuildKit is asked, and the service is left alone.
    const container = await fleet.container('web');
    const same = await fleet.rebuild('--pull');
    expect(same.exitCode, same.text).toBe(0);
    expect(same.stdout).toMatch(/web +not replaced/);
    expect(await fleet.container('web')).toBe(container);
  } finally {
    await registry.close();
  }
});
