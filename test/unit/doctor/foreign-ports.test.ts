import { expect, test } from 'vitest';
import { claimsOf } from '../../../src/doctor/ports/claims.ts';
import { holdersOf, takenPorts } from '../../../src/doctor/ports/foreign-ports.ts';
import type { Service } from '../../../src/fleet/types.ts';

const published = [{ hostIp: '0.0.0.0', port: 8009, target: 80, protocol: 'tcp' }];
const web = {
  key: 'web',
  project: 'fleet',
  name: 'web',
  scale: 1,
  published,
  place: { file: 'compose.yaml' },
} as unknown as Service;
const listener = (address: string) => ({ protocol: 'tcp' as const, address, port: 8009, inode: '7' });

async function taken(program: string, address = '0.0.0.0'): Promise<readonly string[]> {
  const claims = claimsOf([web]);
  const holders = holdersOf([], [listener(address)]);
  const programs = async () => new Map([['7', { pid: 4711, name: program }]]);
  return (await takenPorts(claims, { services: [web], claims, holders }, { programs })).map(({ message }) => message);
}

test('a port that a program has on any address is taken', async () => {
  for (const address of ['0.0.0.0', '::', '127.0.0.1', '127.0.0.53']) {
    expect(await taken('python3', address)).toEqual(['The host port 8009/tcp of web is taken by python3 (pid 4711)']);
  }
});

test("the engine's own forwarder, of a container that has just gone, is no foreign program", async () => {
  expect(await taken('docker-proxy')).toEqual([]);
});
