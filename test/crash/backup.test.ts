import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { backupFleet, hasNote, imagesOf, theBackup, volumeHelpers, volumeListing } from '../support/backup-fleet.ts';
import { bundle, cliEnv } from '../support/cli.ts';
import { docker, inspect } from '../support/engine-facts.ts';
import type { FleetFolder } from '../support/fleet-folder.ts';
import { folderWith } from '../support/folder.ts';
import { type Running, startRunning } from '../support/running.ts';

/** Takes a second or more to read or write, and no room on the engine. */
const BIG = 'truncate -s 500M /data/big';

function start(fleet: FleetFolder, ...args: readonly string[]): Running {
  const env = cliEnv({ XDG_CONFIG_HOME: join(fleet.root, '.home') });
  return startRunning(['--', bundle(), ...args, '--yes', '--output', 'json'], { cwd: fleet.root, env });
}

/** Waits for a line of its output of this type, which is no event of a run. */
function until(run: Running, type: string, part = ''): Promise<unknown> {
  return run.until(type, (event) => (event as { type: string }).type === type && JSON.stringify(event).includes(part));
}

async function statesOf(fleet: FleetFolder): Promise<Record<string, string>> {
  const entries = Object.entries(await fleet.containers()).map(async ([name, [id]]) => [
    name,
    await inspect(id!, '{{.State.Status}}'),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

const ALL_RUN = { store: 'running', api: 'running', ui: 'running' };

test('a backup that is interrupted or killed inside a volume: its users run again, and nothing half is left unnamed', async () => {
  const fleet = await backupFleet();
  await docker('exec', await fleet.container('store'), 'sh', '-c', BIG);
  const containers = await fleet.containers();

  const stopped = start(fleet, 'backup', '--volumes');
  await until(stopped, 'part-progress', '_data.tar');
  expect(await statesOf(fleet)).toEqual({ store: 'exited', api: 'exited', ui: 'running' });
  expect(hasNote(fleet)).toBe(true);
  stopped.signal('SIGINT');
  const interrupted = await stopped.ended;
  expect(interrupted.code, interrupted.text).toBe(130);
  expect(await statesOf(fleet)).toEqual(ALL_RUN);
  expect(readdirSync(join(fleet.root, 'backups'))).toEqual([]);
  expect(hasNote(fleet)).toBe(false);
  expect(await volumeHelpers(fleet)).toBe('');

  const killed = start(fleet, 'backup', '--volumes');
  await until(killed, 'part-progress', '_data.tar');
  killed.signal('SIGKILL');
  await killed.ended;
  expect(await statesOf(fleet)).toEqual({ store: 'exited', api: 'exited', ui: 'running' });
  const partial = readdirSync(join(fleet.root, 'backups'));
  expect(partial).toEqual([expect.stringMatching(/^phase1_\d{8}_\d{6}\.partial$/)]);

  const next = await fleet.slipway(['backup', '--yes', 'ui']);
  expect(next.exitCode, next.text).toBe(0);
  expect(next.text.replaceAll(/\n +/g, ' ')).toMatch(
    /services-started-again .*was cut off while these were stopped for it: api, store\. They are started again/,
  );
  expect(await statesOf(fleet)).toEqual(ALL_RUN);
  expect(await fleet.containers()).toEqual(containers);
  expect(hasNote(fleet)).toBe(false);
  expect(await volumeHelpers(fleet)).toBe('');
  const listed = await fleet.slipway(['backup', 'list']);
  expect(listed.text.replaceAll(/\n +/g, ' ')).toMatch(/A backup was cut off and left .*\.partial rm -r /);
});

test('a restore that is killed inside a volume: nobody starts on half of it, until it was restored', async () => {
  const fleet = await backupFleet();
  await docker('exec', await fleet.container('store'), 'sh', '-c', BIG);
  const before = await volumeListing(fleet);
  const taken = await fleet.slipway(['backup', '--volumes', '--yes']);
  expect(taken.exitCode, taken.text).toBe(0);
  const { folder } = theBackup(fleet);
  await docker('exec', await fleet.container('store'), 'sh', '-c', 'echo changed > /data/deep/file && echo new > /data/extra');

  const killed = start(fleet, 'restore', '--volumes');
  await until(killed, 'services-stopped');
  await until(killed, 'part-progress', '_data.tar');
  killed.signal('SIGKILL');
  await killed.ended;
  const refused = await fleet.rebuild();
  expect(refused.exitCode, refused.text).toBe(2);
  expect(refused.text.replaceAll(/\n +/g, ' ')).toMatch(
    /volume-half-restored .*was cut off while it wrote .*_data.*stay stopped.*store/,
  );
  expect(await statesOf(fleet)).toEqual({ store: 'exited', api: 'exited', ui: 'running' });

  const restored = await fleet.slipway(['restore', folder, '--volumes', '--yes']);
  expect(restored.exitCode, restored.text).toBe(0);
  expect(await statesOf(fleet)).toEqual(ALL_RUN);
  expect(await volumeListing(fleet)).toBe(before);
  expect(hasNote(fleet)).toBe(false);
  expect(await volumeHelpers(fleet)).toBe('');
});

test('a restore that is killed while it puts services in place goes on with --continue', async () => {
  const fleet = await backupFleet();
  const before = await imagesOf(fleet);
  const taken = await fleet.slipway(['backup']);
  expect(taken.exitCode, taken.text).toBe(0);
  await fleet.write({ 'api/version': 'api v2\n', 'ui/version': 'ui v2\n' });
  await fleet.dockerCompose('up', '-d', '--build');
  const store = await fleet.container('store');
  expect(await imagesOf(fleet)).not.toEqual(before);

  const killed = start(fleet, 'restore', '--no-files');
  await killed.until('the first rollback', (event) => event.type === 'step-intent' && event.intent.kind === 'rollback');
  killed.signal('SIGKILL');
  await killed.ended;
  const resumed = await fleet.slipway(['restore', '--continue'], { env: { XDG_CONFIG_HOME: join(fleet.root, '.home') } });
  expect(resumed.exitCode, resumed.text).toBe(0);
  expect(await imagesOf(fleet)).toEqual(before);
  expect(await statesOf(fleet)).toEqual(ALL_RUN);
  expect(await fleet.container('store')).toBe(store);
  expect(fleet.runs()).toHaveLength(1);
});

test('a disk that is too small is refused with figures, and one that fills up costs nothing', async () => {
  const fleet = await backupFleet();
  const tight = smallDisk('1m');
  const refused = await fleet.slipway(['backup', '--dir', tight]);
  expect(refused.exitCode, refused.text).toBe(2);
  expect(refused.text.replaceAll(/\n +/g, ' ')).toMatch(/has 1\.0 MB free, and the backup takes about 2\.\d MB/);
  expect(readdirSync(tight)).toEqual([]);

  // Thousands of tiny files take more in a tar than their bytes.
  const many = 'mkdir /data/many && cd /data/many && i=0 && while [ $i -lt 4000 ]; do : > $i; i=$((i+1)); done';
  await docker('exec', await fleet.container('store'), 'sh', '-c', many);
  const small = smallDisk('4m');
  const full = await fleet.slipway(['backup', '--volumes', '--yes', '--dir', small]);
  expect(full.exitCode, full.text).toBe(1);
  expect(full.text).toMatch(/disk-full/);
  expect(await statesOf(fleet)).toEqual(ALL_RUN);
  expect(readdirSync(small)).toEqual([]);
  expect(existsSync(join(fleet.root, 'backups'))).toBe(false);
  expect(await volumeHelpers(fleet)).toBe('');
});

function smallDisk(size: string): string {
  const folder = join(folderWith(), 'disk');
  mkdirSync(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'pipe' });
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}
