import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { bundle } from '../support/cli.ts';
import { containersFor, docker } from '../support/engine-facts.ts';
import { type FleetFolder, fleetFolder } from '../support/fleet-folder.ts';

const NAMES = ['a1', 'a2', 'b1', 'g1'];

async function categories(fleet: FleetFolder, version = 'v1'): Promise<void> {
  const services = await Promise.all(NAMES.map(async (name) => [name, await fleet.tiny(name, { version })] as const));
  await fleet.compose(Object.fromEntries(services));
  await fleet.config({
    categories: {
      alpha: { services: [{ name: 'a1' }, { name: 'a2' }] },
      beta: { services: [{ name: 'b1' }] },
      gamma: { services: [{ name: 'g1' }] },
    },
  });
}

/** Services that have a container. */
async function present(fleet: FleetFolder): Promise<string[]> {
  return Object.keys(await fleet.containers()).sort();
}

test('names and categories choose; what is unknown or empty starts nothing', async () => {
  const fleet = fleetFolder();
  await categories(fleet);
  const unknown = await fleet.rebuild('a9', '--category', 'alhpa');
  expect(unknown.exitCode, unknown.text).toBe(2);
  expect(unknown.stderr).toMatch(/no service a9[\s\S]*did you mean a1\?/);
  expect(unknown.stderr).toMatch(/no category alhpa[\s\S]*did you mean alpha\?/);
  expect((await fleet.rebuild('a1', '--category', 'beta')).exitCode).toBe(2);
  expect((await fleet.rebuild('--category', '')).exitCode).toBe(2);
  expect(await containersFor(fleet.name)).toEqual([]);

  const named = await fleet.rebuild('b1');
  expect(named.exitCode, named.text).toBe(0);
  expect(await present(fleet)).toEqual(['b1']);
  expect(fleet.state()).toMatchObject({ b1: { status: 'completed' }, a1: { status: 'pending' }, g1: { status: 'pending' } });

  const comma = await fleet.rebuild('--category', 'gamma,beta');
  expect(comma.exitCode, comma.text).toBe(0);
  expect(await present(fleet)).toEqual(['b1', 'g1']);
  expect(comma.stdout).toMatch(/not selected \(--category gamma,beta\)/);

  const both = await fleet.rebuild('--category', 'alpha', '--category', 'beta', 'a2', 'b1');
  expect(both.exitCode, both.text).toBe(0);
  expect(await present(fleet)).toEqual(['a2', 'b1', 'g1']);
  expect(fleet.stateText().match(/completed/g)).toHaveLength(3);
});

test('the folder, the configuration, the env file and the profile can be named', async () => {
  const fleet = fleetFolder();
  await fleet.compose({
    web: await fleet.tiny('web', { compose: { environment: { LEVEL: '$LEVEL' } } }),
    extra: await fleet.tiny('extra', { compose: { profiles: ['more'], healthcheck: { disable: true }, restart: 'always' } }),
  });
  await fleet.write({
    'conf/other.yaml': stringify({ phase: 'night', health: { interval: '200ms', stable_for: '300ms' } }),
    '.env': 'LEVEL=from-default\n',
    'env/loud': 'LEVEL=from-file\n',
  });
  mkdirSync(join(fleet.root, 'below/deep'), { recursive: true });
  const cwd = join(fleet.root, 'below/deep');
  const upwards = await fleet.slipway(['rebuild', '--config', 'conf/other.yaml'], { cwd });
  expect(upwards.exitCode, upwards.text).toBe(0);
  expect(await present(fleet)).toEqual(['web']);
  expect(Object.keys(JSON.parse(fleet.stateText('night')).services)).toContain('web');
  expect(await docker('exec', await fleet.container('web'), 'env')).toContain('LEVEL=from-default');

  const args = ['rebuild', '--project-dir', fleet.root, '--config', join(fleet.root, 'conf/other.yaml')];
  // Called as an installed command is: with `node FILE` Node 20 itself would look for the env file, in the wrong folder.
  const loud = await execa(bundle(), [...args, '--env-file', 'env/loud', '--profile', 'more'], {
    cwd: '/',
    all: true,
    reject: false,
  });
  expect(loud.exitCode, loud.all).toBe(0);
  expect(await present(fleet)).toEqual(['extra', 'web']);
  expect(await docker('exec', await fleet.container('web'), 'env')).toContain('LEVEL=from-file');
});

test('--batch-size 1 takes one service after the other; past --max-failures nothing new starts', async () => {
  const fleet = fleetFolder();
  await categories(fleet);
  const serial = await fleet.rebuild('--batch-size', '1');
  expect(serial.exitCode, serial.text).toBe(0);
  const builds = fleet.journal().flatMap((event) => {
    if (event.type === 'step-intent' && event.intent.kind === 'build') return [`${event.service} begins`];
    return event.type === 'step-outcome' && event.kind === 'build' ? [`${event.service} ends`] : [];
  });
  expect(builds).toEqual(NAMES.flatMap((name) => [`${name} begins`, `${name} ends`]));

  const before = await fleet.containers();
  for (const name of NAMES) await fleet.tiny(name, { version: 'v2', dockerfile: ['RUN false'] });
  const none = await fleet.rebuild('--batch-size', '1', '--max-failures', '0');
  expect(none.exitCode, none.text).toBe(1);
  // What was not reached is still to be done: --continue would.
  expect(NAMES.map((name) => fleet.state()[name]!.status).sort()).toEqual(['failed', 'pending', 'pending', 'pending']);
  const share = await fleet.rebuild('--batch-size', '1', '--max-failures', '50%');
  expect(share.exitCode, share.text).toBe(1);
  const failed = fleet.journal().filter((event) => event.type === 'service-settled' && event.status === 'failed');
  expect(failed).toHaveLength(3);
  expect(share.stdout).toMatch(/3 failed, more than the 2 allowed/);
  expect(await fleet.containers()).toEqual(before);
});
