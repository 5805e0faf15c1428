import { expect, test } from 'vitest';
import { readBackupRelease } from '../../../src/backup/read-release.ts';
import type { BackupRecord } from '../../../src/backup/types.ts';
import { imageId } from '../../support/fleet-builder.ts';
import { folderWith } from '../../support/folder.ts';

const released = (name: string, image: string) => ({
  project: 'shop',
  name,
  tag: `${name}:latest`,
  image: imageId(image),
  inputs: null,
  config: 'digest',
  status: 'completed',
  healthy: false,
  configuration: 'files',
  files: {},
});

const saved = (name: string, given: object = {}) => ({
  project: 'shop',
  name,
  tag: `${name}:latest`,
  image: imageId(name),
  state: 'running' as const,
  kind: 'service' as const,
  ...given,
});

test('what ran becomes a release of the backup itself, with paths of the host in the project dir that it is restored to', async () => {
  const services = {
    a: released('a', 'a'),
    off: released('off', 'off'),
    job: released('job', 'job'),
    later: released('later', 'x'),
  };
  const model = {
    name: 'shop',
    services: {
      a: { volumes: [{ type: 'bind', source: '/old/conf', target: '/old/in-the-container' }], command: ['/older', '/old'] },
    },
  };
  const folder = folderWith({
    'release.json': JSON.stringify({ version: 2, release: 'present', phase: 'phase1', at: 'then', origin: 'adopted', services }),
    'models/shop.json': JSON.stringify(model),
    'models/shop.environment.json': '{"TOKEN":"x"}',
  });
  const record = {
    backup: 'phase1_x',
    root: '/old',
    services: { a: saved('a'), off: saved('off', { state: 'still' }), job: saved('job', { state: 'still', kind: 'one-shot' }) },
    projects: [{ name: 'shop', model: 'models/shop.json', environment: 'models/shop.environment.json' }],
  } as unknown as BackupRecord;

  const moved = await readBackupRelease(folder, record, '/new');
  if (!moved.ok) throw new Error(moved.error.message);
  const { release, projects } = moved.value;
  expect(release.release).toBe('phase1_x');
  expect(Object.entries(release.services).map(([key, s]) => [key, s.image, s.healthy])).toEqual([
    ['a', imageId('a'), true],
    ['job', imageId('job'), true],
  ]);
  expect(projects.shop!.environment).toEqual({ TOKEN: 'x' });
  expect(projects.shop!.model.services.a).toEqual({
    volumes: [{ type: 'bind', source: '/new/conf', target: '/old/in-the-container' }],
    command: ['/older', '/old'],
  });
  const same = await readBackupRelease(folder, record, '/old');
  expect(same.ok && same.value.projects.shop!.model).toEqual(model);
});
