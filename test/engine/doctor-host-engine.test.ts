import { mkdtempSync, rmSync } from 'node:fs';
import { request as ask, createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import type { CheckResult } from '../../src/model/check.ts';
import { bundle, cliEnv } from '../support/cli.ts';
import { BUSYBOX } from '../support/compose-project.ts';
import { doctor } from '../support/doctor-report.ts';
import { fleetFolder, freePort } from '../support/fleet-folder.ts';
import { startPrivateEngine } from '../support/private-engine.ts';

const DISK_MB = 700;

test('of an engine on a small disk of its own, builder and disk are told on its machine, and what cannot be seen from elsewhere', async () => {
  const engine = await startPrivateEngine({ features: { buildkit: false } }, DISK_MB);
  onTestFinished(() => engine.remove());
  const fleet = fleetFolder();
  const port = await freePort();
  const own = await fleet.tiny('own', { compose: { ports: [`127.0.0.1:${port}:80`] } });
  await fleet.compose({ own });
  await fleet.config({ categories: { all: { services: [{ name: 'own' }] } } });
  const env = { DOCKER_HOST: engine.host };

  // This machine's ports and disk are not the engine's: they must not be taken for them.
  const server = createServer().listen(port, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  onTestFinished(() => new Promise<void>((closed) => server.close(() => closed())));
  const elsewhere = await doctor(fleet, [], env);
  expect(elsewhere.of('host-ports')).toEqual([]);
  expect(elsewhere.check('host-ports').seen).toContain("programs on the engine's machine cannot be seen from here");
  expect(elsewhere.check('disk-space')).toMatchObject({
    outcome: 'not-checked',
    seen: expect.stringContaining('another machine'),
  });
  expect(elsewhere.of('buildkit')).toEqual(['buildkit-not-default']);

  const there = async (): Promise<CheckResult> => {
    const argv = [...engine.inside, process.execPath, bundle(), 'doctor', '--json', '--project-dir', fleet.root];
    const { stdout } = await execa(argv[0]!, argv.slice(1), {
      cwd: fleet.root,
      env: cliEnv(env),
      extendEnv: false,
      reject: false,
    });
    const { checks } = JSON.parse(stdout) as { checks: CheckResult[] };
    return checks.find(({ check }) => check === 'disk-space')!;
  };
  const low = await there();
  expect(low).toMatchObject({ outcome: 'remarks', seen: expect.stringMatching(/^\d+ MB free in .+data$/) });
  expect(low.findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual(['disk-space-low warning']);

  // One image takes more than half of the disk: a second of its size would not fit beside it.
  await fleet.write({
    'own/Dockerfile': `FROM ${BUSYBOX}\nRUN head -c ${(DISK_MB * 0.6) << 20} /dev/zero > /large\nCMD ["sleep", "1000"]\n`,
  });
  await engine.docker('build', '-t', `${fleet.name}-own`, join(fleet.root, 'own'));
  const short = await there();
  expect(short.outcome).toBe('failed');
  expect(short.findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual(['disk-space-short error']);
  expect(short.findings[0]!.evidence).toMatch(/\d+ MB for new images/);
  expect(short.findings[0]!.remedy).toContain('doctor.free_space');

  // Whoever knows how much of it is new says so, as the remedy has it.
  const config = { categories: { all: { services: [{ name: 'own' }] } } };
  await fleet.config({ ...config, doctor: { free_space: '20m' } });
  expect((await there()).findings).toEqual([]);
  await fleet.config({ ...config, doctor: { free_space: '1t' } });
  expect((await there()).findings.map(({ code }) => code)).toEqual(['disk-space-short']);
});

test('without an engine everything that needs none is looked at, and the rest says why not', async () => {
  const fleet = fleetFolder();
  const port = await freePort();
  const part = { image: BUSYBOX, ports: [`127.0.0.1:${port}:80`] };
  await fleet.compose({ one: part, two: part });
  await fleet.config({ categories: { all: { services: ['one', 'two'].map((name) => ({ name })) } } });
  const report = await doctor(fleet, [], { DOCKER_HOST: `unix://${join(fleet.root, 'no.sock')}` });
  expect(report.exitCode).toBe(2);
  expect(report.of('tools')).toEqual(['no-engine']);
  expect(report.of('host-ports')).toEqual(['host-port-clash two']);
  expect(report.check('host-ports').seen).toContain('not known without an engine');
  for (const name of ['buildkit', 'disk-space', 'memory', 'health-tools']) {
    expect(report.check(name)).toMatchObject({
      outcome: 'not-checked',
      seen: expect.stringContaining('no Docker engine answers'),
    });
  }
});

test('an engine that tells its version, and refuses to tell what it has, is an error and not a clean bill of health', async () => {
  const fleet = fleetFolder();
  await fleet.compose({ own: await fleet.tiny('own') });
  await fleet.config({ categories: { all: { services: [{ name: 'own' }] } } });
  const folder = mkdtempSync(join(tmpdir(), 'sw-'));
  const socket = join(folder, 'half.sock');
  const half = createHttpServer((request, response) => {
    if (request.url?.includes('/images/')) return void response.writeHead(500).end('{"message":"the disk is broken"}');
    const { url: path, method, headers } = request;
    const whole = ask({ socketPath: '/var/run/docker.sock', path, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    whole.once('error', () => response.destroy());
    request.pipe(whole);
  }).listen(socket);
  onTestFinished(() => {
    half.closeAllConnections();
    half.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await new Promise((listening) => half.once('listening', listening));
  const report = await doctor(fleet, [], { DOCKER_HOST: `unix://${socket}` });
  expect(report.exitCode).toBe(2);
  expect(report.of('tools')).toEqual(['engine-error']);
  expect(report.check('tools').findings[0]!.message).toContain('the disk is broken');
  expect(report.check('disk-space').outcome).toBe('not-checked');
});

test('with a configuration that does not load the machine is looked at all the same', async () => {
  const fleet = fleetFolder();
  await fleet.compose({ own: await fleet.tiny('own') });
  await fleet.write({ 'slipway.yaml': 'batch: { size: many }\n' });
  const report = await doctor(fleet);
  expect(report.exitCode).toBe(2);
  expect(report.check('tools').outcome).toBe('passed');
  expect(report.check('buildkit').outcome).not.toBe('not-checked');
  for (const name of ['disk-space', 'memory']) expect(report.check(name).outcome, name).not.toBe('not-checked');
  expect(report.check('host-ports')).toMatchObject({ outcome: 'not-checked', seen: 'the fleet does not load' });
});

test('names that the fleet does not have are refused, and what is shown fits on 80 columns', async () => {
  const fleet = fleetFolder();
  await fleet.compose({ own: await fleet.tiny('own') });
  await fleet.config({ categories: { all: { services: [{ name: 'own' }] } } });
  const unknown = await fleet.slipway(['doctor', 'onw']);
  expect(unknown).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('own') });
  const shown = await fleet.slipway(['doctor']);
  expect(shown.exitCode, shown.text).toBe(0);
  expect(shown.stdout).toMatch(/^✓ Docker, Compose, buildx +\d/m);
  expect(shown.stdout).toMatch(/\n\d+ checks: .+\n$/);
  expect(shown.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(shown.stdout).not.toContain('\u001b');
});
