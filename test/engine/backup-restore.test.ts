import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  backupFleet,
  destroy,
  imagesOf,
  modesBelow,
  runScript,
  theBackup,
  volumeHelpers,
  volumeListing,
} from '../support/backup-fleet.ts';
import { docker, engineNow, eventsOf, imageId } from '../support/engine-facts.ts';
import { type FleetFolder, fleetFolder } from '../support/fleet-folder.ts';
import { folderWith } from '../support/folder.ts';

const SECRETS = ['swordfish-77', 'token-4711'];

async function backedUp(fleet: FleetFolder): Promise<string> {
  const taken = await fleet.slipway(['backup', '--volumes', '--yes']);
  expect(taken.exitCode, taken.text).toBe(0);
  return theBackup(fleet).folder;
}

/** What runs and what is stored is as it was, and the operator's own `up` finds nothing to do. */
async function expectAsBefore(fleet: FleetFolder, before: { images: object; data: string }): Promise<void> {
  expect(await imagesOf(fleet)).toEqual(before.images);
  expect(await volumeListing(fleet)).toBe(before.data);
  for (const [path, text] of [
    ['conf/api.env', SECRETS[0]],
    ['.env', SECRETS[1]],
    ['more/extra.yml', 'x-more'],
  ] as const)
    expect(fleet.read(path)).toContain(text);
  expect(await docker('exec', await fleet.container('api'), 'sh', '-c', 'echo $PASSWORD; cat /run/secrets/token')).toBe(
    SECRETS.join('\n'),
  );
  const containers = await fleet.containers();
  await fleet.write({ 'store/Dockerfile': '', 'api/Dockerfile': '', 'ui/Dockerfile': '' });
  await fleet.dockerCompose('up', '-d', '--no-build');
  expect(await fleet.containers()).toEqual(containers);
}

test('a fleet that is lost with all its files comes back from its backup: images, data, configuration', async () => {
  const fleet = await backupFleet();
  const before = { images: await imagesOf(fleet), data: await volumeListing(fleet), containers: await fleet.containers() };
  const folder = await backedUp(fleet);
  // Its users stood still meanwhile, and they are the same containers.
  expect(await fleet.containers()).toEqual(before.containers);
  expect(await volumeListing(fleet)).toBe(before.data);
  expect(await volumeHelpers(fleet)).toBe('');

  const { record } = theBackup(fleet);
  expect(Object.keys(record.services)).toEqual(['store', 'api', 'ui']);
  expect(Object.fromEntries(Object.entries(record.services).map(([key, s]) => [key, s.image])) as object).toEqual(before.images);
  expect(record.files.map((f) => f.to)).toEqual([
    '.env',
    'conf/api.env',
    'conf/ui.ini',
    'docker-compose.yml',
    'more/extra.yml',
    'slipway.yaml',
  ]);
  expect(record.notSaved).toMatchObject([
    { kind: 'anonymous-volume', service: 'store', what: expect.stringMatching(/ at \/scratch$/) },
  ]);
  for (const [path, mode] of Object.entries(modesBelow(folder))) {
    const wanted = statSync(join(folder, path)).isDirectory() || path === 'restore-backup.sh' ? '700' : '600';
    expect(mode, path).toBe(wanted);
  }
  for (const name of ['backup.json', 'release.json', 'restore-backup.sh', 'SHA256SUMS'])
    for (const secret of SECRETS) expect(readFileSync(join(folder, name), 'utf8'), name).not.toContain(secret);

  const whole = await fleet.slipway(['backup', 'verify']);
  expect(whole.exitCode, whole.text).toBe(0);
  await destroy(fleet);
  const restored = await fleet.slipway(['restore', '--volumes', '--yes']);
  expect(restored.exitCode, restored.text).toBe(0);
  for (const secret of SECRETS) expect(restored.text).not.toContain(secret);
  await expectAsBefore(fleet, before);
  expect(fleet.journal().find((e) => e.type === 'run-started')).toMatchObject({ command: 'restore' });

  // In place: what was added is gone again, and nothing is replaced that is as it was.
  await docker(
    'exec',
    await fleet.container('store'),
    'sh',
    '-c',
    'cd /data && rm hard && echo new > extra && echo changed > deep/file',
  );
  appendFileSync(join(fleet.root, 'conf/ui.ini'), 'colour=red\n');
  const shown = await fleet.slipway(['restore', '--volumes', '--dry-run']);
  expect(shown.text).toMatch(/conf\/ui.ini {2}changed, 23 B -> 12 B/);
  expect(shown.text).toMatch(/_data {2}what is in it now is lost/);
  const refused = await fleet.slipway(['restore', '--volumes']);
  expect(refused.exitCode).toBe(2);
  expect(refused.text).toContain('not-confirmed');
  const containers = await fleet.containers();
  const again = await fleet.slipway(['restore', '--volumes', '--yes']);
  expect(again.exitCode, again.text).toBe(0);
  expect(await fleet.containers()).toEqual(containers);
  await expectAsBefore(fleet, before);
  const nothing = await fleet.slipway(['restore', '--yes', '--no-files']);
  expect(nothing).toMatchObject({ exitCode: 0, text: expect.stringContaining('Everything is as it is in the backup') });
});

test('restore-backup.sh does the same without Slipway, also over what is there', async () => {
  const fleet = await backupFleet();
  const before = { images: await imagesOf(fleet), data: await volumeListing(fleet) };
  const folder = await backedUp(fleet);
  await destroy(fleet);
  const unasked = await runScript(folder, '--volumes');
  expect(unasked.exitCode, unasked.text).toBe(2);
  expect(readdirSync(fleet.root)).toEqual(['backups']);
  const restored = await runScript(folder, '--volumes', '--yes');
  expect(restored.exitCode, restored.text).toBe(0);
  await expectAsBefore(fleet, before);

  await docker('exec', await fleet.container('store'), 'sh', '-c', 'cd /data && echo new > extra && echo changed > deep/file');
  const again = await runScript(folder, '--volumes', '--yes');
  expect(again.exitCode, again.text).toBe(0);
  await expectAsBefore(fleet, before);
});

test('the restore of one service starts the others that use its volume again; one that was cut off allows nothing else', async () => {
  const fleet = await backupFleet();
  const before = await fleet.containers();
  await backedUp(fleet);
  const restored = await fleet.slipway(['restore', 'api', '--volumes', '--no-files', '--yes']);
  expect(restored.exitCode, restored.text).toBe(0);
  const running = await docker('ps', '-q', '--no-trunc', '--filter', `label=com.docker.compose.project=${fleet.name}`);
  expect(running.split('\n')).toHaveLength(3);
  expect(running).toContain(before.store![0]);

  // As a restore leaves it that is killed in the middle of a volume.
  const note = { version: 1, why: 'The restore of one', stopped: [], halfway: [`${fleet.name}_data`] };
  await fleet.write({ '.slipway/stopped.json': JSON.stringify(note) });
  await fleet.dockerCompose('stop', 'ui');
  for (const args of [['--no-files', '--yes'], ['--continue']]) {
    const refused = await fleet.slipway(['restore', ...args]);
    expect(refused.exitCode, refused.text).toBe(2);
    expect(refused.text).toContain('volume-half-restored');
  }
  expect(await docker('inspect', '-f', '{{.State.Status}}', await fleet.container('ui'))).toBe('exited');
});

test('a backup that was changed, or leads out of the project dir, is refused before anything is touched', async () => {
  const fleet = await backupFleet();
  const folder = await backedUp(fleet);
  const copies = folderWith();
  const copy = (name: string) => {
    cpSync(folder, join(copies, name), { recursive: true });
    return join(copies, name);
  };
  const changed = copy('changed');
  const images = readFileSync(join(changed, 'images.tar'));
  images[images.length >> 1]! ^= 1;
  writeFileSync(join(changed, 'images.tar'), images);
  const cut = copy('cut');
  const tar = `volumes/${fleet.name}_data.tar`;
  writeFileSync(join(cut, tar), readFileSync(join(cut, tar)).subarray(0, 3000));
  const forged = copy('forged');
  forge(forged, 'backup.json', (text) => text.replaceAll('"to": "conf/ui.ini"', '"to": "../stolen.ini"'));
  const misnamed = copy('misnamed');
  forge(misnamed, 'backup.json', (text) => text.replaceAll((imagesIn(folder)[0] as string).slice(7), 'f'.repeat(64)));

  await docker('exec', await fleet.container('store'), 'sh', '-c', 'echo changed > /data/deep/file');
  const since = await engineNow();
  const before = fleet.listing();
  for (const [bad, why] of [
    [changed, /images\.tar: (its content has changed|it cannot be read)/],
    [cut, /it has 3000 bytes and not/],
    [forged, /\.\.\/stolen\.ini cannot be restored: its path leads out of the project dir/],
    [misnamed, /it does not hold the images ffffffffffff/],
  ] as const) {
    const { exitCode, text } = await fleet.slipway(['restore', bad, '--volumes', '--yes']);
    expect(exitCode, text).toBe(2);
    expect(text.replaceAll(/\n +/g, ' ')).toMatch(why);
  }
  for (const bad of [changed, cut]) {
    const { exitCode, text } = await runScript(bad, '--volumes', '--yes');
    expect(exitCode, text).toBe(2);
    expect(text).toContain('nothing was touched');
  }
  expect(fleet.listing()).toEqual(before);
  expect((await eventsOf(fleet.name, since)).filter((line) => !line.includes('exec_'))).toEqual([]);

  // A folder that has become a link to somewhere else.
  const elsewhere = folderWith();
  await fleet.slipway(['backup', 'list']);
  const moved = fleetFolder();
  symlinkSync(elsewhere, join(moved.root, 'conf'));
  const escaped = await moved.slipway(['restore', folder, '--yes', '--project-dir', moved.root]);
  expect(escaped.exitCode, escaped.text).toBe(2);
  expect(escaped.text.replaceAll(/\n +/g, ' ')).toMatch(/conf\/api\.env cannot be restored: .*conf leads out of the project dir/);
  expect(readdirSync(elsewhere)).toEqual([]);
  expect(existsSync(join(moved.root, '.env'))).toBe(false);
});

test('a volume that somebody else uses is refused with the name, and a rebuild waits for the backup that it needs', async () => {
  const fleet = await backupFleet({ backup: { required: '1h', volumes: ['data'] } });
  const early = await fleet.rebuild('api');
  expect(early.exitCode, early.text).toBe(2);
  expect(early.text).toMatch(/backup-missing[\s\S]*slipway backup/);
  const stranger = await docker(
    'run',
    '-d',
    '-v',
    `${fleet.name}_data:/x`,
    '--name',
    `${fleet.name}-stranger`,
    await someImage(fleet),
    'sleep',
    '600',
  );
  onTestFinished(async () => void (await docker('rm', '-f', stranger).catch(() => {})));
  const before = await fleet.containers();
  const refused = await fleet.slipway(['backup', '--yes']);
  expect(refused.exitCode, refused.text).toBe(2);
  expect(refused.text.replaceAll(/\n +/g, ' ')).toContain(
    `used by the container ${fleet.name}-stranger, which is not of this fleet`,
  );
  expect(await fleet.containers()).toEqual(before);
  expect(existsSync(join(fleet.root, 'backups'))).toBe(false);
  // It runs an image of the fleet and so has the labels of the service, which make it nobody's service (traps T8).
  expect(await docker('inspect', '-f', '{{index .Config.Labels "com.docker.compose.service"}}', stranger)).toBe('store');
  await docker('rm', '-f', stranger);
  const taken = await fleet.slipway(['backup', '--yes', '--output', 'json']);
  expect(taken.exitCode, taken.text).toBe(0);
  const types = taken.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).type);
  expect(types.filter((type) => type !== 'part-progress' && !type.startsWith('part-'))).toEqual([
    'backup-started',
    'services-stopped',
    'services-started',
    'backup-done',
  ]);
  const allowed = await fleet.rebuild('api');
  expect(allowed.exitCode, allowed.text).toBe(0);
});

async function someImage(fleet: FleetFolder): Promise<string> {
  return (await imageId(`${fleet.name}-store:latest`))!;
}

function imagesIn(folder: string): readonly string[] {
  return JSON.parse(readFileSync(join(folder, 'backup.json'), 'utf8')).images.map((i: { id: string }) => i.id);
}

/** Changes a file and its checksum with it. */
function forge(folder: string, path: string, change: (text: string) => string): void {
  const sum = (text: string) => createHash('sha256').update(text).digest('hex');
  const text = readFileSync(join(folder, path), 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error('nothing was forged');
  writeFileSync(join(folder, path), changed);
  const sums = readFileSync(join(folder, 'SHA256SUMS'), 'utf8');
  writeFileSync(join(folder, 'SHA256SUMS'), sums.replace(sum(text), sum(changed)));
}
