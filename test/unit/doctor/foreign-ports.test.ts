import { expect, test } from 'vitest';
import type { HostContainer } from '../../../src/docker/host-port.ts';
import { claimsOf, portsOf, rangesOf } from '../../../src/doctor/ports/claims.ts';
import { fleetClashes } from '../../../src/doctor/ports/fleet-clashes.ts';
import { fullRanges, hasIt, holdersOf, takenPorts } from '../../../src/doctor/ports/foreign-ports.ts';
import { publishedPorts } from '../../../src/fleet/service/published-ports.ts';
import type { ComposeService, Service } from '../../../src/fleet/types.ts';
import type { ServiceKey } from '../../../src/model/ids.ts';

/** A service that publishes a port as Compose renders it. */
function service(name: string, ports: NonNullable<ComposeService['ports']>, rest: Partial<ComposeService> = {}): Service {
  const compose = { ports, ...rest };
  const place = { file: 'compose.yaml' };
  return { key: name, project: 'fleet', name, scale: 1, published: publishedPorts(compose).fixed, compose, place } as Service;
}

const port = (host_ip?: string, published = '8009') => [{ target: 80, published, protocol: 'tcp', ...(host_ip && { host_ip }) }];
const web = service('web', port());

function container(name: string, address: string | null): HostContainer {
  const ports = address === null ? [] : [{ protocol: 'tcp' as const, address, port: 8009 }];
  return { id: `id-of-${name}`, name, project: 'fleet', service: name, image: 'i', isRunning: true, onHostNetwork: false, ports };
}

interface Scene {
  readonly services?: readonly Service[];
  readonly containers?: readonly HostContainer[];
  /** A program that listens on port 8009, and the container that it is in. */
  readonly program?: { readonly address: string; readonly name: string | null; readonly container?: string };
}

async function look({ services = [web], containers = [], program }: Scene) {
  const claims = claimsOf(services);
  const ranges = rangesOf(services);
  const listeners = program ? [{ protocol: 'tcp' as const, address: program.address, port: 8009, inode: '7' }] : [];
  const seen = { pid: 4711, name: program?.name ?? null, container: program?.container ?? null };
  const programs = async () => new Map(seen.name === null ? [] : [['7', seen]]);
  const holders = await holdersOf([...claims, ...ranges.flatMap(portsOf)], { containers, listeners }, { programs });
  return { services, claims, ranges, holders, containers };
}

async function taken(scene: Scene): Promise<readonly string[]> {
  const { claims, ...rest } = await look(scene);
  return takenPorts(claims, { claims, ...rest }).map(({ code, message }) => `${code}: ${message}`);
}

test('a port that a program has on any address is taken', async () => {
  for (const address of ['0.0.0.0', '::', '127.0.0.1', '127.0.0.53']) {
    expect(await taken({ program: { address, name: 'python3' } })).toEqual([
      'host-port-taken: The host port 8009/tcp of web is taken by python3 (pid 4711)',
    ]);
  }
});

test("the engine's own forwarder, of a container that has just gone, is no foreign program", async () => {
  expect(await taken({ program: { address: '0.0.0.0', name: 'docker-proxy' } })).toEqual([]);
});

test('a service on the network of the host claims no port: the engine leaves its ports unheeded, and its own program listens there', async () => {
  const onHost = service('web', port(), { network_mode: 'host' });
  expect(await taken({ services: [onHost], program: { address: '::', name: 'httpd', container: 'id-of-web' } })).toEqual([]);
});

test('a program in the old container of the service gives the port away; in a container of another project it is told by its name', async () => {
  const program = { address: '::', name: 'httpd', container: 'id-of-web' };
  expect(await taken({ containers: [container('web', null)], program })).toEqual([]);
  const stranger = { ...container('web', null), name: 'their-web', project: 'theirs' };
  expect(await taken({ containers: [stranger], program })).toEqual([
    'host-port-taken: The host port 8009/tcp of web is taken by container their-web of project theirs',
  ]);
});

test('a program that this user may not see is not held against a service whose own container is on the network of the host', async () => {
  const program = { address: '0.0.0.0', name: null };
  const onHost = { ...container('web', null), onHostNetwork: true };
  expect(await taken({ containers: [onHost], program })).toEqual([]);
  const unseen = ['host-port-taken: The host port 8009/tcp of web is taken by a program that this user may not see'];
  expect(await taken({ containers: [{ ...onHost, isRunning: false }], program })).toEqual(unseen);
  expect(await taken({ containers: [container('web', null)], program })).toEqual(unseen);
});

test('a sibling that listens on the network of the host keeps the port; one that has left it gives it up', async () => {
  const program = { address: '0.0.0.0', name: 'httpd', container: 'id-of-side' };
  const containers = [container('side', null)];
  const side = (network_mode: string) => service('side', [], { network_mode });
  expect(await taken({ services: [web, side('host')], containers, program })).toEqual([
    'host-port-taken: The host port 8009/tcp of web is taken by container side of project fleet',
  ]);
  expect((await taken({ services: [web, side('bridge')], containers, program }))[0]).toMatch(/^host-port-still-held/);
});

test('the engine binds both wildcards side by side; without an address a port is wanted on both', async () => {
  const v6 = container('v6', '::');
  const v4 = service('web', port('0.0.0.0'));
  expect(await taken({ services: [v4], containers: [{ ...v6, project: 'theirs' }] })).toEqual([]);
  expect(await taken({ services: [web], containers: [{ ...v6, project: 'theirs' }] })).toHaveLength(1);
});

test('who has a port beside the own container is in nobody’s way', async () => {
  const own = container('web', '0.0.0.0');
  const beside = { ...container('beside', '127.0.0.1'), project: 'theirs' };
  expect(await taken({ containers: [beside, own] })).toEqual([]);
});

test('of services that want one port only those clash that are asked for or have it', async () => {
  const green = service('green', port('127.0.0.1'));
  const clashes = async (asked: readonly string[], containers: readonly HostContainer[]) => {
    const { claims, holders } = await look({ services: [web, green], containers });
    return fleetClashes({ claims, asked: new Set(asked as ServiceKey[]), hasIt: (claim) => hasIt(claim, holders) }).length;
  };
  expect(await clashes(['web'], [container('web', '0.0.0.0')])).toBe(0);
  expect(await clashes(['web'], [])).toBe(0);
  expect(await clashes(['web'], [container('green', '127.0.0.1')])).toBe(1);
  expect(await clashes(['web', 'green'], [container('web', '0.0.0.0')])).toBe(1);
});

test('a range counts where it is published, and what the service has of it already', async () => {
  const ranged = service('web', port('127.0.0.1', '8008-8009'));
  const full = async (services: readonly Service[], containers: readonly HostContainer[]) => {
    const scene = await look({ services, containers });
    return fullRanges(scene.ranges, scene).length;
  };
  const [a, b] = [service('a', port('127.0.0.1', '8008')), service('b', port('127.0.0.1', '8009'))];
  expect(await full([ranged, a], [])).toBe(0);
  expect(await full([ranged, a], [{ ...container('x', '127.0.0.1'), project: 'theirs' }])).toBe(1);
  expect(await full([ranged, a], [{ ...container('x', '127.0.0.2'), project: 'theirs' }])).toBe(0);
  expect(await full([ranged, a, b], [])).toBe(1);
  expect(await full([ranged, a, b], [container('web', '127.0.0.1')])).toBe(0);
});
