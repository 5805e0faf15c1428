import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

type Configured = { name: string; stack: string; port?: number; critical?: boolean };
type Composed = { ports?: string[]; image: string; container_name?: string; build: { context: string; dockerfile?: string } };

const FLEET = fileURLToPath(new URL('../../../examples/homeiq/', import.meta.url));
const compose = read('docker-compose.yml') as { services: Record<string, Composed> };
const config = read('scripts/phase1-service-config.yaml') as { categories: Record<string, { services: Configured[] }> };
const configured = Object.values(config.categories).flatMap(({ services }) => services);

function read(file: string): unknown {
  return parse(readFileSync(FLEET + file, 'utf8'), { merge: true, maxAliasCount: -1 });
}

test('the example configures every composed service but the two stand-ins', () => {
  const names = configured.map(({ name }) => name);
  expect(new Set(names).size).toBe(40);
  expect([...names, 'data-api', 'influxdb'].sort()).toEqual(Object.keys(compose.services).sort());
});

test('each configured port is the published one, on loopback, behind the movable prefix', () => {
  for (const { name, port } of configured) {
    const ports = port === undefined ? undefined : [`127.0.0.1:\${HOMEIQ_PORT_PREFIX:-}${port}:${port}`];
    expect(compose.services[name]?.ports, name).toEqual(ports);
  }
});

test('each service builds from a Dockerfile that is there, to an image of its own', () => {
  for (const [name, { build, image }] of Object.entries(compose.services)) {
    expect(existsSync(`${FLEET}${build.context}/${build.dockerfile ?? 'Dockerfile'}`), name).toBe(true);
    expect(image).toBe(`homeiq-${name}:latest`);
  }
});

test('some containers are not named after their service, so that nobody may guess', () => {
  const unlike = Object.entries(compose.services).filter(([name, { container_name }]) => container_name !== `homeiq-${name}`);
  expect(unlike.length).toBeGreaterThanOrEqual(4);
});
