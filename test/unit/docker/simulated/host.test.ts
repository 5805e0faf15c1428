import { describe, expect, test, vi } from 'vitest';
import { type Engine, EngineUnavailable, type ReplaceRequest, type StepIo } from '../../../../src/docker/port.ts';
import type { ComposeStage } from '../../../../src/docker/simulated/faults.ts';
import { createSimulatedHost } from '../../../../src/docker/simulated/host.ts';
import type { HostOptions, SimulatedHost, SimulatedSession } from '../../../../src/docker/simulated/host-types.ts';
import type { Fleet, Service } from '../../../../src/fleet/types.ts';
import { fleetOf } from '../../../support/fleet-builder.ts';

const fleet = fleetOf({
  web: {
    healthcheck: { intervalMs: 1000, startPeriodMs: 0, retries: 3 },
    anonymousVolumes: ['/data'],
    compose: { restart: 'unless-stopped' },
  },
  db: {},
});
const web = fleet.services[0]!;
const quiet = (): StepIo => ({ signal: new AbortController().signal, log: () => {}, progress: () => {} });

function hostOf(options: Partial<HostOptions> = {}) {
  return createSimulatedHost({ fleet, seed: 1, ...options });
}

function buildOf(service: Service, of: Fleet = fleet) {
  return {
    run: '20260202_020000',
    project: of.projects[0]!,
    service,
    candidate: `${service.name}:candidate-20260202_020000`,
    target: null,
    noCache: false,
    pull: false,
    timeoutMs: 60_000,
    buildkit: of.settings.buildkit,
  };
}

async function replaceOf({ engine }: SimulatedSession, service: Service, image: string): Promise<ReplaceRequest> {
  const observed = await engine.observe([service]);
  if (!observed.ok) throw new Error(observed.error.message);
  const { containers, tagImage } = observed.value.services[service.key]!;
  return {
    run: '20260202_020000',
    project: fleet.projects[0]!,
    service,
    action: 'up',
    order: 'stop-first',
    image,
    before: {
      containers: containers.map((c) => c.id),
      image: containers[0]?.image ?? null,
      tagImage,
      anonymousVolumes: containers[0]?.anonymousVolumes ?? {},
    },
    stored: null,
  };
}

/** Builds a changed service and begins to put it in place; `putting` is null as long as that has not ended. */
async function begin(host: SimulatedHost, session: SimulatedSession) {
  host.edit('web');
  const put: { result: Awaited<ReturnType<Engine['replace']>> | null } = { result: null };
  const image = await host.time.drive(
    session.engine.build(buildOf(web), quiet()).then(async (built) => {
      if (!built.ok) throw new Error('not built');
      const request = await replaceOf(session, web, built.value.image);
      void session.engine.replace(request, quiet()).then((result) => {
        put.result = result;
      });
      return built.value.image;
    }),
  );
  return { put, image };
}

/** What there is of the service: the kind of its name, its state, and whether its image is the old or the new one. */
function containersOf(host: SimulatedHost, image: string): string[] {
  const { containers } = host.look(web);
  return containers.map((c) => `${c.temporary ? 'temporary' : 'proper'} ${c.state} ${c.image === image ? 'new' : 'old'}`).sort();
}

test('a changed service is built, put in place, and gets healthy', async () => {
  const host = hostOf();
  const before = host.look(web);
  expect(before.well).toBe(true);
  const { put, image } = await begin(host, host.session());
  await host.time.pass(10_000);
  expect(put.result).toMatchObject({ ok: true, value: { stoppedAt: expect.any(String) } });
  const now = host.look(web);
  expect(now).toMatchObject({ well: true, tagImage: image, containers: [{ name: 'fleet-web-1', health: 'healthy' }] });
  expect(now.containers[0]?.anonymousVolumes).toEqual(before.containers[0]?.anonymousVolumes);
});

describe('a Slipway that is killed while Compose stops the old container', () => {
  /** Until the old container is being stopped. */
  async function killed(children: 'go-on' | 'die') {
    const host = hostOf({ durations: () => ({ stopMs: 5000 }) });
    const session = host.session();
    const begun = await begin(host, session);
    await host.time.pass(1000);
    expect(containersOf(host, begun.image)).toEqual(['proper running old', 'temporary created new']);
    session.kill(children);
    return { host, session, ...begun };
  }

  test('hears nothing any more, and Compose goes on to its end', async () => {
    const { host, session, put, image } = await killed('go-on');
    const later = vi.fn();
    void session.engine.observe([web]).then(later, later);
    void session.clock.sleep(1).then(later);
    await host.time.pass(20_000);
    expect(containersOf(host, image)).toEqual(['proper running new']);
    expect(put.result).toBeNull();
    expect(later).not.toHaveBeenCalled();
  });

  test('has its Compose ended by the next one, while the engine finishes the stop', async () => {
    const { host, image } = await killed('go-on');
    const next = host.session();
    expect(await host.time.drive(next.engine.endOrphans(['another']))).toEqual([]);
    expect(await host.time.drive(next.engine.endOrphans(['fleet']))).toEqual(['docker-compose']);
    expect(await host.time.drive(next.engine.endOrphans(['fleet']))).toEqual([]);
    await host.time.pass(20_000);
    expect(containersOf(host, image)).toEqual(['proper exited old', 'temporary created new']);
  });

  test('leaves the same when the whole machine’s processes die with it', async () => {
    const { host, image } = await killed('die');
    await host.time.pass(20_000);
    expect(containersOf(host, image)).toEqual(['proper exited old', 'temporary created new']);
  });
});

test('a killed Slipway leaves its build to be finished and its test container behind', async () => {
  const host = hostOf();
  const [session, next] = [host.session(), host.session()];
  host.edit('web');
  void session.engine.build(buildOf(web), quiet());
  const limits = { mounts: [], network: null, memoryBytes: null, cpus: null, timeoutMs: 60_000 };
  const test = { run: '20260202_020000', project: 'fleet', service: 'db', image: host.look(fleet.services[1]!).tagImage! };
  void session.engine.runTest({ ...test, command: ['pytest'], ...limits }, quiet());
  await host.time.pass(1000);
  session.kill();
  await host.time.pass(60_000);
  const left = await host.time.drive(next.engine.leftovers(fleet.services));
  expect(left).toEqual([
    { kind: 'test-container', run: '20260202_020000', name: expect.stringContaining('slipway-test-20260202_020000-db-') },
    { kind: 'candidate-tag', run: '20260202_020000', name: 'web:candidate-20260202_020000' },
  ]);
  for (const leftover of left) expect(await host.time.drive(next.engine.clear(leftover))).toEqual({ ok: true, value: null });
  expect(await host.time.drive(next.engine.leftovers(fleet.services))).toEqual([]);
});

/** The half-way states that recovery knows (traps T4). */
describe.each(['error', 'client-dies'] as const)('a replacement that ends (%s) before', (how) => {
  test.each<{ before: ComposeStage; left: readonly string[] }>([
    { before: 'create', left: ['proper running old'] },
    { before: 'stop', left: ['proper running old', 'temporary created new'] },
    { before: 'remove', left: ['proper exited old', 'temporary created new'] },
    { before: 'rename', left: ['temporary created new'] },
    { before: 'start', left: ['proper created new'] },
  ])('$before', async ({ before, left }) => {
    const host = hostOf({ faults: [{ fault: 'compose', service: 'web', before, how, times: 1 }] });
    const { put, image } = await begin(host, host.session());
    await host.time.pass(20_000);
    expect(put.result).toMatchObject({ ok: false, error: { transient: false, failure: { code: 'replace-failed' } } });
    expect(containersOf(host, image)).toEqual(left);
  });
});

test('the engine refuses the call that it is told to refuse, and no other', async () => {
  const host = hostOf({ faults: [{ fault: 'call', verb: 'observe', nth: 2 }] });
  const { engine } = host.session();
  const observe = () => host.time.drive(engine.observe([web]));
  expect((await observe()).ok).toBe(true);
  expect(await observe()).toMatchObject({ ok: false, error: { code: 'engine-error' } });
  expect((await observe()).ok).toBe(true);
});

test('an engine that is away answers nobody, and comes back with what restarts', async () => {
  const host = hostOf({ faults: [{ fault: 'engine-outage', from: { ms: 1000 }, forMs: 5000, containers: 'restart' }] });
  const { engine } = host.session();
  await host.time.pass(2000);
  expect(await host.time.drive(engine.observe([web]))).toMatchObject({ ok: false, error: { code: 'no-engine' } });
  await expect(host.time.drive(engine.inspect('any'))).rejects.toThrow(EngineUnavailable);
  expect(host.look(web).containers).toMatchObject([{ state: 'exited', exitCode: 255 }]);
  await host.time.pass(4100);
  // Only the first of the two has a restart policy.
  expect(host.look(web).containers).toMatchObject([{ state: 'running', health: 'starting' }]);
  expect(host.look(fleet.services[1]!).containers).toMatchObject([{ state: 'exited' }]);
});

test('the engine’s clock is its own', async () => {
  const host = hostOf({ engineAheadMs: 90_000 });
  const session = host.session();
  const now = await host.time.drive(session.engine.now());
  expect(Date.parse(now) - session.clock.now()).toBe(90_000);
});

test('the same seed gives the same ids and the same course, another seed others', async () => {
  const play = async (seed: number) => {
    const host = hostOf({ seed, jitter: 0.5 });
    await begin(host, host.session());
    await host.time.pass(10_000);
    return host.look(web).containers;
  };
  expect(await play(1)).toEqual(await play(1));
  expect(await play(1)).not.toEqual(await play(2));
});
