import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { BackupRecord } from '../../src/backup/types.ts';
import { docker, imageOf, tagsOf } from './engine-facts.ts';
import { type FleetFolder, fleetFolder } from './fleet-folder.ts';

/** Makes what `ls` and `md5sum` have to find again: other owners, odd modes, a hard and a symbolic link, a long name. */
const FILL = [
  'mkdir -p /data/deep/er && cd /data && echo precious > deep/file && chown 1234:4321 deep/file && chmod 4750 deep/file',
  'ln deep/file hard && ln -s deep/file soft && mkfifo pipe && chown -h 7:8 soft',
  `echo long > deep/${'long-name-'.repeat(20)} && chown 999:998 /data && chmod 700 /data`,
].join(' && ');

/** Three running services, two of which share a named volume with such files; `api` has a secret that is made from a variable. */
export async function backupFleet(config: Readonly<Record<string, unknown>> = {}): Promise<FleetFolder> {
  const fleet = fleetFolder();
  const data = 'data:/data';
  await fleet.compose(
    {
      store: await fleet.tiny('store', { compose: { volumes: [data, '/scratch'] } }),
      api: await fleet.tiny('api', {
        compose: { volumes: [`${data}:ro`], depends_on: ['store'], env_file: ['conf/api.env'], secrets: ['token'] },
      }),
      ui: await fleet.tiny('ui', { compose: { depends_on: ['api'], volumes: ['./conf/ui.ini:/ui.ini:ro'] } }),
    },
    { include: ['more/extra.yml'], volumes: { data: {} }, secrets: { token: { environment: 'TOKEN' } } },
  );
  await fleet.write({
    'conf/api.env': 'PASSWORD=swordfish-77\n',
    'conf/ui.ini': 'colour=blue\n',
    'more/extra.yml': 'x-more: {}\n',
    '.env': 'TOKEN=token-4711\n',
  });
  await fleet.config(config);
  await fleet.dockerCompose('up', '-d', '--build', '--quiet-pull');
  await docker('exec', await fleet.container('store'), 'sh', '-c', FILL);
  return fleet;
}

/** Everything that is in the volume, with owners, modes, links and contents. */
export async function volumeListing(fleet: FleetFolder): Promise<string> {
  const look =
    'cd /data && ls -lanR . | grep -v ^total | sed "s/[A-Z][a-z][a-z] .[0-9] .....//" && md5sum deep/file deep/long* && stat -c "%i" hard deep/file | uniq | wc -l';
  return docker('exec', await fleet.container('store'), 'sh', '-c', look);
}

/** The image of each service's running container. */
export async function imagesOf(fleet: FleetFolder): Promise<Record<string, string>> {
  const entries = Object.entries(await fleet.containers()).map(async ([name, [id]]) => [name, await imageOf(id!)] as const);
  return Object.fromEntries((await Promise.all(entries)).sort());
}

/** The one backup of the fleet: its folder and record. */
export function theBackup(fleet: FleetFolder, parent = join(fleet.root, 'backups')): { folder: string; record: BackupRecord } {
  const names = readdirSync(parent);
  if (names.length !== 1) throw new Error(`not one backup: ${names.join(', ')}`);
  const folder = join(parent, names[0]!);
  return { folder, record: JSON.parse(readFileSync(join(folder, 'backup.json'), 'utf8')) };
}

/** Removes containers, network, volume and images of the fleet and every file of it but the backups. */
export async function destroy(fleet: FleetFolder): Promise<void> {
  await fleet.dockerCompose('down', '--volumes', '--timeout', '0');
  const keepers = await docker('ps', '-aq', '--filter', `name=slipway-keeper-${fleet.name}`);
  if (keepers !== '') await docker('rm', '-f', ...keepers.split('\n'));
  await docker('rmi', '-f', ...Object.keys(await tagsOf(fleet.name)));
  for (const name of readdirSync(fleet.root)) if (name !== 'backups') rmSync(join(fleet.root, name), { recursive: true });
}

/** Modes of every file and folder below, as octal text, by path. */
export function modesBelow(folder: string): Record<string, string> {
  const paths = ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })];
  return Object.fromEntries(paths.map((path) => [path, (statSync(join(folder, path)).mode & 0o777).toString(8)]));
}

/** Runs the backup's own script. */
export async function runScript(folder: string, ...args: readonly string[]) {
  const { exitCode, all } = await execa('sh', [join(folder, 'restore-backup.sh'), ...args], {
    all: true,
    reject: false,
    stdin: 'ignore',
    cwd: '/',
  });
  return { exitCode, text: all };
}

/** Helper containers that hold a volume open; none may be left. */
export async function volumeHelpers(fleet: FleetFolder): Promise<string> {
  return docker(
    'ps',
    '-a',
    '--filter',
    'label=io.slipway.role=volume',
    '--filter',
    `label=io.slipway.project=${fleet.name}`,
    '-q',
  );
}

/** Whether a note of stopped services is there. */
export function hasNote(fleet: FleetFolder): boolean {
  return existsSync(join(fleet.root, '.slipway/stopped.json'));
}
