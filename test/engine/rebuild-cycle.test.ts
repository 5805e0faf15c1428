import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { containersFor, docker, imageId, imageOf, tagsOf } from '../support/engine-facts.ts';
import { answerOf, type FleetFolder, fleetFolder, freePort } from '../support/fleet-folder.ts';

const NAMES = ['api', 'ui', 'worker', 'store'] as const;

/** Four services with edges, of which two publish a port; `api` is tested. */
async function shop(fleet: FleetFolder, environment: Record<string, string> = {}): Promise<Record<'api' | 'ui', number>> {
  const ports = { api: await freePort(), ui: await freePort() };
  await writeShop(fleet, ports, environment);
  return ports;
}

async function writeShop(fleet: FleetFolder, ports: Record<'api' | 'ui', number>, environment: Record<string, string>) {
  const healthcheck = { test: ['CMD', 'wget', '-q', '-O', '-', 'http://127.0.0.1/health'], interval: '1s', retries: 3 };
  await fleet.compose({
    store: await fleet.tiny('store', { compose: { healthcheck } }),
    api: await fleet.tiny('api', { port: ports.api, compose: { depends_on: { store: { condition: 'service_healthy' } } } }),
    ui: await fleet.tiny('ui', { port: ports.ui, compose: { depends_on: ['api'] } }),
    worker: await fleet.tiny('worker', { compose: { environment } }),
  });
  await fleet.config({
    categories: {
      core: {
        services: [{ name: 'api', health: '/health', test: { command: ['grep', 'api', '/www/version'] } }, { name: 'store' }],
      },
      edge: { risk: 'medium', services: [{ name: 'ui', health: '/health' }, { name: 'worker' }] },
    },
  });
}

/** Everything that is recorded on disk of a run that completed all four. */
function expectRecords(fleet: FleetFolder, run: string): void {
  expect(fleet.stateText().match(/completed/g)).toHaveLength(NAMES.length);
  expect(
    fleet
      .stateText()
      .split('\n')
      .filter((line) => line.includes('completed')),
  ).toHaveLength(NAMES.length);
  expect(Object.keys(fleet.state()).sort()).toEqual([...NAMES].sort());
  expect(statSync(join(fleet.root, `.slipway/runs/${run}/journal.ndjson`)).mode & 0o777).toBe(0o600);
  expect(statSync(join(fleet.root, `.slipway/runs/${run}/plan.json`)).mode & 0o777).toBe(0o600);
  expect(fleet.journal(run).map((event) => event.seq)).toEqual(fleet.journal(run).map((_, i) => i + 1));
}

test('a fleet is built, left alone when nothing changed, and only what changed is replaced', async () => {
  const fleet = fleetFolder();
  const ports = await shop(fleet);

  const first = await fleet.rebuild();
  expect(first.exitCode, first.text).toBe(0);
  const [firstRun] = fleet.runs();
  expectRecords(fleet, firstRun!);
  expect(await answerOf(ports.api)).toBe('api v1');
  for (const name of NAMES) expect(fleet.read(`logs/phase1_builds/${firstRun}/${name}.log`)).toMatch(/COPY version/);
  expect(fleet.read(`logs/phase1_builds/${firstRun}/api_test.log`)).toContain('api v1');
  const runLog = fleet.read(`logs/phase1_batch_rebuild_${firstRun}.log`);
  for (const name of NAMES) expect(runLog).toContain(name);
  const before = await fleet.containers();
  for (const name of NAMES) {
    expect(fleet.state()[name]).toMatchObject({ status: 'completed', run: firstRun, image: await imageOf(before[name]![0]!) });
  }

  const second = await fleet.rebuild();
  expect(second.exitCode, second.text).toBe(0);
  expect(second.stdout).toMatch(/Left alone: 4/);
  expect(second.stdout).toMatch(/4 services: same inputs, bases and configuration as in the last completed run/);
  expect(await fleet.containers()).toEqual(before);
  expect(fleet.journal().filter((event) => event.type === 'step-intent')).toEqual([]);
  expect(fleet.stateText().match(/completed/g)).toHaveLength(NAMES.length);

  await fleet.write({ 'api/version': 'api v2\n' });
  const oldImage = await imageOf(before.api![0]!);
  const third = await fleet.rebuild();
  expect(third.exitCode, third.text).toBe(0);
  const run = fleet.runs().at(-1)!;
  const after = await fleet.containers();
  expect(after.api).not.toEqual(before.api);
  expect({ ...after, api: null }).toEqual({ ...before, api: null });
  expect(await answerOf(ports.api)).toBe('api v2');
  expect(await imageOf(after.api![0]!)).toBe(await imageId(`${fleet.name}-api:latest`));
  expect(await imageId(`${fleet.name}-api:pre-phase1-rebuild-${run}`)).toBe(oldImage);
  expect(new Set(fleet.journal().flatMap((event) => (event.type === 'step-intent' ? [event.service] : [])))).toEqual(
    new Set(['api']),
  );
  expectRecords(fleet, run);

  await fleet.dockerCompose('up', '-d');
  expect(await fleet.containers()).toEqual(after);
  expect(Object.keys(await tagsOf(fleet.name)).filter((tag) => tag.includes('candidate'))).toEqual([]);
  expect((await containersFor(fleet.name)).length).toBe(NAMES.length);
});

test('a change of configuration alone replaces the service without a build', async () => {
  const fleet = fleetFolder();
  const ports = await shop(fleet, { LEVEL: 'info' });
  expect((await fleet.rebuild()).exitCode).toBe(0);
  const before = await fleet.containers();

  await writeShop(fleet, ports, { LEVEL: 'debug' });
  const run = await fleet.rebuild();
  expect(run.exitCode, run.text).toBe(0);
  const after = await fleet.containers();
  expect({ ...after, worker: null }).toEqual({ ...before, worker: null });
  expect(after.worker).not.toEqual(before.worker);
  expect(await docker('exec', after.worker![0]!, 'env')).toContain('LEVEL=debug');
  expect(await imageOf(after.worker![0]!)).toBe(await imageId(`${fleet.name}-worker:latest`));
  const kinds = fleet.journal().flatMap((event) => (event.type === 'step-intent' ? [event.intent.kind] : []));
  expect(kinds).toEqual(['backup', 'replace', 'verify']);
  const [planned] = JSON.parse(fleet.read(`.slipway/runs/${fleet.runs().at(-1)}/plan.json`)).services;
  expect(planned).toMatchObject({ service: 'worker', cause: { code: 'config-changed' } });

  await fleet.dockerCompose('up', '-d');
  expect(await fleet.containers()).toEqual(after);
});

test('nothing of another project, nor of this one outside the fleet, is touched', async () => {
  const fleet = fleetFolder();
  const other = fleetFolder();
  await other.compose({ bystander: await other.tiny('bystander'), orphaned: await other.tiny('orphaned') });
  await other.dockerCompose('up', '-d', '--quiet-pull', '--build');
  // A container of our own project's name that its Compose file does not know: an orphan that stays.
  await docker(
    'run',
    '-d',
    '--name',
    `${fleet.name}-orphan-1`,
    '--label',
    `com.docker.compose.project=${fleet.name}`,
    '--label',
    'com.docker.compose.service=orphan',
    '--label',
    'com.docker.compose.oneoff=False',
    '--label',
    'com.docker.compose.config-hash=x',
    '--init',
    'slipway-base-busybox:bookworm',
    'sleep',
    '600',
  );
  const strangers = await other.containers();
  const strangersTags = await tagsOf(other.name);
  const orphan = await fleet.container('orphan');

  await shop(fleet);
  const run = await fleet.slipway(['rebuild'], {
    env: { COMPOSE_PROJECT_NAME: other.name, COMPOSE_REMOVE_ORPHANS: '1', COMPOSE_FILE: '/nowhere.yml', COMPOSE_PROFILES: 'x' },
  });
  expect(run.exitCode, run.text).toBe(0);
  expect(Object.keys(await fleet.containers()).sort()).toEqual([...NAMES, 'orphan'].sort());
  expect(await fleet.container('orphan')).toBe(orphan);
  expect(await docker('inspect', '--format', '{{.State.Running}}', orphan)).toBe('true');
  expect(await other.containers()).toEqual(strangers);
  expect(await tagsOf(other.name)).toEqual(strangersTags);
});
