import { expect, test } from 'vitest';
import { docker, imageId, imageOf, inspect } from '../support/engine-facts.ts';
import { eventually } from '../support/eventually.ts';
import { type FleetFolder, fleetFolder } from '../support/fleet-folder.ts';

const CHECKED = { test: ['CMD', 'wget', '-qO-', 'http://127.0.0.1/health'], interval: '500ms', retries: 5 };

async function writeFleet(fleet: FleetFolder, hub: string): Promise<void> {
  const asleep = { image: await fleet.busybox(), init: true, command: ['sleep', '1000'] };
  await fleet.compose({
    hub: await fleet.tiny('hub', { version: hub, compose: { healthcheck: CHECKED } }),
    sharer: { ...asleep, network_mode: 'service:hub' },
    restarted: { ...asleep, depends_on: { hub: { condition: 'service_started', restart: true } } },
    unmoved: { ...asleep, depends_on: ['hub'] },
    keeper: await fleet.tiny('keeper', { version: hub, compose: { volumes: ['/data'] } }),
  });
  await fleet.config();
}

test('what a replacement breaks is made or started anew, and an anonymous volume moves along', async () => {
  const fleet = fleetFolder();
  await writeFleet(fleet, 'v1');
  const first = await fleet.rebuild();
  expect(first.exitCode, first.text).toBe(0);
  const before = await fleet.containers();
  await docker('exec', before.keeper![0]!, 'sh', '-c', 'echo precious > /data/kept');
  const startedAt = await inspect(before.restarted![0]!, '{{.State.StartedAt}}');
  const unmovedAt = await inspect(before.unmoved![0]!, '{{.State.StartedAt}}');

  await writeFleet(fleet, 'v2');
  const run = await fleet.rebuild();
  expect(run.exitCode, run.text).toBe(0);
  const after = await fleet.containers();
  expect(after.hub).not.toEqual(before.hub);
  expect(after.sharer).not.toEqual(before.sharer);
  expect(await inspect(after.sharer![0]!, '{{.HostConfig.NetworkMode}}')).toBe(`container:${after.hub![0]}`);
  expect(await docker('exec', after.sharer![0]!, 'wget', '-qO-', 'http://127.0.0.1/version')).toBe('hub v2');
  expect(after.restarted).toEqual(before.restarted);
  expect(await inspect(after.restarted![0]!, '{{.State.StartedAt}}')).not.toBe(startedAt);
  expect(after.unmoved).toEqual(before.unmoved);
  expect(await inspect(after.unmoved![0]!, '{{.State.StartedAt}}')).toBe(unmovedAt);
  expect(after.keeper).not.toEqual(before.keeper);
  expect(await docker('exec', after.keeper![0]!, 'cat', '/data/kept')).toBe('precious');
  expect(fleet.stateText().match(/completed/g)).toHaveLength(5);
  await fleet.dockerCompose('up', '-d');
  expect(await fleet.containers()).toEqual(after);
});

test('a dependency that is down and not selected is started; one that runs is left alone', async () => {
  const fleet = fleetFolder();
  const write = async (version: string) => {
    await fleet.compose({
      db: await fleet.tiny('db', { version, compose: { healthcheck: CHECKED } }),
      cache: await fleet.tiny('cache', { version }),
      api: await fleet.tiny('api', {
        version,
        compose: { depends_on: { db: { condition: 'service_healthy' }, cache: { condition: 'service_started' } } },
      }),
    });
    await fleet.config({
      categories: { app: { services: [{ name: 'api' }] }, data: { services: [{ name: 'db' }, { name: 'cache' }] } },
    });
  };
  await write('v1');
  expect((await fleet.rebuild()).exitCode).toBe(0);
  const before = await fleet.containers();
  const dbImage = await imageOf(before.db![0]!);
  await docker('stop', '-t', '0', before.db![0]!);

  await write('v2');
  const run = await fleet.rebuild('api');
  expect(run.exitCode, run.text).toBe(0);
  expect(await inspect(await fleet.container('db'), '{{.State.Running}}')).toBe('true');
  expect(await imageOf(await fleet.container('db')), 'it was started, not rebuilt').toBe(dbImage);
  const after = await fleet.containers();
  expect(after.cache).toEqual(before.cache);
  expect(after.api).not.toEqual(before.api);
  const plan = JSON.parse(fleet.read(`.slipway/runs/${fleet.runs().at(-1)}/plan.json`)) as {
    services: { service: string; cause: { code: string } }[];
  };
  expect(plan.services.map((s) => [s.service, s.cause.code])).toEqual([
    ['db', 'dependency-down'],
    ['api', 'inputs-changed'],
  ]);
});

/** Asks for the version again and again (busybox's own -T crashes in its static build). */
const VISIT = 'while :; do timeout 2 wget -q -O - http://web/version || echo nobody; sleep 0.2; done';

/** The most in a row. */
function longestRun(lines: readonly string[], wanted: string): number {
  const runs = lines.map((_, i) => lines.slice(i).findIndex((line) => line !== wanted));
  return Math.max(...runs.map((length, i) => (length < 0 ? lines.length - i : length)));
}

test('start-first leaves no gap in which nobody answers', async () => {
  const fleet = fleetFolder();
  const write = async (version: string) => {
    // On TERM it answers on for a moment, as a server that drains does.
    const drains = ['CMD ["sh", "-c", "httpd -p 80 -h /www; trap \\"sleep 1; exit 0\\" TERM; while :; do sleep 0.1; done"]'];
    await fleet.compose({
      web: await fleet.tiny('web', {
        version,
        dockerfile: drains,
        compose: { healthcheck: CHECKED, init: false, stop_grace_period: '5s' },
      }),
      visitor: {
        image: await fleet.busybox(),
        init: true,
        command: ['sh', '-c', VISIT],
        depends_on: { web: { condition: 'service_healthy' } },
      },
    });
    await fleet.config({
      replace: { order: 'auto' },
      categories: { all: { services: [{ name: 'web', replace: { order: 'start-first' } }, { name: 'visitor' }] } },
    });
  };
  await write('v1');
  const first = await fleet.rebuild();
  expect(first.exitCode, first.text).toBe(0);
  const visitor = await fleet.container('visitor');
  const heard = async () => (await docker('logs', visitor)).split('\n').filter(Boolean);
  await eventually('the visitor hears v1', async () => (await heard()).includes('web v1'));

  await write('v2');
  const run = await fleet.rebuild();
  expect(run.exitCode, run.text).toBe(0);
  await eventually('the visitor hears v2', async () => (await heard()).includes('web v2'));
  const since = (await heard()).slice((await heard()).indexOf('web v1'));
  // One question may have been on its way to the container that was just going.
  expect(longestRun(since, 'nobody')).toBeLessThanOrEqual(1);
  expect(await imageOf(await fleet.container('web'))).toBe(await imageId(`${fleet.name}-web:latest`));
  const plan = JSON.parse(fleet.read(`.slipway/runs/${fleet.runs().at(-1)}/plan.json`)) as {
    services: { strategy: { order: string } }[];
  };
  expect(plan.services[0]!.strategy.order).toBe('start-first');
  const after = await fleet.containers();
  await fleet.dockerCompose('up', '-d');
  expect(await fleet.containers()).toEqual(after);
});
