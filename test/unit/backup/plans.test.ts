import { describe, expect, test } from 'vitest';
import { type BackupFacts, chosenVolumes, planBackup } from '../../../src/backup/plan.ts';
import { type BackupDemand, backupMissing } from '../../../src/backup/required.ts';
import { planRestore, type RestoreFacts, type RestoreWish, refusedFiles } from '../../../src/backup/restore-plan.ts';
import type { BackupRecord } from '../../../src/backup/types.ts';
import { volumeGroups, volumeObstacles } from '../../../src/backup/volume-groups.ts';
import type { VolumeUser } from '../../../src/docker/archive-port.ts';
import type { Fleet } from '../../../src/fleet/types.ts';
import { containerOf, fleetOf, imageId } from '../../support/fleet-builder.ts';

const mounts = (...sources: string[]) => ({
  volumes: sources.map((source) => ({ type: 'volume', source, target: `/${source}` })),
});

function shop(): Fleet {
  const fleet = fleetOf({
    ui: { needs: ['api'] },
    api: { needs: ['db'], compose: mounts('data') },
    db: { compose: mounts('data', 'wal') },
    job: { kind: 'one-shot', compose: mounts('cache') },
    new: {},
  });
  const volumes = { data: { name: 'fleet_data' }, wal: null, cache: { name: 'shared-cache', external: true } };
  return { ...fleet, projects: fleet.projects.map((p) => ({ ...p, model: { ...p.model, volumes } })) };
}

function user(service: string | null, given: Partial<VolumeUser> = {}): VolumeUser {
  const name = service ?? 'stranger';
  const project = service === null ? null : 'fleet';
  return { container: `${name}-id`, name: `fleet-${name}-1`, state: 'running', project, service, ...given };
}

describe('volumes', () => {
  test('of services and by either name; an unknown one names those there are', () => {
    const fleet = shop();
    const some = fleet.services.filter((s) => ['api', 'job'].includes(s.key));
    expect(chosenVolumes(fleet, some, { all: true, names: ['wal'] })).toEqual({
      names: ['fleet_data', 'fleet_wal', 'shared-cache'],
      problems: [],
    });
    expect(chosenVolumes(fleet, some, { all: false, names: ['fleet_wal', 'cache'] }).names).toEqual([
      'fleet_wal',
      'shared-cache',
    ]);
    expect(chosenVolumes(fleet, some, { all: false, names: ['dat'] }).problems).toMatchObject([
      { code: 'unknown-volume', remedy: 'There is: fleet_data, fleet_wal, shared-cache' },
    ]);
  });

  test('that share users are one group, whose users stop dependents first; what stands still is left alone', () => {
    const users = new Map([
      ['data', [user('db'), user('api'), user('ui', { state: 'still' })]],
      ['cache', [user('job', { state: 'still' })]],
      ['wal', [user('db')]],
    ]);
    const groups = volumeGroups(shop(), users);
    expect(groups.map((g) => [g.volumes, g.users.map((u) => u.service)])).toEqual([
      [['cache'], []],
      [
        ['data', 'wal'],
        ['api', 'db'],
      ],
    ]);
  });

  test('are left alone while a stranger or somebody paused uses them', () => {
    const users = new Map([['data', [user('db'), user(null), user(null, { state: 'still' }), user('api', { state: 'paused' })]]]);
    expect(volumeObstacles(shop(), users).map((d) => [d.code, d.message, d.remedy])).toEqual([
      [
        'volume-in-use',
        'The volume data is used by the container fleet-stranger-1, which is not of this fleet and runs',
        'stop it first: docker stop fleet-stranger-1',
      ],
      ['volume-in-use', 'The volume data is used by the container fleet-api-1 and is paused', 'docker unpause fleet-api-1'],
    ]);
  });
});

test('a backup holds what containers run, in dependency order, and names what it does not hold', () => {
  const fleet = shop();
  const image = (name: string) =>
    [
      imageId(name),
      { info: { id: imageId(name), created: '', sizeBytes: 7, labels: {} }, layers: [{ key: name, sizeBytes: 7 }] },
    ] as const;
  const facts: BackupFacts = {
    fleet,
    services: fleet.services,
    observed: {
      services: {
        ui: { containers: [containerOf('ui', { image: imageId('same') })], tagImage: imageId('newer') },
        api: { containers: [containerOf('api', { image: imageId('same') })], tagImage: null },
        db: {
          containers: [
            containerOf('db', { image: imageId('old'), state: 'exited', createdAt: '2026-01-01T00:00:00.000Z' }),
            containerOf('db', { number: 2, image: imageId('db') }),
          ],
          tagImage: null,
        },
        job: {
          containers: [containerOf('job', { image: imageId('job'), state: 'exited', anonymousVolumes: { '/tmp/x': 'abc' } })],
          tagImage: null,
        },
        new: { containers: [containerOf('new', { image: imageId('half'), temporary: true })], tagImage: null },
      },
      networks: [],
      volumes: [],
    },
    images: new Map(['same', 'old', 'db', 'job'].map(image)),
    volumes: [{ name: 'fleet_data', driver: 'local', labels: { a: 'b' }, options: {}, sizeBytes: 3 }],
    users: new Map([['fleet_data', [user('db')]]]),
    files: { files: [], notSaved: [] },
  };
  const plan = planBackup(facts, { backup: 'phase1_x', phase: 'phase1', parent: '/b' });
  expect(plan.folder).toBe('/b/phase1_x');
  expect(Object.entries(plan.services).map(([key, s]) => [key, s.image, s.state])).toEqual([
    ['db', imageId('db'), 'running'],
    ['job', imageId('job'), 'still'],
    ['api', imageId('same'), 'running'],
    ['ui', imageId('same'), 'running'],
  ]);
  // By what runs, not by what the tags say now; the second container of a service counts too.
  expect(plan.images.map((i) => [i.id, i.tags])).toEqual([
    [imageId('old'), []],
    [imageId('db'), ['db:latest']],
    [imageId('job'), ['job:latest']],
    [imageId('same'), ['api:latest', 'ui:latest']],
  ]);
  expect(plan.volumes).toMatchObject([
    { name: 'fleet_data', tar: 'volumes/fleet_data.tar', services: ['api', 'db'], labels: { a: 'b' } },
  ]);
  expect(plan.notSaved).toEqual([
    { kind: 'no-container', service: 'new', what: 'it has no container' },
    { kind: 'anonymous-volume', service: 'job', what: 'abc at /tmp/x' },
  ]);
  expect(plan.projects[0]!.saved).toMatchObject({ directory: 'fleet', files: ['fleet/docker-compose.yml'] });
});

describe('a restore', () => {
  const service = (name: string, given: object = {}) => ({
    project: 'fleet',
    name,
    tag: `${name}:latest`,
    image: imageId(name),
    state: 'running' as const,
    kind: 'service' as const,
    ...given,
  });
  const file = (to: string, place: 'project' | 'outside' = 'project') => ({ from: `files/${to}`, to, place, mode: 0o600 });
  const record: BackupRecord = {
    version: 1,
    backup: 'phase1_x',
    phase: 'phase1',
    at: '2026-01-01T00:00:00.000Z',
    slipway: '0',
    root: '/fleet',
    engine: { docker: '', compose: '', buildx: '' },
    images: ['db', 'api', 'job'].map((name) => ({ id: imageId(name), tags: [], sizeBytes: 1 })),
    services: {
      db: service('db'),
      api: service('api'),
      job: service('job', { kind: 'one-shot', state: 'still' }),
      off: service('off', { state: 'still', image: imageId('api') }),
    },
    projects: [],
    files: [],
    notSaved: [],
    contents: [],
    volumes: [{ name: 'fleet_data', driver: 'local', labels: {}, options: {}, tar: 'volumes/fleet_data.tar', services: ['db'] }],
  };
  const facts: RestoreFacts = {
    record,
    present: new Set([imageId('db'), imageId('job')]),
    tags: new Map([
      ['db:latest', imageId('db')],
      ['api:latest', imageId('other')],
      ['job:latest', null],
    ]),
    files: [
      { file: file('same'), bytes: 1, now: { bytes: 1, content: 'same' }, refusal: 'a link' },
      { file: file('changed'), bytes: 2, now: { bytes: 9, content: 'other' }, refusal: null },
      { file: file('new'), bytes: 3, now: null, refusal: 'a link' },
      { file: file('/etc/x', 'outside'), bytes: 4, now: null, refusal: null },
    ],
    volumes: new Set(['fleet_data']),
    groups: [{ volumes: ['fleet_data'], users: [] }],
    running: new Map([
      ['db', imageId('db')],
      ['api', imageId('other')],
    ]),
  };
  const wish: RestoreWish = { services: [], files: 'write', outside: 'leave', volumes: 'leave' };

  test('loads what is missing, moves tags, writes what differs and puts in place what ran', () => {
    const plan = planRestore(facts, wish);
    expect(plan.load).toEqual([imageId('api')]);
    expect(plan.tags.map((t) => [t.tag, t.from])).toEqual([
      ['api:latest', imageId('other')],
      ['job:latest', null],
      ['off:latest', null],
    ]);
    expect(plan.files.map((f) => [f.file.to, f.change, f.bytesNow])).toEqual([
      ['changed', 'changed', 9],
      ['new', 'new', null],
    ]);
    expect(plan.leftOutside).toEqual(['/etc/x']);
    expect(plan.volumes).toEqual([]);
    expect(plan.services.map((s) => [s.service, s.from, s.to])).toEqual([
      ['db', imageId('db'), imageId('db')],
      ['api', imageId('other'), imageId('api')],
    ]);
    expect(plan.left).toEqual(['job', 'off']);
    expect(refusedFiles(facts, plan)).toEqual([{ to: 'new', why: 'a link' }]);
  });

  test('of named services keeps to these, their images and volumes; a job that is named is put in place', () => {
    const plan = planRestore(facts, { ...wish, services: ['db', 'job'], files: 'leave', outside: 'write', volumes: 'write' });
    expect(plan.load).toEqual([]);
    expect(plan.files.map((f) => f.file.to)).toEqual(['/etc/x']);
    expect(plan.volumes).toMatchObject([{ name: 'fleet_data', exists: true }]);
    expect(plan.services.map((s) => s.service)).toEqual(['db', 'job']);
    expect(planRestore(facts, { ...wish, services: ['api'], volumes: 'write' }).volumes).toEqual([]);
  });

  test.each([
    [null, ['db'], null],
    [{ backups: [] as const, newestAgeMs: null }, [], null],
    [{ backups: [] as const, newestAgeMs: null }, ['db'], /younger than 1h00m \(backup\.required\), and there is none$/],
    [{ backups: [] as const, newestAgeMs: 7200_000 }, ['db'], /the newest is 2h00m old$/],
    [{ backups: [] as const, newestAgeMs: 60_000 }, ['db'], /the newest is 1m00s old and not whole$/],
    [{ backups: [{ folder: '/b/x', bytes: 1, record }], newestAgeMs: 1 }, ['db', 'job'], null],
    [{ backups: [{ folder: '/b/x', bytes: 1, record }], newestAgeMs: 1 }, ['db', 'ui'], /none that is holds ui$/],
  ])('a rebuild that needs a backup: %#', (there, services, why) => {
    const demand: BackupDemand | null = there && { maxAgeMs: 3600_000, parent: '/b', ...there };
    const missing = backupMissing(demand, services);
    if (why === null) expect(missing).toBeNull();
    else expect(missing).toMatchObject({ code: 'backup-missing', severity: 'error', message: expect.stringMatching(why) });
  });
});
