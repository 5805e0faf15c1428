import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { containersFor } from '../support/engine-facts.ts';
import { type CliEnd, type FleetFolder, fleetFolder } from '../support/fleet-folder.ts';

/** What no message may hold: a stack trace, a bare system error. */
const RAW = /\n\s+at .*:\d+:\d+|\[object|Internal error|E[A-Z]{4,}:/;

/** Runs a command that must not start: exit 2, nothing on stdout, no file and no container made. Its words on one line. */
async function refusal(fleet: FleetFolder, ...args: string[]): Promise<string> {
  const before = fleet.listing();
  const { exitCode, stdout, stderr } = await fleet.slipway(args);
  expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 2, stdout: '' });
  expect(kept(fleet.listing())).toEqual(kept(before));
  expect(await containersFor(fleet.name)).toEqual([]);
  expect(stderr).not.toMatch(RAW);
  return words({ stderr });
}

/** The folder's own time changes when something in it is made and removed. */
function kept({ '.': _, ...files }: Record<string, string>) {
  return files;
}

function words({ stderr }: Pick<CliEnd, 'stderr'>): string {
  return stderr.replace(/\s+/g, ' ');
}

async function withServices(yaml: string): Promise<FleetFolder> {
  const fleet = fleetFolder();
  await fleet.write({ 'docker-compose.yml': `name: ${fleet.name}\nservices:\n${yaml}\n` });
  return fleet;
}

describe('a Compose file that Compose rejects', () => {
  test.each([
    [
      'a cycle',
      '  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [a]}',
      'docker-compose.yml error compose-rejected dependency cycle detected: a -> b -> a',
    ],
    [
      'a network',
      '  a: {image: x, networks: [nope]}',
      'docker-compose.yml:3:3 error compose-rejected service "a" refers to undefined network nope',
    ],
    ['a volume', '  a: {image: x, volumes: ["nope:/data"]}', 'service "a" refers to undefined volume nope'],
    ['a secret', '  a: {image: x, secrets: [nope]}', 'service "a" refers to undefined secret nope'],
    ['a dependency', '  a: {image: x, depends_on: [nope]}', 'service "a" depends on undefined service "nope"'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's own syntax.
    ['a variable', '  a: {image: "x:${SW_RIG_X:?must be set}"}', 'required variable SW_RIG_X is missing a value: must be set'],
    [
      'one container name twice',
      '  a: {image: x, container_name: same}\n  b: {image: x, container_name: same}',
      'container name "same" is already in use',
    ],
    ['a key that does not exist', '  a: {imag: x}', "additional properties 'imag' not allowed"],
    ['no YAML', '  a: {image: x', 'compose-rejected yaml: '],
  ])('%s', async (_, yaml, expected) => {
    const said = await refusal(await withServices(yaml), 'rebuild');
    expect(said).toContain(expected);
    expect(said).toContain('correct the Compose file; docker compose config shows the same');
  });

  test('a container name that the engine would refuse is told before anything is replaced', async () => {
    const said = await refusal(await withServices('  a: {image: x, container_name: "bad name!"}'), 'rebuild');
    expect(said).toContain('docker-compose.yml:3:17 error bad-container-name a cannot have the container name `bad name!`');
  });
});

test('missing env files, build folders and Dockerfiles are named all at once, with their places', async () => {
  const fleet = await withServices(
    '  a: {image: x, env_file: [nope.env]}\n  b: {build: ./nope}\n  c: {build: {context: ., dockerfile: Nope}}',
  );
  const said = await refusal(fleet, 'rebuild');
  expect(said).toContain(
    `docker-compose.yml:3:17 error missing-env-file a needs the env file ${fleet.root}/nope.env, which does not exist`,
  );
  expect(said).toContain(`b is built from ${fleet.root}/nope, which does not exist`);
  expect(said).toContain(`c is built with ${fleet.root}/Nope, which does not exist`);
});

test('a configured service that no Compose file has is answered with the nearest name', async () => {
  const fleet = await withServices('  calendar: {image: x}');
  await fleet.config({ categories: { all: { services: [{ name: 'calendar-service' }] } } });
  expect(await refusal(fleet, 'rebuild')).toContain('No Compose file has a service `calendar-service`');
});

test('a user who may not use the engine is told its address and what to do', async () => {
  const fleet = await withServices('  a: {image: x}');
  await execa('chmod', ['-R', 'a+rX', fleet.root]);
  const bundle = join(import.meta.dirname, '../../dist/slipway.mjs');
  const argv = ['--reuid=65534', '--clear-groups', process.execPath, bundle, 'rebuild'];
  const { exitCode, stdout, stderr } = await execa('setpriv', argv, {
    cwd: fleet.root,
    env: { HOME: fleet.root, NO_COLOR: '1' },
    reject: false,
  });
  expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 2, stdout: '' });
  expect(words({ stderr })).toContain(
    'error no-permission no permission to use the Docker engine at unix:///var/run/docker.sock add your user to the group docker',
  );
});

/** A fleet of one tiny service whose folder is a small disk of its own. */
async function onSmallDisk(size: string): Promise<FleetFolder> {
  const fleet = fleetFolder();
  await execa('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', fleet.root]);
  onTestFinished(async () => void (await execa('umount', [fleet.root])));
  await fleet.compose({ api: await fleet.tiny('api') });
  await fleet.config();
  return fleet;
}

/** Takes all space of the disk. */
async function fill(fleet: FleetFolder): Promise<void> {
  const path = join(fleet.root, 'fill');
  const { stdout } = await execa('df', ['--output=avail', '-k', fleet.root]);
  const kib = Number(stdout.split('\n')[1]);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Buffer.alloc(kib * 1024));
}

describe('a disk', () => {
  test('that is read-only: the path, the reason and what to do, and nothing is started', async () => {
    const fleet = await onSmallDisk('4m');
    await execa('mount', ['-o', 'remount,ro', fleet.root]);
    expect(await refusal(fleet, 'rebuild')).toContain(
      `${fleet.root}/.slipway/lock error lock-failed Cannot write the lock file: the folder is read-only make it writable`,
    );
    expect(await refusal(fleet, 'plan', '--out', 'plan.json')).toContain(
      'read-only-folder Cannot write the plan: the folder is read-only',
    );
    expect((await fleet.slipway(['plan'])).exitCode).toBe(0);
    expect((await fleet.slipway(['status'])).exitCode).toBe(0);
  });

  test('that is full before the start', async () => {
    const fleet = await onSmallDisk('1m');
    await fill(fleet);
    expect(await refusal(fleet, 'rebuild')).toContain(
      'Cannot write the lock file: no space is left on the disk free some space there and run the command again',
    );
  });

  test('that fills up in the middle: nothing is lost, and --continue ends the run without building again', async () => {
    const fleet = await onSmallDisk('1m');
    await fleet.write({ 'take-all': '#!/bin/sh\ndd if=/dev/zero of=fill bs=1k 2> /dev/null\nexit 0\n' });
    chmodSync(join(fleet.root, 'take-all'), 0o755);
    await fleet.config({ hooks: { before_replace: [['./take-all']] } });
    const full = await fleet.rebuild();
    expect(full.exitCode, full.text).toBe(1);
    expect(full.stderr).not.toMatch(RAW);
    expect(words(full)).toMatch(/journal\.ndjson error disk-full Cannot write the journal: no space is left on the disk/);
    await fleet.config();
    rmSync(join(fleet.root, 'fill'));
    const again = await fleet.rebuild('--continue');
    expect(again.exitCode, again.text).toBe(0);
    expect(fleet.state().api?.status).toBe('completed');
    const done = fleet
      .journal()
      .flatMap((event) => (event.type === 'step-outcome' && event.outcome.status === 'done' ? [event.step] : []));
    // Health is judged again, as some time has passed; nothing else is done again.
    expect(done.filter((step) => step !== 'api:verify')).toEqual(['api:build', 'api:replace']);
    expect(Object.keys(await fleet.containers())).toEqual(['api']);
  });
});

test('secrets and records are for the owner only', async () => {
  const fleet = fleetFolder();
  await fleet.compose({ api: await fleet.tiny('api') });
  await fleet.config();
  expect((await fleet.rebuild()).exitCode).toBe(0);
  const [run] = fleet.runs();
  const mode = (path: string) => statSync(join(fleet.root, path)).mode & 0o777;
  expect(mode(`.slipway/runs/${run}/journal.ndjson`)).toBe(0o600);
  expect(mode(`.slipway/releases/${run}/model.enc`)).toBe(0o600);
  expect(readFileSync(join(fleet.root, `.slipway/releases/${run}/model.enc`)).includes('services')).toBe(false);
});
