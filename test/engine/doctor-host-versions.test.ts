import { chmodSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { doctor } from '../support/doctor-report.ts';
import { type FleetFolder, fleetFolder } from '../support/fleet-folder.ts';

/** The programs here, saying that they are of these versions; all else they do as they are. */
async function pretending(
  fleet: FleetFolder,
  { docker, compose, buildx }: { readonly docker?: string; readonly compose?: string; readonly buildx?: string },
): Promise<Record<string, string>> {
  const path = process.env.PATH ?? '';
  const real = 'exec env PATH="$REAL_PATH" DOCKER_CONFIG="$REAL_CONFIG" docker';
  const shim = (lines: readonly string[]) => `#!/bin/sh\n${lines.join('\n')}\n`;
  const plugin = (name: string, version: string) =>
    shim([
      `[ "$1" = docker-cli-plugin-metadata ] && ${real} "$@"`,
      `[ "$1" = version ] && { echo "${version}"; exit; }`,
      `${real} ${name} "$@"`,
    ]);
  const info = docker === undefined ? [] : [`[ "$1" = info ] && { echo '"${docker}" "an-engine"'; exit; }`];
  const files = {
    'bin/docker': shim([...info, `${real} "$@"`]),
    ...(compose === undefined ? {} : { 'config/cli-plugins/docker-compose': plugin('compose', compose) }),
    ...(buildx === undefined
      ? {}
      : { 'config/cli-plugins/docker-buildx': plugin('buildx', `github.com/docker/buildx v${buildx} abc`) }),
  };
  await fleet.write(files);
  for (const file of Object.keys(files)) chmodSync(join(fleet.root, file), 0o755);
  return {
    PATH: `${join(fleet.root, 'bin')}${delimiter}${path}`,
    DOCKER_CONFIG: join(fleet.root, 'config'),
    REAL_PATH: path,
    REAL_CONFIG: process.env.DOCKER_CONFIG ?? join(process.env.HOME ?? '/', '.docker'),
  };
}

async function fleetOf(compose: object): Promise<FleetFolder> {
  const fleet = fleetFolder();
  await fleet.compose({ own: { ...(await fleet.tiny('own')), ...compose } });
  await fleet.config({ categories: { all: { services: [{ name: 'own' }] } } });
  return fleet;
}

test('an engine before 20.10 is an error, and no rebuild begins on it', async () => {
  const fleet = await fleetOf({});
  const env = await pretending(fleet, { docker: '19.03.15' });
  const report = await doctor(fleet, [], env);
  expect(report.exitCode).toBe(2);
  expect(report.of('tools')).toEqual(['engine-too-old']);
  expect(report.found('engine-too-old')[0]).toMatchObject({ severity: 'error', remedy: 'install Docker Engine 20.10 or newer' });
  const refused = await fleet.slipway(['rebuild'], { env });
  expect(refused.exitCode, refused.text).toBe(2);
  expect(refused.stderr).toContain('engine-too-old');
  expect(await fleet.containers()).toEqual({});
  const young = await doctor(fleet, [], await pretending(fleet, { docker: '20.10.0' }));
  expect(young.of('tools')).toEqual([]);
});

test('what Compose or buildx lack is an error of theirs', async () => {
  const fleet = await fleetOf({});
  const report = await doctor(fleet, [], await pretending(fleet, { compose: '2.28.1' }));
  expect(report.exitCode).toBe(2);
  expect(report.of('tools')).toEqual(['too-old']);
  expect(report.found('too-old')[0]!.message).toContain('Docker Compose 2.28.1 is too old');
  expect(report.check('disk-space')).toMatchObject({
    outcome: 'not-checked',
    seen: 'Compose or buildx is too old',
  });
  expect(report.check('start-first').outcome).toBe('passed');
});

test('versions that are known to be bad are told with where it is written; those here are not', async () => {
  const fleet = await fleetOf({});
  const bad = await doctor(fleet, [], await pretending(fleet, { docker: '28.0.0', compose: '2.36.1', buildx: '0.19.0' }));
  expect(bad.exitCode).toBe(0);
  expect(bad.of('tools')).toEqual(['known-bad-version', 'known-bad-version', 'known-bad-version']);
  expect(bad.found('known-bad-version').map(({ evidence, remedy }) => `${evidence}: ${remedy}`)).toEqual([
    'moby/moby#49530: install Docker Engine 28.0.1 or newer',
    'release notes of Docker Compose 2.36.2: install Docker Compose 2.36.2 or newer',
    'docker/buildx#2824: install buildx 0.19.1 or newer',
  ]);
  expect((await doctor(fleet)).of('tools')).toEqual([]);
});

test('what a service asks of newer tools than there are is told', async () => {
  const healthcheck = { test: ['CMD', 'true'], interval: '30s', start_interval: '1s', start_period: '5s' };
  const fleet = await fleetOf({ healthcheck, build: { context: './own', extra_hosts: { mirror: '127.0.0.1' } } });
  const report = await doctor(fleet, [], await pretending(fleet, { docker: '24.0.9', buildx: '0.24.0' }));
  expect(report.of('tools')).toEqual(['extra-hosts-unknown own', 'start-interval-unknown own']);
  expect(report.found('start-interval-unknown')[0]).toMatchObject({
    severity: 'error',
    file: expect.stringContaining('slipway.yaml'),
  });
  expect((await doctor(fleet)).of('tools')).toEqual([]);
});
