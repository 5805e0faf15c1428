import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDockerEngine } from '../../src/docker/engine.ts';
import type { OwnSettings, SettingName } from '../../src/docker/settings/types.ts';
import type { ComposeModel, ComposeService, Project } from '../../src/fleet/types.ts';
import { compareSettings } from '../../src/release/drift.ts';
import { restateService } from '../../src/release/restate.ts';
import { type ComposeProject, composeProject, serviceOf } from '../support/compose-project.ts';
import { inspect } from '../support/engine-facts.ts';
import { freePort } from '../support/fleet-folder.ts';
import { fullFleet } from '../support/full-service.ts';
import { recordedIo } from '../support/step-io.ts';

process.env.SW_SECRET = 'a value of the environment';
const engine = createDockerEngine(process.env);
const subnet = `10.${200 + (process.pid % 50)}.${Math.floor(process.pid / 50) % 250}`;
let compose: ComposeProject;
let project: Project;

beforeAll(async () => {
  compose = await composeProject('releases-drift', fullFleet({ port: await freePort(), subnet }));
  const ref = { name: compose.name, directory: compose.folder, files: [`${compose.folder}/docker-compose.yml`] };
  const rendered = await engine.render({ ...ref, envFiles: [], profiles: [] });
  if (!rendered.ok) throw new Error(rendered.error.message);
  project = { ...ref, envFiles: [], profiles: [], model: rendered.value.model };
  await compose.compose('up', '-d');
});
afterAll(() => compose.remove());

async function own(service: string, at = 0): Promise<OwnSettings> {
  return (await engine.settings((await compose.containers(service))[at]!))!;
}

function compared(model: ComposeModel, service: string, of: OwnSettings) {
  return compareSettings({ model, service, tag: model.services[service]!.image! }, of)!;
}

test('what Compose made of its files shows no drift, whatever the services ask for', async () => {
  const found: Record<string, unknown> = {};
  for (const service of Object.keys(project.model.services)) {
    const containers = await compose.containers(service);
    for (let at = 0; at < containers.length; at += 1)
      found[`${service} ${at}`] = compared(project.model, service, await own(service, at)).drift;
  }
  expect(Object.keys(found)).toHaveLength(8);
  expect(Object.values(found).flat()).toEqual([]);
  expect(found['full 0']).toEqual([]);
});

/** One change to the rendered service for each setting that it can make. */
const CHANGES: Readonly<Partial<Record<SettingName, Readonly<Record<string, unknown>>>>> = {
  image: { image: 'another:latest' },
  container_name: { container_name: 'another' },
  command: { command: ['sleep', '601'] },
  entrypoint: { entrypoint: ['/bin/env'] },
  environment: { environment: { MODE: 'two', DOLLAR: 'a$$b', EMPTY: '' } },
  user: { user: '0:0' },
  working_dir: { working_dir: '/' },
  hostname: { hostname: 'another' },
  domainname: { domainname: 'another.test' },
  labels: { labels: { 'my.label': 'two' } },
  ports: { ports: [{ target: 80, published: '1' }] },
  volumes: { tmpfs: ['/plain', '/sized:size=65k'] },
  volumes_from: { volumes_from: ['deployed'] },
  networks: { networks: { default: { aliases: ['known-otherwise'] }, other: { ipv4_address: `${subnet}.9` } } },
  links: { links: ['deployed:friend'] },
  extra_hosts: { extra_hosts: ['one=10.0.0.2', 'gate=host-gateway'] },
  dns: { dns: ['1.1.1.2'] },
  dns_search: { dns_search: [] },
  dns_opt: { dns_opt: ['ndots:3'] },
  restart: { restart: 'always' },
  healthcheck: { healthcheck: { test: ['CMD', 'false'] } },
  stop_signal: { stop_signal: 'SIGTERM' },
  stop_grace_period: { stop_grace_period: '1m30s' },
  init: { init: false },
  tty: { tty: false },
  stdin_open: { stdin_open: false },
  privileged: { privileged: true },
  read_only: { read_only: true },
  cap_add: { cap_add: ['NET_RAW'] },
  cap_drop: { cap_drop: [] },
  security_opt: { security_opt: ['seccomp:unconfined'] },
  group_add: { group_add: ['1002'] },
  devices: { devices: [{ source: '/dev/zero', target: '/dev/nothing', permissions: 'rwm' }] },
  device_cgroup_rules: { device_cgroup_rules: ['c 1:3 mr'] },
  gpus: { gpus: [{ count: -1 }] },
  ipc: { ipc: 'host' },
  pid: { pid: 'host' },
  uts: { uts: 'host' },
  cgroup_parent: { cgroup_parent: 'm' },
  userns_mode: { userns_mode: 'host' },
  isolation: { isolation: 'process' },
  runtime: { runtime: 'another' },
  sysctls: { sysctls: { 'net.core.somaxconn': '1025' } },
  ulimits: { ulimits: { nofile: { soft: 1000, hard: 2001 }, nproc: 500 } },
  shm_size: { shm_size: '1000' },
  mem_limit: { mem_limit: '67108865' },
  mem_reservation: { mem_reservation: '33554433' },
  memswap_limit: { memswap_limit: '134217727' },
  mem_swappiness: { mem_swappiness: 10 },
  cpus: { cpus: 0.6 },
  cpu_shares: { cpu_shares: 513 },
  cpu_quota: { cpu_quota: 1000 },
  cpu_period: { cpu_period: '1000' },
  cpu_rt_runtime: { cpu_rt_runtime: '1000' },
  cpu_rt_period: { cpu_rt_period: '1000' },
  cpuset: { cpuset: '0-1' },
  pids_limit: { pids_limit: 51 },
  blkio_config: { blkio_config: { weight: 300 } },
  oom_kill_disable: { oom_kill_disable: true },
  oom_score_adj: { oom_score_adj: 101 },
  storage_opt: { storage_opt: { size: '1G' } },
  logging: { logging: { driver: 'local' } },
  annotations: { annotations: { note: 'two' } },
};

function changed(change: object): ComposeModel {
  const { services } = project.model;
  return { ...project.model, services: { ...services, full: { ...services.full, ...change } as ComposeService } };
}

describe('a definition that changed in one setting', () => {
  test('drifts in exactly that one, and is restated as the container has it', async () => {
    const real = await own('full');
    for (const [field, change] of Object.entries(CHANGES)) {
      const model = changed(change);
      const { drift } = compared(model, 'full', real);
      expect(
        drift.map((d) => d.field),
        field,
      ).toEqual([field]);
      const restated = restateService(model, 'full', { drift, own: real });
      expect(compareSettings({ model: restated, service: 'full', tag: real.settings.image }, real)?.drift, field).toEqual([]);
    }
  });

  test('drifts in its network mode and what hangs on it', async () => {
    const { networks: _, hostname: __, domainname: ___, ...rest } = project.model.services.full as Record<string, unknown>;
    const model = {
      ...project.model,
      services: { ...project.model.services, full: { ...rest, network_mode: 'host' } as ComposeService },
    };
    const real = await own('full');
    const { drift } = compared(model, 'full', real);
    expect(drift.map((d) => d.field).sort()).toEqual(['domainname', 'hostname', 'network_mode', 'networks']);
    expect(compared(restateService(model, 'full', { drift, own: real }), 'full', real).drift).toEqual([]);
  });

  test('names what differs within a field, and no value of it', async () => {
    const { drift } = compared(changed(CHANGES.environment!), 'full', await own('full'));
    expect(drift).toEqual([{ field: 'environment', names: ['MODE'] }]);
  });
});

test('a service that is restated from its container alone is made again as it was', async () => {
  const before = await own('full');
  // As much as can be different at once: nothing of the old definition is left but its name and image.
  const { image } = project.model.services.full!;
  const secrets = (project.model.services.full as { secrets: unknown }).secrets;
  const configs = (project.model.services.full as { configs: unknown }).configs;
  const bare = { image, secrets, configs, deploy: { resources: { limits: { cpus: 2 } } } } as unknown as ComposeService;
  const model: ComposeModel = {
    ...project.model,
    networks: {},
    volumes: {},
    services: { ...project.model.services, full: bare },
  };
  const { drift } = compared(model, 'full', before);
  expect(drift.length).toBeGreaterThan(35);
  const restated = restateService(model, 'full', { drift, own: before });
  const only = { ...restated, services: { full: restated.services.full! } };
  const variables = await engine.variables(project);
  const io = recordedIo();
  const containers = await compose.containers('full');
  const put = await engine.replace(
    {
      run: '20260204_140000',
      project,
      service: serviceOf(compose.name, 'full'),
      action: 'recreate',
      order: 'stop-first',
      image: before.image,
      before: { containers, image: before.image, tagImage: before.image, anonymousVolumes: {} },
      stored: { model: only, environment: variables.ok ? variables.value : {} },
    },
    io,
  );
  expect(put, io.told.text).toMatchObject({ ok: true });
  const after = await own('full');
  expect(after.settings).toEqual(before.settings);
  const [id] = await compose.containers('full');
  expect(id).not.toBe(containers[0]);
  expect(await inspect(id!, '{{json .Config.Env}}')).toContain('DOLLAR=a$b');
});
