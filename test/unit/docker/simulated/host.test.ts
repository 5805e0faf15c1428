import { expect, test } from 'vitest';
import type { ReplaceRequest, StepIo } from '../../../../src/docker/port.ts';
import { createSimulatedHost } from '../../../../src/docker/simulated/host.ts';
import type { HostOptions, SimulatedSession } from '../../../../src/docker/simulated/host-types.ts';
import type { Fleet, Service } from '../../../../src/fleet/types.ts';
import { fleetOf } from '../../../support/fleet-builder.ts';

const fleet = fleetOf({
  web: { healthcheck: { intervalMs: 1000, startPeriodMs: 0, retries: 3 }, anonymousVolumes: ['/data'] },
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

test('a changed service is built, put in place, and gets healthy', async () => {
  const host = hostOf();
  const session = host.session();
  host.edit('web');
  const before = host.look(web);
  expect(before.well).toBe(true);
  await host.time.drive(
    (async () => {
      const built = await session.engine.build(buildOf(web), quiet());
      if (!built.ok) throw new Error('not built');
      expect(built.value.image).not.toBe(before.tagImage);
      const put = await session.engine.replace(await replaceOf(session, web, built.value.image), quiet());
      expect(put).toMatchObject({ ok: true, value: { stoppedAt: expect.any(String) } });
    })(),
  );
  const now = host.look(web);
  expect(now.containers).toMatchObject([{ name: 'fleet-web-1', health: 'starting', temporary: false }]);
  expect(now.containers[0]?.anonymousVolumes).toEqual(before.containers[0]?.anonymousVolumes);
  await host.time.pass(2000);
  expect(host.look(web)).toMatchObject({ well: true, containers: [{ health: 'healthy' }] });
});
