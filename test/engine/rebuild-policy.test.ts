import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { availabilityText, pollAvailability } from '../support/availability.ts';
import { docker, imageId, imageOf } from '../support/engine-facts.ts';
import { answerOf, type FleetFolder, fleetFolder, freePort } from '../support/fleet-folder.ts';
import { startRegistry } from '../support/registry.ts';

const PUBLISHED = ['steady', 'brick', 'web', 'bad'] as const;
const NAMES = [...PUBLISHED, 'db', 'far'] as const;
type Ports = Readonly<Record<(typeof PUBLISHED)[number], number>>;

/** `web` is on `db`; `far` is of higher risk, so in a later wave; `steady` never changes. A new `bad` ends as soon as the new `web` has come up. */
async function writeFleet(fleet: FleetFolder, ports: Ports, version: string, given: { brick?: string; rollback?: object } = {}) {
  const isNew = version !== 'v1';
  const shared = { volumes: ['./shared:/shared'] };
  const falls = [`CMD ["sh", "-c", "until test -e /shared/${version}; do sleep 0.1; done; echo cannot go on; exit 9"]`];
  const tells = [`CMD ["sh", "-c", "touch /shared/${version}; exec httpd -f -p 80 -h /www"]`];
  const needs = { depends_on: { db: { condition: 'service_started' } } };
  await fleet.write({ 'shared/readme': '' });
  await fleet.compose({
    steady: await fleet.tiny('steady', { port: ports.steady }),
    brick: await fleet.tiny('brick', { version, port: ports.brick, dockerfile: given.brick ? [given.brick] : [] }),
    db: await fleet.tiny('db', { version }),
    web: await fleet.tiny('web', {
      version,
      port: ports.web,
      dockerfile: isNew ? tells : [],
      compose: { ...shared, ...needs },
    }),
    bad: await fleet.tiny('bad', { version, port: ports.bad, dockerfile: isNew ? falls : [], compose: shared }),
    far: await fleet.tiny('far', { version }),
  });
  const probed = (name: string) => ({ name, health: '/health' });
  await fleet.config({
    timeouts: { build: '60s', test: '20s', health: '60s' },
    ...(given.rollback && { rollback: given.rollback }),
    categories: {
      calm: {
        risk: 'low',
        services: [...['steady', 'brick', 'web'].map(probed), { name: 'db' }, { ...probed('bad'), critical: true }],
      },
      risky: { risk: 'high', services: [{ name: 'far' }] },
    },
  });
}

async function imagesOf(fleet: FleetFolder): Promise<Record<string, string>> {
  const pairs = NAMES.map(async (name) => [name, await imageOf(await fleet.container(name))] as const);
  return Object.fromEntries(await Promise.all(pairs));
}

/** Each went back: image, tag, backup and answer are those of the first version. */
async function expectBack(fleet: FleetFolder, ports: Ports, names: readonly string[], old: Readonly<Record<string, string>>) {
  const now = await imagesOf(fleet);
  for (const name of names) {
    expect(fleet.state()[name], name).toMatchObject({ status: 'rolled-back', image: old[name] });
    expect(now[name], name).toBe(old[name]);
    expect(await imageId(`${fleet.name}-${name}:latest`), name).toBe(old[name]);
    expect(await imageId(`${fleet.name}-${name}:pre-phase1-rebuild-${fleet.runs().at(-1)}`), name).toBe(old[name]);
    if (name in ports) expect(await answerOf(ports[name as keyof Ports])).toBe(`${name} v1`);
  }
}

test('as much goes back as the scope says, only by what the triggers say, and nobody else notices', {
  timeout: 400_000,
}, async () => {
  const fleet = fleetFolder();
  const ports = Object.fromEntries(await Promise.all(PUBLISHED.map(async (name) => [name, await freePort()]))) as Ports;
  await writeFleet(fleet, ports, 'v1');
  const begun = await fleet.rebuild('--batch-size', 'all');
  expect(begun.exitCode, begun.text).toBe(0);
  const old = await imagesOf(fleet);
  const first = await fleet.containers();

  // Scope wave: brick's build fails, which takes nothing back; bad takes its wave back and web, which is on a part of it.
  await writeFleet(fleet, ports, 'v2', { brick: 'RUN echo the oven is cold && exit 3' });
  const polling = pollAvailability(ports);
  const wave = await fleet.rebuild('--rollback-scope', 'wave', '--batch-size', 'all');
  const availability = await polling.stop();
  expect(wave.exitCode, wave.text).toBe(1);
  await expectBack(fleet, ports, ['db', 'web', 'bad'], old);
  expect(fleet.state().bad).toMatchObject({ code: 'bad-verdict' });
  expect(wave.stdout).toMatch(/bad rolled back: exited with code 9/);
  for (const name of ['db', 'web']) expect(fleet.state()[name]).toMatchObject({ code: 'dependency-fell:bad' });
  expect(fleet.state().brick).toMatchObject({ status: 'failed', code: 'build-failed' });
  expect(fleet.state().far).toMatchObject({ status: 'completed' });
  const after = await fleet.containers();
  expect(after.brick).toEqual(first.brick);
  expect((await imagesOf(fleet)).far).not.toBe(old.far);
  process.stdout.write(`while a bad version is rolled back, with its wave:\n${availabilityText(availability)}`);
  for (const { service, samples, good } of availability) {
    expect(samples).toBeGreaterThanOrEqual(50);
    if (service === 'steady' || service === 'brick') expect(good, service).toBe(samples);
  }

  // Scope run: everything that this run had put in place, and what waited for its turn is left.
  await writeFleet(fleet, ports, 'v3');
  const run = await fleet.rebuild('--rollback-scope', 'run', '--batch-size', 'all');
  expect(run.exitCode, run.text).toBe(1);
  await expectBack(fleet, ports, ['db', 'web', 'bad', 'brick'], old);
  expect((await fleet.containers()).far).toEqual(after.far);
  expect(await fleet.container('steady')).toBe((await fleet.containers()).steady![0]);

  // Without triggers even a critical service stays as it is, and is named.
  await writeFleet(fleet, ports, 'v4', { rollback: { triggers: [] } });
  const left = await fleet.rebuild('--batch-size', 'all');
  expect(left.exitCode, left.text).toBe(1);
  expect(fleet.state().bad).toMatchObject({ status: 'failed', code: 'bad-verdict' });
  const bad = await imageOf(await fleet.container('bad'));
  expect(bad).not.toBe(old.bad);
  for (const name of ['db', 'web', 'brick', 'far']) expect(fleet.state()[name], name).toMatchObject({ status: 'completed' });
  const kept = await fleet.containers();

  // The run is continued and told otherwise: back to what ran before it began, not to its own first try.
  const told = await fleet.rebuild('--continue', '--rollback-on-fail');
  expect(told.exitCode, told.text).toBe(1);
  await expectBack(fleet, ports, ['bad'], old);
  expect({ ...(await fleet.containers()), bad: null }).toEqual({ ...kept, bad: null });
});

test('a registry that is away stops the run, takes nothing back, and leaves the rest for --continue', async () => {
  const fleet = fleetFolder();
  const registry = await startRegistry();
  onTestFinished(() => registry.close());
  const needing = ['one', 'two'];
  // With --pull every base is asked for; this one there is nobody to ask about.
  const bases = { early: 'scratch', one: `${registry.address}/base:1`, two: `${registry.address}/base:1` };
  const write = async (version: string) => {
    const services: Record<string, object> = {};
    for (const [name, base] of Object.entries(bases)) {
      services[name] = await fleet.tiny(name, { version });
      await docker('cp', `${fleet.name}-busybox:/bin/busybox`, join(fleet.root, name, 'busybox'));
      await chmod(join(fleet.root, name, 'busybox'), 0o755);
      const lines = [`FROM ${base}`, 'COPY busybox /busybox', `LABEL version=${version}`];
      await fleet.write({ [`${name}/Dockerfile`]: [...lines, 'CMD ["/busybox", "sleep", "1000"]', ''].join('\n') });
    }
    await fleet.compose(services);
    await fleet.config({
      retry: { max_attempts: 2, backoff: '200ms' },
      categories: {
        calm: { risk: 'low', services: [{ name: 'early' }] },
        risky: { risk: 'high', services: needing.map((name) => ({ name, critical: true })) },
      },
    });
  };
  await docker('create', '--name', `${fleet.name}-busybox`, 'slipway-base-busybox:bookworm');
  registry.push('base', '1', 'base\n');
  await write('v1');
  const first = await fleet.rebuild('--batch-size', '1');
  expect(first.exitCode, first.text).toBe(0);
  const before = await fleet.containers();

  await write('v2');
  registry.breakWith(503);
  const everything = ['--pull', '--rollback-on-fail', '--rollback-scope', 'run', '--batch-size', '1'];
  const stopped = await fleet.rebuild(...everything);
  expect(stopped.exitCode, stopped.text).toBe(1);
  expect(stopped.stdout).toMatch(/the network or a registry is away \(.*503.*\): 2 services left/);
  const during = await fleet.containers();
  expect(during.early).not.toEqual(before.early);
  expect(fleet.state().early).toMatchObject({ status: 'completed', run: fleet.runs().at(-1) });
  for (const name of needing) expect(during[name]).toEqual(before[name]);
  expect(fleet.journal().some((e) => e.type === 'step-intent' && e.intent.kind === 'rollback')).toBe(false);

  registry.breakWith(null);
  const continued = await fleet.rebuild('--continue');
  expect(continued.exitCode, continued.text).toBe(0);
  const end = await fleet.containers();
  expect(end.early).toEqual(during.early);
  for (const name of needing) expect(end[name]).not.toEqual(before[name]);
});
