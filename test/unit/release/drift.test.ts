import { describe, expect, test } from 'vitest';
import { settingsAskedFor } from '../../../src/docker/settings/from-service.ts';
import type { ContainerSettings, ImageDefaults, OwnSettings } from '../../../src/docker/settings/types.ts';
import type { ComposeService } from '../../../src/fleet/types.ts';
import { compareSettings } from '../../../src/release/drift.ts';

const IMAGE: ImageDefaults = {
  command: ['serve'],
  entrypoint: ['/entry'],
  environment: { PATH: '/bin', LEVEL: 'image' },
  user: 'app',
  working_dir: '/srv',
  labels: { made: 'here' },
  exposed: ['80/tcp'],
  volumes: ['/data'],
  healthcheck: { test: ['CMD', 'true'], intervalMs: 1000, timeoutMs: 0, startPeriodMs: 0, startIntervalMs: 0, retries: 3 },
  stop_signal: 'SIGQUIT',
};
const ENGINE = {
  logging: { driver: 'json-file', options: { 'max-size': '9m' } },
  cgroup: 'private',
  ipc: 'private',
  shmBytes: 64,
  runtime: 'runc',
};

function definition(service: ComposeService) {
  return {
    model: { name: 'shop', services: { api: service }, networks: { default: { name: 'shop_net' } } },
    service: 'api',
    tag: 'api',
  };
}

function asked(service: ComposeService): ContainerSettings {
  return settingsAskedFor({ ...definition(service), number: 2 }, IMAGE, ENGINE);
}

/** A container that was made from `service`, and was then changed. */
function own(service: ComposeService, changes: Partial<ContainerSettings> = {}): OwnSettings {
  return { image: 'sha256:a', number: 2, settings: { ...asked(service), ...changes }, defaults: IMAGE, engine: ENGINE };
}

const drift = (service: ComposeService, of: OwnSettings) => compareSettings(definition(service), of)?.drift;

describe('what a service asks for', () => {
  test('is completed from its image as the engine does', () => {
    expect(asked({})).toMatchObject({
      image: 'api:latest',
      container_name: 'shop-api-2',
      command: ['serve'],
      entrypoint: ['/entry'],
      environment: IMAGE.environment,
      user: 'app',
      working_dir: '/srv',
      ports: [{ target: '80', protocol: 'tcp', hostIp: '', published: null }],
      volumes: [],
      networks: { shop_net: { aliases: [] } },
      healthcheck: IMAGE.healthcheck,
      stop_signal: 'SIGQUIT',
      restart: 'no',
      logging: { driver: '', options: {} },
    });
  });

  test('loses the image’s command with its entry point, and a variable that has no value', () => {
    expect(asked({ entrypoint: ['/own'], environment: { LEVEL: null } })).toMatchObject({
      entrypoint: ['/own'],
      command: [],
      environment: { PATH: '/bin' },
    });
    expect(asked({ entrypoint: [] })).toMatchObject({ entrypoint: [], command: ['serve'] });
  });

  test('is read with each dollar once', () => {
    expect(asked({ environment: { PRICE: '$$5' }, command: ['echo', '$$HOME'] })).toMatchObject({
      environment: { PRICE: '$5' },
      command: ['echo', '$HOME'],
    });
  });

  test('may stand under deploy, which counts more', () => {
    const deploy = { resources: { limits: { cpus: '0.5', memory: '100' } }, restart_policy: { condition: 'any' } };
    expect(asked({ deploy, mem_limit: '50', restart: 'no' })).toMatchObject({ cpus: 0.5, mem_limit: 100, restart: 'always' });
  });

  test('is nothing where it is what the engine does anyway', () => {
    const usual = { shm_size: '64', ipc: 'private', runtime: 'runc', cgroup: 'private', mem_limit: '10', memswap_limit: '20' };
    expect(asked({ ...usual, logging: { driver: 'json-file', options: { 'max-size': '9m' } } })).toEqual({
      ...asked({ mem_limit: '10' }),
    });
  });

  test('is no health check at all when that is switched off', () => {
    expect(asked({ healthcheck: { disable: true } }).healthcheck).toMatchObject({ test: ['NONE'], intervalMs: 0, retries: 0 });
  });
});

describe('drift', () => {
  test('is none of a container that was made from the very definition', () => {
    expect(drift({}, own({}))).toEqual([]);
  });

  test('names what differs, and no value of it', () => {
    const container = own({ environment: { DB_PASSWORD: 'hunter22' } }, { user: 'root' });
    const found = drift({ environment: { DB_PASSWORD: 'hunter23' }, ports: [{ target: 80, published: '8080' }] }, container);
    expect(found).toEqual([
      { field: 'environment', names: ['DB_PASSWORD'] },
      { field: 'user', names: [] },
      { field: 'ports', names: ['80'] },
    ]);
  });

  test('is not what the docker CLI or the engine gave without being asked', () => {
    const { networks } = asked({});
    const given = { networks: { shop_net: { ...networks.shop_net!, mac: '02:42:00:00:00:01' } } };
    expect(drift({}, own({}, { ...given, environment: { ...IMAGE.environment, http_proxy: 'x', NO_PROXY: 'y' } }))).toEqual([]);
    const wanted = { networks: { default: { mac_address: '02:42:00:00:00:02' } } };
    expect(drift(wanted, own({}, given))).toEqual([{ field: 'networks', names: ['shop_net'] }]);
    expect(drift({ environment: { NO_PROXY: 'z' } }, own({}, { environment: { ...IMAGE.environment, NO_PROXY: 'y' } }))).toEqual([
      { field: 'environment', names: ['NO_PROXY'] },
    ]);
  });

  test('is not that the container whose network it shares is gone; another one’s is', () => {
    const service = { network_mode: 'service:ui' };
    expect(drift(service, own(service, { network_mode: `container:${'a'.repeat(64)}` }))).toEqual([]);
    expect(drift(service, own(service, { network_mode: 'container:other' }))).toEqual([{ field: 'network_mode', names: [] }]);
  });

  test('cannot be told when the image is gone', () => {
    expect(compareSettings(definition({}), { ...own({}), defaults: null })).toBeNull();
  });
});
