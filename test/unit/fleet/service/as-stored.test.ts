import { expect, test } from 'vitest';
import { asStored } from '../../../../src/fleet/service/as-stored.ts';
import type { ComposeModel, ComposeService, Probe } from '../../../../src/fleet/types.ts';
import { fleetOf } from '../../../support/fleet-builder.ts';

const published = (port: number, target: number): ComposeService => ({
  ports: [{ published: String(port), target, protocol: 'tcp' }],
});

/** `web` as it is now, asked by a probe, and as a model of before has it. */
function storedWeb(
  now: ComposeService,
  then: ComposeService,
  { probe, others = {} }: { probe: Probe; others?: ComposeModel['services'] },
) {
  const fleet = fleetOf({ web: { compose: now, probe, edges: [{ to: 'auth', source: 'fleet' }] }, auth: {} });
  const model = { name: 'fleet', services: { web: then, ...others } };
  return asStored(fleet.services[0]!, { tag: 'web:before', model }, fleet);
}

test('what Compose says is of then, what the configuration says is of now', () => {
  const then: ComposeService = {
    ...published(8080, 80),
    scale: 2,
    volumes: [{ type: 'volume', target: '/cache' }],
    healthcheck: { test: ['CMD', 'true'], interval: '5s' },
    stop_grace_period: '3s',
    depends_on: { db: { condition: 'service_healthy' }, gone: { condition: 'service_started' } },
  };
  const service = storedWeb({}, then, { probe: { kind: 'none' }, others: { db: {} } })!;
  expect(service).toMatchObject({
    key: 'web',
    category: 'apps',
    image: 'web:before',
    compose: then,
    scale: 2,
    anonymousVolumes: ['/cache'],
    stopGraceMs: 3000,
    healthcheck: { intervalMs: 5000 },
    published: [{ port: 8080, target: 80 }],
  });
  expect(service.dependsOn.map((edge) => `${edge.source} ${edge.to}`)).toEqual(['depends_on db', 'fleet auth']);
});

test('a service that the model does not hold is none', () => {
  const fleet = fleetOf({ web: {} });
  expect(asStored(fleet.services[0]!, { tag: 'web', model: { name: 'fleet', services: {} } }, fleet)).toBeNull();
});

test('the probe asks at the port of then that led to the same one inside', () => {
  const http = { kind: 'http', host: '127.0.0.1', port: 9000, path: '/health' } as const;
  const at = (then: ComposeService, others: ComposeModel['services'] = {}) =>
    storedWeb(published(9000, 80), then, { probe: http, others })!.probe;
  expect(at(published(8000, 80))).toEqual({ ...http, port: 8000 });
  expect(at(published(9000, 8080))).toEqual(http);
  expect(at(published(7000, 8080))).toEqual({ ...http, port: 7000 });
  expect(at({})).toEqual({ kind: 'none' });
  expect(at({ network_mode: 'service:vpn' }, { vpn: published(6000, 80) })).toEqual({ ...http, port: 6000 });
  const inside = { kind: 'command', command: ['true'] } as const;
  expect(storedWeb(published(9000, 80), {}, { probe: inside })!.probe).toEqual(inside);
});

test('in the network of the host the port is the own one of the service', () => {
  const tcp = { kind: 'tcp', host: '127.0.0.1', port: 5432 } as const;
  expect(storedWeb({ network_mode: 'host' }, { network_mode: 'host' }, { probe: tcp })!.probe).toEqual(tcp);
});
