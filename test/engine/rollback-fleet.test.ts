import { expect, test } from 'vitest';
import type { Event } from '../../src/journal/events.ts';
import { docker, imageOf, inspect } from '../support/engine-facts.ts';
import { answerOf, type FleetFolder, fleetFolder, freePort } from '../support/fleet-folder.ts';

const CHECKED = { test: ['CMD', 'wget', '-qO-', 'http://127.0.0.1/health'], interval: '500ms', retries: 4 };
const SERVICES = ['db', 'api', 'web', 'vpn', 'client', 'migrate'] as const;

interface Ports {
  readonly v1: number;
  readonly v2: number;
}

/** `web` needs `api`, that needs `db`; `client` lives in the network of `vpn`; `migrate` runs once. The version changes more than images. */
async function write(fleet: FleetFolder, version: 'v1' | 'v2', ports: Ports): Promise<void> {
  const isNew = version === 'v2';
  await fleet.write({ 'web.conf': `conf ${version}\n` });
  const healthy = (name: string) => ({ depends_on: { [name]: { condition: 'service_healthy' } } });
  await fleet.compose(
    {
      db: await fleet.tiny('db', { version, compose: { healthcheck: CHECKED, volumes: ['data:/data', '/cache'] } }),
      api: await fleet.tiny('api', {
        version,
        compose: { healthcheck: CHECKED, environment: { LEVEL: version }, ...healthy('db') },
      }),
      web: await fleet.tiny('web', {
        version,
        port: ports[version],
        compose: {
          ...healthy('api'),
          volumes: ['./web.conf:/web.conf:ro', ...(isNew ? [] : ['extra:/extra'])],
          ...(isNew && { labels: { since: 'v2' } }),
        },
      }),
      vpn: await fleet.tiny('vpn', { version, compose: { healthcheck: CHECKED } }),
      client: {
        ...(await fleet.tiny('client', { version, dockerfile: ['CMD ["sleep", "3600"]'] })),
        network_mode: 'service:vpn',
      },
      migrate: {
        ...(await fleet.tiny('migrate', { version, dockerfile: ['CMD ["sh", "-c", "date +%s%N >> /data/migrations"]'] })),
        restart: 'no',
        volumes: ['data:/data'],
      },
    },
    { volumes: { data: null, ...(isNew ? {} : { extra: null }) } },
  );
  await fleet.config({
    categories: {
      core: { risk: 'high', services: [{ name: 'db', critical: true }, { name: 'api' }] },
      edge: {
        services: [
          { name: 'web', port: ports[version], health: '/health' },
          { name: 'vpn' },
          { name: 'client' },
          { name: 'migrate' },
        ],
      },
    },
  });
}

/** Everything that the engine shows of the fleet's containers. */
async function look(fleet: FleetFolder): Promise<Record<string, { id: string; image: string }>> {
  const found: Record<string, { id: string; image: string }> = {};
  for (const name of SERVICES) {
    const id = await fleet.container(name);
    found[name] = { id, image: await imageOf(id) };
  }
  return found;
}

const inside = async (fleet: FleetFolder, service: string, ...command: readonly string[]) =>
  (await docker('exec', await fleet.container(service), ...command)).trim();

/** What a rebuild would do: `service cause`. */
const causes = async (fleet: FleetFolder): Promise<string[]> =>
  JSON.parse((await fleet.slipway(['plan', '--json'])).stdout).services.map(
    (s: { service: string; cause: { code: string } }) => `${s.service} ${s.cause.code}`,
  );

const place = (events: readonly Event[], service: string, type: Event['type']) =>
  events.findIndex((e) => e.type === type && 'service' in e && e.service === service);

test('one service, then the whole fleet, go back with all that they had, and a rebuild takes them forward again', {
  timeout: 600_000,
}, async () => {
  const fleet = fleetFolder();
  const ports = { v1: await freePort(), v2: await freePort() };
  await write(fleet, 'v1', ports);
  const first = await fleet.rebuild();
  expect(first.exitCode, first.text).toBe(0);
  const v1 = await look(fleet);
  const [release] = fleet.runs();
  await inside(fleet, 'db', 'sh', '-c', 'echo named > /data/kept; echo anonymous > /cache/kept');
  await inside(fleet, 'web', 'sh', '-c', 'echo extra > /extra/kept');

  await write(fleet, 'v2', ports);
  const second = await fleet.rebuild();
  expect(second.exitCode, second.text).toBe(0);
  const v2 = await look(fleet);
  for (const name of SERVICES) expect(v2[name]!.image).not.toBe(v1[name]!.image);
  expect(await answerOf(ports.v2)).toBe('web v2');
  const jobs = await inside(fleet, 'db', 'cat', '/data/migrations');

  // Dry: nothing is written and nothing is touched.
  const listing = fleet.listing();
  const dry = await fleet.slipway(['rollback', '--all', '--to', release!, '--dry-run']);
  expect(dry.exitCode, dry.text).toBe(0);
  expect(dry.stdout).toContain(`to release ${release}, as asked`);
  expect(dry.stdout).toContain('a job that runs once only goes back when it is named:\n    migrate');
  expect(dry.stderr).toMatch(/file-not-put-back\s+web: .*web\.conf/s);
  expect(fleet.listing()).toEqual(listing);
  expect(await look(fleet)).toEqual(v2);
  const asJson = await fleet.slipway(['rollback', '--all', '--to', release!, '--dry-run', '--json']);
  expect(JSON.parse(asJson.stdout).options.rollback).toMatchObject({ to: release, all: true, targets: { web: release } });

  // Without a terminal and without --yes: nothing.
  const unasked = await fleet.slipway(['rollback', 'web']);
  expect(unasked.exitCode).toBe(2);
  expect(unasked.stderr).toContain('give --yes');

  // One service, by its default target: image, port, label and volume of then; nobody else is touched.
  const one = await fleet.slipway(['rollback', 'web', '--yes']);
  expect(one.exitCode, one.text).toBe(0);
  expect(await answerOf(ports.v1)).toBe('web v1');
  expect(await answerOf(ports.v2)).toMatch(/^no answer/);
  expect(await imageOf(await fleet.container('web'))).toBe(v1.web!.image);
  expect(await inspect(await fleet.container('web'), '{{index .Config.Labels "since"}}')).toBe('');
  expect(await inside(fleet, 'web', 'cat', '/extra/kept')).toBe('extra');
  expect(fleet.state().web).toMatchObject({ status: 'rolled-back', image: v1.web!.image, code: null });
  expect(fleet.state().api).toMatchObject({ status: 'completed', image: v2.api!.image });
  const between = await look(fleet);
  for (const name of SERVICES) if (name !== 'web') expect(between[name]).toEqual(v2[name]);
  expect(one.stdout).toMatch(/1 rolled back of 1 service/);

  // It is done again by a plain rebuild, and only it.
  expect(await causes(fleet)).toEqual(['web rolled-back']);

  // The whole fleet: dependents first, what shares a network after it, the job and what is there already left alone.
  const all = await fleet.slipway(['rollback', '--all', '--to', release!, '--yes']);
  expect(all.exitCode, all.text).toBe(0);
  const back = await look(fleet);
  for (const name of SERVICES) expect(back[name]!.image).toBe(name === 'migrate' ? v2.migrate!.image : v1[name]!.image);
  expect(back.web).toEqual(await look(fleet).then((now) => now.web));
  expect(back.migrate).toEqual(v2.migrate);
  expect(all.stdout).toMatch(new RegExp(`web: it runs what release ${release} has already`));
  const events = fleet.journal();
  expect(place(events, 'api', 'service-settled')).toBeLessThan(
    events.findIndex((e) => e.type === 'step-intent' && e.step === 'db:rollback'),
  );
  expect(place(events, 'vpn', 'service-settled')).toBeLessThan(
    events.findIndex((e) => e.type === 'step-intent' && e.step === 'client:rollback'),
  );
  expect(await inspect(back.client!.id, '{{.HostConfig.NetworkMode}}')).toBe(`container:${back.vpn!.id}`);
  expect(await inside(fleet, 'client', 'wget', '-qO-', 'http://127.0.0.1/version')).toBe('vpn v1');
  expect(await inside(fleet, 'api', 'sh', '-c', 'echo $LEVEL')).toBe('v1');
  expect(await inside(fleet, 'db', 'cat', '/data/kept', '/cache/kept')).toBe('named\nanonymous');
  expect(await inside(fleet, 'db', 'cat', '/data/migrations')).toBe(jobs);
  for (const name of ['db', 'api', 'vpn', 'client']) expect(fleet.state()[name]).toMatchObject({ status: 'rolled-back' });
  expect(fleet.stateText().match(/completed/g)).toHaveLength(1);

  // It left a release: going back to what this one was before is one more rollback.
  const again = await fleet.slipway(['rollback', '--all', '--to', release!, '--yes']);
  expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Nothing to put back') });

  const forward = await fleet.rebuild();
  expect(forward.exitCode, forward.text).toBe(0);
  expect(await answerOf(ports.v2)).toBe('web v2');
  const end = await look(fleet);
  for (const name of SERVICES) expect(end[name]!.image).toBe(v2[name]!.image);
  expect(await inside(fleet, 'db', 'cat', '/data/kept', '/cache/kept')).toBe('named\nanonymous');
  await fleet.dockerCompose('up', '-d');
  expect(await look(fleet)).toEqual(end);

  // What shares with one that goes back alone is made anew as it is, and stays what it was for the next rebuild.
  const shared = await fleet.slipway(['rollback', 'vpn', '--to', release!, '--yes']);
  expect(shared.exitCode, shared.text).toBe(0);
  const after = await look(fleet);
  expect(after.client).toMatchObject({ image: v2.client!.image });
  expect(await inspect(after.client!.id, '{{.HostConfig.NetworkMode}}')).toBe(`container:${after.vpn!.id}`);
  expect(fleet.state().client).toMatchObject({ status: 'completed', image: v2.client!.image });
  for (const name of ['db', 'api', 'web', 'migrate']) expect(after[name]).toEqual(end[name]);
  expect(await causes(fleet)).toEqual(['vpn rolled-back', 'client dependent-of']);

  // A job goes back only when it is named, with a warning: it runs once more.
  const job = await fleet.slipway(['rollback', 'migrate', '--to', release!, '--yes']);
  expect(job.exitCode, job.text).toBe(0);
  expect(job.stderr).toMatch(/job-runs-again/);
  expect((await inside(fleet, 'db', 'cat', '/data/migrations')).split('\n')).toHaveLength(jobs.split('\n').length + 2);
});
