import { expect, test } from 'vitest';
import { settingsAskedFor } from '../../../src/docker/settings/from-service.ts';
import type { ImageDefaults, OwnSettings } from '../../../src/docker/settings/types.ts';
import type { ComposeService, Fleet, StoredProject } from '../../../src/fleet/types.ts';
import type { ImageId } from '../../../src/model/ids.ts';
import { composeRelease, type ReleaseFacts, type Running, type WholeRelease } from '../../../src/release/compose-release.ts';
import { containerOf, fleetOf, imageId } from '../../support/fleet-builder.ts';

const IMAGE: ImageDefaults = {
  command: ['serve'],
  entrypoint: [],
  environment: { PATH: '/bin' },
  user: '',
  working_dir: '',
  labels: {},
  exposed: [],
  volumes: [],
  healthcheck: null,
  stop_signal: '',
};
const ENGINE = {
  logging: { driver: 'json-file', options: {} },
  cgroup: 'private',
  ipc: 'private',
  shmBytes: 64,
  runtime: 'runc',
};

function fleet(level: string): Fleet {
  return fleetOf({ api: { compose: definition(level) }, ui: { compose: { image: 'ui:latest' } } });
}

function definition(level: string): ComposeService {
  return { image: 'api:latest', environment: { LEVEL: level }, secrets: [{ source: 'token', target: '/token' }] };
}

function project(level: string, token = 'one'): StoredProject {
  const services = { api: definition(level), ui: { image: 'ui:latest' } };
  return { model: { name: 'fleet', services, secrets: { token: { environment: 'TOKEN' } } }, environment: { TOKEN: token } };
}

/** A container that was made from a definition of this level. */
function running(
  name: string,
  level: string,
  changes: Partial<Running> = {},
  container: Parameters<typeof containerOf>[1] = {},
): Running {
  const { model } = project(level);
  const settings = settingsAskedFor({ model, service: name, tag: `${name}:latest`, number: 1 }, IMAGE, ENGINE);
  const own: OwnSettings = { image: imageId(name), number: 1, settings, defaults: IMAGE, engine: ENGINE };
  const made = containerOf(name, { createdAt: '2026-02-04T10:00:00.000Z', ...container });
  return { containers: [made], settings: [own], status: 'completed', inputs: new Map<ImageId, string>(), ...changes };
}

function compose(level: string, services: Readonly<Record<string, Running>>, changes: Partial<ReleaseFacts> = {}) {
  return composeRelease({
    id: 'r2',
    at: '2026-02-04T14:00:00.000Z',
    origin: 'run',
    fleet: fleet(level),
    running: new Map(Object.entries(services)),
    projects: { fleet: project(level) },
    past: [],
    frozen: new Set(),
    ...changes,
  });
}

/** The release that an earlier run left, of services at a level. */
function past(level: string, services = { api: running('api', level), ui: running('ui', level) }): WholeRelease {
  const { release, projects } = compose(level, services, { id: 'r1', at: '2026-02-04T12:00:00.000Z' });
  return { release, projects: { ...projects, fleet: { ...projects.fleet!, environment: { TOKEN: `token of ${level}` } } } };
}

test('a fleet that runs as its files say is released as they say', () => {
  const { release, projects, drifted, isNew } = compose('one', { api: running('api', 'one'), ui: running('ui', 'one') });
  expect(isNew).toBe(true);
  expect(drifted).toEqual([]);
  expect(projects).toEqual({ fleet: project('one') });
  expect(release.services.api).toMatchObject({ configuration: 'files', image: imageId('api'), tag: 'api:latest', healthy: true });
  expect(release.services.api!.config).not.toBe(release.services.ui!.config);
});

test('a service without a container is in no release', () => {
  expect(Object.keys(compose('one', { ui: running('ui', 'one') }).release.services)).toEqual(['ui']);
});

test('a container that no one described is released with its own settings, and that is said without its values', () => {
  const { release, projects, drifted } = compose('two', { api: running('api', 'one'), ui: running('ui', 'two') });
  expect(release.services.api).toMatchObject({ configuration: 'container' });
  expect(release.services.api!.config).toBe(compose('one', { api: running('api', 'one') }).release.services.api!.config);
  expect(projects.fleet!.model.services.api).toEqual(definition('one'));
  expect(drifted).toEqual([{ service: 'api', drift: [{ field: 'environment', names: ['LEVEL'] }] }]);
});

test('a container that the newest release describes keeps that definition, with the values of its variables', () => {
  const services = { api: running('api', 'one'), ui: running('ui', 'two') };
  const { release, projects, drifted, isNew } = compose('two', services, { past: [past('one')] });
  expect(drifted).toEqual([]);
  expect(isNew).toBe(false);
  expect(release.services.api).toMatchObject({ configuration: 'files', config: past('one').release.services.api!.config });
  const { model, environment } = projects.fleet!;
  expect(model.services.api).toEqual({ ...definition('one'), secrets: [{ source: 'token_of_api', target: '/token' }] });
  expect(environment).toEqual({ TOKEN: 'one', TOKEN_OF_api: 'token of one' });
});

test('a container that is newer than the newest release was made from the files, when it shows no drift from them', () => {
  const services = { api: running('api', 'one', {}, { createdAt: '2026-02-04T13:00:00.000Z' }) };
  const { projects } = compose('one', services, { past: [past('one')] });
  expect(projects.fleet!.environment).toEqual({ TOKEN: 'one' });
});

test('a service that was put back has the definition of the release it went back to', () => {
  const fresh = { createdAt: '2026-02-04T13:59:00.000Z' };
  const services = { api: running('api', 'one', { status: 'rolled-back' }, fresh) };
  const older = { ...past('one'), release: { ...past('one').release, release: 'r0' } };
  const { release, drifted, isNew } = compose('three', services, {
    past: [past('two', { api: running('api', 'two', {}, { image: imageId('x') }), ui: running('ui', 'two') }), older],
  });
  expect(drifted).toEqual([]);
  expect(release.services.api).toMatchObject({ status: 'rolled-back', config: older.release.services.api!.config });
  expect(isNew).toBe(true);
});

test('what is frozen stays as the newest release has it, whatever runs', () => {
  const services = { api: running('api', 'two', {}, { image: imageId('another') }), ui: running('ui', 'two') };
  const { release, isNew } = compose('two', services, { past: [past('one')], frozen: new Set(['api']) });
  expect(release.services.api).toEqual(past('one').release.services.api);
  expect(isNew).toBe(false);
});

test('where nothing can be compared the release that has the image is believed, else the files', () => {
  const blind = { api: running('api', 'one', { settings: [] }) };
  const known = compose('two', blind, { past: [past('one')] });
  expect(known.release.services.api!.config).toBe(past('one').release.services.api!.config);
  expect(compose('two', blind).release.services.api).toMatchObject({ configuration: 'files' });
});

test.each([
  ['running without a check', {}, 'pending', true],
  ['healthy', { health: 'healthy' }, 'pending', true],
  ['still starting, unknown', { health: 'starting' }, 'pending', false],
  ['still starting after its verdict', { health: 'starting' }, 'completed', true],
  ['unhealthy', { health: 'unhealthy' }, 'completed', false],
  ['restarting', { state: 'restarting' }, 'completed', false],
  ['exited', { state: 'exited', exitCode: 0 }, 'completed', false],
] as const)('a service that is %s', (_, container, status, healthy) => {
  const { release } = compose('one', { api: running('api', 'one', { status }, container) });
  expect(release.services.api!.healthy).toBe(healthy);
});

test('inputs are known of the image that was built from them, or as the newest release knew them', () => {
  const built = running('api', 'one', { inputs: new Map([[imageId('api'), 'abc']]) });
  expect(compose('one', { api: built }).release.services.api!.inputs).toBe('abc');
  const before = past('one', { api: built, ui: running('ui', 'one') });
  expect(compose('one', { api: running('api', 'one') }, { past: [before] }).release.services.api!.inputs).toBe('abc');
  expect(compose('one', { api: running('api', 'one') }).release.services.api!.inputs).toBeNull();
});
