import { describe, expect, it } from 'vitest';
import type { Service } from '../../../../src/fleet/types.ts';
import { codes, fleetOf, loadWith, model, serviceOf } from '../../../support/compose-fleet.ts';
import { folderWith } from '../../../support/folder.ts';

/** The services of a Compose model, with the configuration's categories if any. */
async function load(services: string, config?: string, profiles: readonly string[] = []) {
  const files: Record<string, string> = { 'compose.yaml': '', ...(config ? { 'slipway.yaml': config } : {}) };
  return loadWith(folderWith(files), { '': model(services) }, { profiles });
}

async function service(services: string, key: string, config?: string): Promise<Service> {
  return serviceOf(fleetOf(await load(services, config)), key);
}

const named = (entry: string) => `categories: {core: {services: [${entry}]}}`;

describe('image, scale, profiles, volumes', () => {
  it.each([
    ['a: {}', 'shop-a:latest'],
    ['a: {image: redis}', 'redis:latest'],
    ['a: {image: "host:5000/redis"}', 'host:5000/redis:latest'],
    ['a: {image: "redis@sha256:0a"}', 'redis@sha256:0a'],
  ])('%s runs %s', async (yaml, image) => expect((await service(yaml, 'a')).image).toBe(image));

  it.each([
    ['a: {}', 1],
    ['a: {scale: 3, deploy: {replicas: 2}}', 3],
    ['a: {deploy: {replicas: 0}}', 0],
  ])('%s has scale %i', async (yaml, scale) => expect((await service(yaml, 'a')).scale).toBe(scale));

  it('tells a plain up and a hidden service apart', async () => {
    const services = model('a: {profiles: [x]}\nb: {profiles: [y]}\nc: {}');
    const fleet = fleetOf(await loadWith(folderWith({ 'compose.yaml': '' }), { '': services }, { profiles: ['y'] }));
    expect(fleet.services.map((s) => s.hiddenByProfile)).toEqual([true, false, false]);
  });

  it('puts what hides behind a profile in no category unless the configuration names it', async () => {
    const hidden = 'a: {profiles: [x]}\nb: {}';
    expect([(await service(hidden, 'a')).category, (await service(hidden, 'b')).category]).toEqual([null, 'other']);
    expect((await service(hidden, 'a', named('{name: a}'))).category).toBe('core');
  });

  it('counts the profiles that the .env file switches on, as Compose does', async () => {
    const root = folderWith({ 'compose.yaml': '', '.env': 'COMPOSE_PROFILES=x,z\n' });
    expect(fleetOf(await loadWith(root, { '': model('a: {profiles: [x]}') })).services[0]!.hiddenByProfile).toBe(false);
  });

  it('lists anonymous volumes only', async () => {
    const volumes =
      'a: {volumes: [{type: volume, target: /anon}, {type: volume, source: data, target: /d}, {type: tmpfs, target: /t}]}';
    expect((await service(volumes, 'a')).anonymousVolumes).toEqual(['/anon']);
  });

  it('reads Compose durations', async () => {
    const a = await service(
      'a: {stop_grace_period: 1m30s, healthcheck: {test: [CMD, x], interval: 500ms, start_period: 10s, retries: 5}}',
      'a',
    );
    expect([a.stopGraceMs, a.healthcheck]).toEqual([90_000, { intervalMs: 500, startPeriodMs: 10_000, retries: 5 }]);
    const b = await service('b: {healthcheck: {test: [NONE]}}', 'b');
    expect([b.stopGraceMs, b.healthcheck]).toEqual([10_000, null]);
  });
});

describe('kind', () => {
  const job = 'job: {restart: "no"}';
  it.each([
    [
      'somebody waits for its completion',
      'job: {}\na: {depends_on: {job: {condition: service_completed_successfully}}}',
      'one-shot',
    ],
    ['never restarted and serves nobody', job, 'one-shot'],
    ['never restarted by its deploy section', 'job: {deploy: {restart_policy: {condition: none}}}', 'one-shot'],
    ['never restarted but has a port', 'job: {restart: "no", ports: [{target: 80, published: "8080"}]}', 'service'],
    ['never restarted but others need it running', `${job}\na: {depends_on: {job: {condition: service_started}}}`, 'service'],
    [
      'never restarted and only built upon',
      `${job}\na: {build: {context: /, dockerfile_inline: x, additional_contexts: {base: "service:job"}}}`,
      'one-shot',
    ],
    ['no restart policy', 'job: {}', 'service'],
    ['no restart policy behind a profile', 'job: {profiles: [tools]}', 'one-shot'],
    ['always restarted behind a profile', 'job: {profiles: [tools], restart: always}', 'service'],
  ])('%s', async (_, yaml, kind) => expect((await service(yaml, 'job')).kind).toBe(kind));

  it('is what the configuration says', async () => {
    expect((await service(job, 'job', named('{name: job, kind: service}'))).kind).toBe('service');
  });

  it('tells of a guess', async () => {
    const hidden = 'job: {profiles: [tools]}';
    expect(codes(await load(hidden, undefined, ['tools']))).toEqual(['info one-shot-guessed']);
    expect(codes(await load(hidden, named('{name: job}')))).toEqual(['info one-shot-guessed']);
    expect(codes(await load(hidden))).toEqual([]);
    expect(codes(await load(job))).toEqual([]);
  });
});

describe('edges', () => {
  it('says where each comes from, once, though Compose repeats them under depends_on', async () => {
    const yaml = `
net: {}
data: {}
old: {}
lib: {}
db: {}
a:
  network_mode: service:net
  links: ["old:o"]
  volumes_from: ["data:ro", "container:x"]
  build: {context: /x, additional_contexts: {l: "service:lib"}}
  depends_on:
    db: {condition: service_healthy, required: false, restart: true}
    net: {condition: service_started, restart: true, required: true}
    data: {condition: service_started, required: true}
    old: {condition: service_started, restart: true, required: true}
    gone: {condition: service_started, required: false}`;
    const root = folderWith({ 'compose.yaml': '' });
    const services = model(yaml.replaceAll('/x', root));
    const { fleet } = await loadWith(folderWith({ 'compose.yaml': '', 'slipway.yaml': named('{name: db}') }), { '': services });
    expect(serviceOf(fleet!, 'a').dependsOn).toEqual([
      { to: 'db', condition: 'healthy', required: false, restart: true, source: 'depends_on' },
      { to: 'old', condition: 'started', required: true, restart: true, source: 'links' },
      { to: 'data', condition: 'started', required: true, restart: false, source: 'volumes_from' },
      { to: 'net', condition: 'started', required: true, restart: true, source: 'namespace' },
      { to: 'lib', condition: 'started', required: true, restart: false, source: 'build' },
    ]);
  });

  it('keeps a condition that is more than the copy of a namespace', async () => {
    const yaml = 'net: {}\na: {pid: "service:net", depends_on: {net: {condition: service_healthy}}}';
    expect((await service(yaml, 'a')).dependsOn.map((e) => [e.source, e.condition])).toEqual([
      ['depends_on', 'healthy'],
      ['namespace', 'started'],
    ]);
  });
});

describe('startFirstObstacles', () => {
  it.each([
    ['{}', []],
    ['{container_name: shop-a}', ['container_name shop-a can exist only once']],
    ['{ports: [{target: 80, published: "8080"}]}', ['host port 8080 can be bound only once']],
    ['{ports: [{target: 80}, {target: 81, published: "9000-9005"}]}', []],
    ['{scale: 3, ports: [{target: 81, published: "9000-9004"}]}', ['host ports 9000-9004 are too few for old and new at once']],
    ['{network_mode: host}', ['uses the host network']],
    ['{devices: [{source: /dev/dri, target: /dev/dri}]}', ['uses the device /dev/dri']],
    ['{networks: {front: {ipv4_address: 10.0.0.2}, back: null}}', ['has a fixed address in network front']],
    ['{volumes: [{type: volume, source: data, target: /d}]}', ['writes to volume data, which both would share']],
    ['{volumes: [{type: bind, source: /x, target: /d, read_only: true}, {type: volume, target: /anon}]}', []],
    ['{volumes: [{type: bind, source: /var/run/docker.sock, target: /s}]}', []],
  ])('%s', async (yaml, obstacles) => expect((await service(`a: ${yaml}`, 'a')).startFirstObstacles).toEqual(obstacles));
});

describe('test', () => {
  it('has the default command of the stack, its own time-out, and mounts from the project dir', async () => {
    const config = named('{name: a, stack: nodejs, test: {mounts: ["./tests:/app/tests"], target: test}}');
    const root = folderWith({ 'compose.yaml': '', 'slipway.yaml': `${config}\ntimeouts: {test: 7s}`, 'tests/x': '' });
    const fleet = fleetOf(await loadWith(root, { '': model('a: {}\nb: {}') }));
    const mounts = [{ source: `${root}/tests`, target: '/app/tests' }];
    expect(serviceOf(fleet, 'a').test).toEqual({
      command: ['npm', 'test'],
      target: 'test',
      mounts,
      isolation: 'sandbox',
      timeoutMs: 7000,
    });
    expect(serviceOf(fleet, 'b').test.command).toBeNull();
  });

  it('reports a mount that is not there', async () => {
    expect(codes(await load('a: {}', named('{name: a, test: {mounts: ["./no:/x"]}}')))).toEqual(['error missing-test-mount a']);
  });
});
