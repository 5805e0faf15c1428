import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultComposeFiles, locateProject } from '../../../src/fleet/locate.ts';
import { folderWith } from '../../support/folder.ts';

const nothing = { projectDir: null, configFile: null };

describe('locateProject', () => {
  it.each(['slipway.yaml', 'compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'])(
    'takes the nearest folder upwards that holds %s',
    (file) => {
      const root = folderWith({ [file]: '', 'a/b/notes.txt': '' });
      const located = locateProject({ cwd: join(root, 'a/b'), ...nothing });
      const configFile = file === 'slipway.yaml' ? join(root, file) : null;
      expect(located).toEqual({ ok: true, value: { root, configFile } });
    },
  );

  it('resolves --config from the project dir, not from the current folder', () => {
    const root = folderWith({ 'compose.yaml': '', 'conf/fleet.yaml': '', 'sub/conf/fleet.yaml': '' });
    const located = locateProject({ cwd: join(root, 'sub'), projectDir: null, configFile: 'conf/fleet.yaml' });
    expect(located).toEqual({ ok: true, value: { root, configFile: join(root, 'conf/fleet.yaml') } });
  });

  it('says where a missing --config was looked for, and that one lies in the current folder', () => {
    const root = folderWith({ 'compose.yaml': '', 'sub/fleet.yaml': '' });
    const located = locateProject({ cwd: join(root, 'sub'), projectDir: null, configFile: 'fleet.yaml' });
    expect(located).toMatchObject({
      ok: false,
      error: { code: 'no-config', message: expect.stringContaining(join(root, 'fleet.yaml')) },
    });
    expect(located).toMatchObject({ error: { remedy: expect.stringContaining(join(root, 'sub/fleet.yaml')) } });
  });

  it('resolves --project-dir from the current folder and refuses one that is not there', () => {
    const root = folderWith({ 'x/compose.yaml': '' });
    expect(locateProject({ cwd: root, projectDir: 'x', configFile: null })).toMatchObject({ value: { root: join(root, 'x') } });
    expect(locateProject({ cwd: root, projectDir: 'y', configFile: null })).toMatchObject({ error: { code: 'no-project-dir' } });
  });

  it('says what to do where there is no project at all', () => {
    const root = folderWith();
    mkdirSync(join(root, 'deep'));
    expect(locateProject({ cwd: join(root, 'deep'), ...nothing })).toMatchObject({
      error: { code: 'no-project', remedy: expect.stringContaining('--project-dir') },
    });
  });
});

describe('defaultComposeFiles', () => {
  it('prefers as Compose does and adds the first override', () => {
    const root = folderWith({ 'docker-compose.yml': '', 'compose.yml': '', 'docker-compose.override.yml': '', 'other.yml': '' });
    expect(defaultComposeFiles(root)).toEqual([join(root, 'compose.yml'), join(root, 'docker-compose.override.yml')]);
  });
});
