import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createFleetWatch } from '../../../../src/docker/watch/docker-watch.ts';
import { watchFleet } from '../../../../src/docker/watch/watch-fleet.ts';
import type { FleetSample } from '../../../../src/model/usage.ts';
import type { Clock } from '../../../../src/util/clock.ts';
import { eventually } from '../../../support/eventually.ts';
import { folderWith } from '../../../support/folder.ts';

const never = new AbortController().signal;

/** An engine of a test's own, because containers of a real one would have to grow hours old. */
async function engineWith(containers: readonly { readonly Id: string; Status: string }[]) {
  const asked: string[] = [];
  const load = { now: 0, most: 0 };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url!.split('?')[0]!);
    asked.push(path.replace(/\/c\d+\//, '/*/'));
    load.now += 1;
    load.most = Math.max(load.most, load.now);
    setImmediate(() => {
      load.now -= 1;
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer(path, containers, asked.length)));
    });
  });
  const socket = join(folderWith(), 'engine.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const watch = createFleetWatch({ DOCKER_HOST: `unix://${socket}` }, async () => ({
    ok: true,
    value: [{ name: 'shop', keyOf: (service) => service }],
  }));
  const counts = () => {
    const all: Record<string, number> = {};
    for (const path of asked.splice(0)) all[path] = (all[path] ?? 0) + 1;
    return all;
  };
  return { watch, counts, load };
}

function answer(path: string, containers: readonly { readonly Id: string; readonly Status: string }[], nth: number): object {
  if (path === '/info') return { NCPU: 4, MemTotal: 8e9 };
  if (path === '/containers/json') return containers.map((one) => ({ Names: [`/${one.Id}`], State: 'running', ...one }));
  if (path.endsWith('/stats')) {
    const read = new Date(1_800_000_000_000 + nth * 1000).toISOString();
    return {
      read,
      cpu_stats: { cpu_usage: { total_usage: nth * 500_000_000 } },
      memory_stats: { usage: 1000, limit: 8e9, stats: { inactive_file: 300 } },
    };
  }
  const labels = { 'com.docker.compose.service': 'web', 'com.docker.compose.container-number': '1' };
  const State = { Status: 'running', ExitCode: 0, StartedAt: '2026-01-01T00:00:00Z' };
  return {
    Id: path.split('/')[2],
    Name: `/${path.split('/')[2]}`,
    Image: 'sha256:1',
    RestartCount: 0,
    State,
    Config: { Labels: labels },
  };
}

test('a fleet that stands costs one list and its counters, four requests at once at the most', async () => {
  const containers = Array.from({ length: 40 }, (_, i) => ({ Id: `c${i}`, Status: 'Up 3 hours (healthy)' }));
  const { watch, counts, load } = await engineWith(containers);
  expect(await watch.sample(never)).toMatchObject({ problem: null, host: { cpus: 4, cpuPercent: null } });
  expect(counts()).toEqual({ '/info': 1, '/containers/json': 1, '/containers/*/json': 40, '/containers/*/stats': 40 });
  await watch.sample(never);
  expect(counts()).toEqual({ '/containers/json': 1, '/containers/*/stats': 40 });
  expect(load.most).toBe(4);
});

test('a container is inspected again when its line has changed, or is of the last minute', async () => {
  const containers = ['Up 3 hours', 'Up 3 hours', 'Up 3 seconds'].map((Status, i) => ({ Id: `c${i}`, Status }));
  const { watch, counts } = await engineWith(containers);
  await watch.sample(never);
  counts();
  await watch.sample(never);
  expect(counts()['/containers/*/json']).toBe(1);
  containers[0]!.Status = 'Up 3 hours (unhealthy)';
  await watch.sample(never);
  expect(counts()['/containers/*/json']).toBe(2);
});

test('CPU is what the counters grew by in the time between their readings', async () => {
  const { watch } = await engineWith([{ Id: 'c1', Status: 'Up 3 hours' }]);
  await watch.sample(never);
  const { usage, host } = await watch.sample(never);
  expect(usage).toEqual([{ container: 'c1', cpuPercent: 50, memoryBytes: 700, memoryLimitBytes: null }]);
  expect(host).toEqual({ cpus: 4, memoryBytes: 8e9, cpuPercent: 50, usedBytes: 700, containers: 1 });
});

test('projects that are not known yet are a problem of the sample', async () => {
  const watch = createFleetWatch({}, async () => ({ ok: false, error: 'Compose refuses the model' }));
  expect(await watch.sample(never)).toMatchObject({ problem: 'Compose refuses the model', containers: [], host: null });
});

test.each([
  { tookMs: 100, everyMs: 2000, startsMs: [0, 1000, 3000, 5000] },
  { tookMs: 800, everyMs: 2000, startsMs: [0, 3200, 6400, 9600] },
  { tookMs: 20_000, everyMs: 2000, startsMs: [0, 50_000, 100_000, 150_000] },
])('looks that take $tookMs ms begin at $startsMs', async ({ tookMs, everyMs, startsMs }) => {
  let nowMs = 0;
  const sleep = async (ms: number) => {
    nowMs += ms;
  };
  const clock: Clock = { now: () => nowMs, sleep };
  const ending = new AbortController();
  const starts: number[] = [];
  const sample = async () => {
    starts.push(nowMs);
    nowMs += tookMs;
    return {} as FleetSample;
  };
  for await (const _ of watchFleet({ sample }, { clock, everyMs, signal: ending.signal }))
    if (starts.length === 4) ending.abort();
  expect(starts).toEqual(startsMs);
});

test('the signal ends the watching between two looks', async () => {
  const ending = new AbortController();
  let looks = 0;
  const clock: Clock = {
    now: () => 0,
    sleep: (_, signal) => new Promise((done) => signal!.addEventListener('abort', () => done())),
  };
  const watching = (async () => {
    const sample = async () => ({}) as FleetSample;
    for await (const _ of watchFleet({ sample }, { clock, everyMs: 1000, signal: ending.signal })) looks += 1;
  })();
  await eventually('the first look', () => looks === 1);
  ending.abort();
  await watching;
  expect(looks).toBe(1);
});
