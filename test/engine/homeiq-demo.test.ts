import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { docker, imageId, inspect } from '../support/engine-facts.ts';
import { type HomeiqCopy, homeiqCopy } from '../support/homeiq-copy.ts';

const TIMEOUT_MS = 900_000;
const STAND_INS = ['data-api', 'influxdb'];
const STATE_FILE = '.rebuild_state_phase1.json';

/**
 * What `npm run demo` promises, on a copy of the example fleet: it builds the same layers as the example itself, so after one run of either
 * BuildKit has them and the time is that of testing, replacing and judging.
 */
test('the demo completes all 40 services, then only what changed, and leaves nothing behind', {
  timeout: TIMEOUT_MS,
}, async () => {
  const fleet = await homeiqCopy();

  const first = await fleet.rebuild();
  expect(first.exitCode, first.text).toBe(0);
  console.log(`the demo took ${first.seconds.toFixed(1)} s, set-up not counted`);
  await expectFortyCompleted(fleet);
  await expectStandInsStarted(fleet);
  const versions = await expectAllAnswer(fleet);
  expect(await stateOf(fleet, 'model-prep')).toBe('exited 0');

  const before = await fleet.containers();
  appendFileSync(join(fleet.folder, 'services/weather-api/app.py'), '\n# changed\n');
  const second = await fleet.rebuild();
  expect(second.exitCode, second.text).toBe(0);
  console.log(`one changed service took ${second.seconds.toFixed(1)} s`);
  expect(second.text).toMatch(/^Left alone: 41$/m);
  expect(second.text).toMatch(/^ +38 services: same inputs, bases and configuration as in the last completed run$/m);
  await expectFortyCompleted(fleet);
  const after = await fleet.containers();
  expect(changed(before, after)).toEqual(['weather-api']);
  const versionsNow = await expectAllAnswer(fleet);
  expect(changed(versions, versionsNow)).toEqual(['weather-api']);

  await fleet.compose('up', '-d');
  expect(changed(after, await fleet.containers())).toEqual([]);

  // As the example's README says, from any folder.
  await execa('docker', ['compose', '-p', fleet.name, 'down'], { cwd: tmpdir() });
  expect([...(await fleet.containers())]).toEqual([]);
});

/** As a script would: counted by grep, then read as JSON. */
async function expectFortyCompleted({ folder, services }: HomeiqCopy): Promise<void> {
  expect((await execa('grep', ['-c', 'completed', STATE_FILE], { cwd: folder })).stdout).toBe('40');
  const state = JSON.parse(readFileSync(join(folder, STATE_FILE), 'utf8')) as { services: Record<string, { status: string }> };
  expect(Object.keys(state.services).sort()).toEqual(services.map(({ name }) => name).sort());
}

/** They are depended upon and not configured: running because they are needed, as the plan of the only run so far says. */
async function expectStandInsStarted(fleet: HomeiqCopy): Promise<void> {
  const [run] = readdirSync(join(fleet.folder, '.slipway/runs'));
  const plan = JSON.parse(readFileSync(join(fleet.folder, '.slipway/runs', run!, 'plan.json'), 'utf8')) as {
    services: { service: string; cause: { code: string; text: string } }[];
  };
  const started = plan.services.filter(({ cause }) => cause.code === 'dependency-down');
  expect(started.map(({ service }) => service).sort()).toEqual(STAND_INS);
  for (const { service, cause } of started) {
    expect(cause.text).toMatch(/^[a-z-]+ needs it and it is not running$/);
    expect(await stateOf(fleet, service)).toBe('running 0');
  }
}

/** Every service with a port answers /health, and /version as its image has it; returns the versions. */
async function expectAllAnswer(fleet: HomeiqCopy): Promise<ReadonlyMap<string, string>> {
  const published = fleet.services.filter(({ port }) => port !== null);
  expect(published.length).toBe(39);
  const answered = new Map<string, string>();
  const containers = await fleet.containers();
  for (const { name, port } of published) {
    const image = await imageId(`${fleet.name}-${name}:latest`);
    expect(await inspect(containers.get(name)!, '{{.Image}} {{.State.Status}}'), name).toBe(`${image} running`);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status, name).toBe(200);
    const version = (await (await fetch(`http://127.0.0.1:${port}/version`)).json()) as { service: string; version: string };
    expect(version, name).toEqual({ service: name, version: await versionInside(image!) });
    answered.set(name, version.version);
  }
  return answered;
}

async function versionInside(image: string): Promise<string> {
  const version = await docker('run', '--rm', '--network', 'none', '--entrypoint', 'cat', image, 'VERSION');
  expect(version).toMatch(/^[0-9a-f]{12}$/);
  return version;
}

async function stateOf(fleet: HomeiqCopy, service: string): Promise<string> {
  return inspect((await fleet.containers()).get(service)!, '{{.State.Status}} {{.State.ExitCode}}');
}

/** Keys whose value differs between the two, or that only one of them has. */
function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key)).sort();
}
