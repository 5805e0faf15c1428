import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { quoted, restoreScript } from '../../../src/backup/script.ts';
import type { BackupRecord } from '../../../src/backup/types.ts';
import { imageId } from '../../support/fleet-builder.ts';
import { folderWith } from '../../support/folder.ts';

const NASTY = `it's "$(touch pwned)" \`touch pwned\` \\ *`;

function record(changes: Partial<BackupRecord> = {}): BackupRecord {
  const service = (project: string, name: string, given: object = {}) => ({
    project,
    name,
    tag: `${name}:latest`,
    image: imageId(name),
    state: 'running' as const,
    kind: 'service' as const,
    ...given,
  });
  const project = (name: string, given: object = {}) => ({
    name,
    directory: name,
    files: [`${name}/compose.yaml`],
    envFiles: [],
    profiles: [],
    model: `models/${name}.json`,
    environment: null,
    ...given,
  });
  return {
    version: 1,
    backup: 'phase1_x',
    phase: 'phase1',
    at: '2026-01-01T00:00:00.000Z',
    slipway: '0',
    root: `/srv/${NASTY}`,
    engine: { docker: '', compose: '', buildx: '' },
    images: [{ id: imageId('db'), tags: ['db:latest'], sizeBytes: 1 }],
    services: {
      'core/migrate': service('core', 'migrate', { kind: 'one-shot', state: 'still' }),
      'core/db': service('core', 'db'),
      'web/ui': service('web', 'ui'),
      'core/late': service('core', 'late'),
      'core/off': service('core', 'off', { state: 'still' }),
    },
    projects: [project('core', { envFiles: ['/etc/fleet.env', `a/${NASTY}`] }), project('web')],
    volumes: [
      { name: 'v', driver: 'local', labels: { note: NASTY }, options: { o: 'addr=h,rw' }, tar: 'volumes/v.tar', services: [] },
    ],
    files: [
      { from: `files/${NASTY}`, to: NASTY, place: 'project', mode: 0o640 },
      { from: 'outside/etc/x', to: '/etc/x', place: 'outside', mode: 0o600 },
    ],
    notSaved: [],
    contents: [],
    ...changes,
  };
}

const text = restoreScript(record());

test('is a POSIX shell script', () => {
  for (const shell of ['sh', 'dash', 'bash --posix']) {
    const [name = '', ...args] = shell.split(' ');
    if (spawnSync(name, ['-c', ':']).error) continue;
    execFileSync(name, [...args, '-n'], { input: text });
  }
  if (spawnSync('shellcheck', ['--version']).error) return;
  // SC2016: a quoted name with a dollar sign is meant to stay as it is.
  const checked = spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC2016', '-'], { input: text, encoding: 'utf8' });
  expect(checked.stdout).toBe('');
});

test.each(['plain', '', 'a b', NASTY, "'", '$HOME', '-n', '\n'])('%j stays one word of a shell', (word) => {
  expect(execFileSync('sh', ['-c', `printf '<%s>' ${quoted(word) || "''"}`], { encoding: 'utf8' })).toBe(`<${word}>`);
});

test('starts services in dependency order, project by project, and jobs only when asked', () => {
  const of = (name: string) =>
    new RegExp(`^${name}\\(\\) \\{\\n([\\s\\S]*?)^\\}`, 'm')
      .exec(text)![1]!
      .trim()
      .split('\n')
      .map((l) => l.trim());
  expect(of('start_services').map((line) => [/-p (\S+)/.exec(line)![1], line.split('never ')[1]])).toEqual([
    ['core', 'db'],
    ['web', 'ui'],
    ['core', 'late'],
  ]);
  expect(of('start_services')[0]).toContain(
    `--env-file /etc/fleet.env --env-file "$DIR"/${quoted(`a/${NASTY}`)} --profile '*' up -d --no-build --no-deps --pull never db`,
  );
  expect(of('start_jobs')).toEqual([expect.stringMatching(/ up --no-build --no-deps --pull never migrate$/)]);
  expect(of('restore_files')[0]).toBe(`restore_file ${quoted(`files/${NASTY}`)} ${quoted(NASTY)} 640`);
  expect(text).not.toMatch(/restore_file outside/);
});

test('checks the sums before anything else, and knows its options', () => {
  const folder = folderWith({ 'backup.json': '{}' });
  const put = (name: string, content: string) => writeFileSync(join(folder, name), content);
  put('restore-backup.sh', restoreScript(record({ images: [] })));
  put('SHA256SUMS', `${createHash('sha256').update('{}').digest('hex')}  backup.json\n`);
  const run = (...args: string[]) =>
    spawnSync('sh', [join(folder, 'restore-backup.sh'), ...args], { encoding: 'utf8', cwd: folder });
  expect(run('--check')).toMatchObject({ status: 0, stdout: expect.stringContaining('It is whole.') });
  expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining(`(default: /srv/${NASTY})`) });
  expect(run('--what')).toMatchObject({ status: 2, stderr: expect.stringContaining('unknown option --what') });
  put('backup.json', '{"changed":1}');
  expect(run('--yes')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/backup\.json: FAILED[\s\S]*nothing was touched/),
  });
  expect(execFileSync('ls', [folder], { encoding: 'utf8' })).not.toContain('pwned');
});

test('writes no file through a link that leads out, nor into a folder', () => {
  const folder = folderWith({ 'backup.json': '{}', 'files/conf/a.env': 'a', 'bin/docker': '#!/bin/sh\n' });
  chmodSync(join(folder, 'bin/docker'), 0o755);
  const files = [{ from: 'files/conf/a.env', to: 'conf/new/a.env', place: 'project' as const, mode: 0o640 }];
  writeFileSync(join(folder, 'restore-backup.sh'), restoreScript(record({ images: [], files, volumes: [] })));
  writeFileSync(join(folder, 'SHA256SUMS'), `${createHash('sha256').update('{}').digest('hex')}  backup.json\n`);
  const into = (dir: string) =>
    spawnSync('sh', [join(folder, 'restore-backup.sh'), '--yes', '--no-start', '--dir', dir], {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` },
    });
  const [plain, linked, taken, outside] = [folderWith(), folderWith(), folderWith({ 'conf/new/a.env/x': '' }), folderWith()];
  expect(into(plain)).toMatchObject({ status: 0 });
  expect(statSync(join(plain, 'conf/new/a.env')).mode & 0o777).toBe(0o640);
  symlinkSync(outside, join(linked, 'conf'));
  expect(into(linked)).toMatchObject({ status: 1, stderr: expect.stringContaining('a folder on the way is a link') });
  expect(readdirSync(outside)).toEqual([]);
  expect(into(taken)).toMatchObject({ status: 1, stderr: expect.stringContaining('is a folder there') });
  expect(readdirSync(join(taken, 'conf/new/a.env'))).toEqual(['x']);
});
