import { connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { BUSYBOX } from '../support/compose-project.ts';
import { doctor } from '../support/doctor-report.ts';
import { docker } from '../support/engine-facts.ts';
import { eventually } from '../support/eventually.ts';
import { type FleetFolder, fleetFolder, freePort } from '../support/fleet-folder.ts';

/** This very process holds the port. */
async function hold(port: number, address = '127.0.0.1'): Promise<void> {
  const server = createServer().listen(port, address);
  await new Promise((listening) => server.once('listening', listening));
  onTestFinished(() => new Promise<void>((closed) => server.close(() => closed())));
}

/** Somebody answers on it. */
function isAnswered(port: number): Promise<boolean> {
  return new Promise((answered) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => answered(false));
    socket.once('connect', () => {
      socket.destroy();
      answered(true);
    });
  });
}

/** Two ports in a row that are free. */
async function freePair(): Promise<[number, number]> {
  for (;;) {
    const port = await freePort();
    const isFree = await new Promise<boolean>((done) => {
      const server = createServer().once('error', () => done(false));
      server.listen(port + 1, '127.0.0.1', () => server.close(() => done(true)));
    });
    if (isFree) return [port, port + 1];
  }
}

/** Services that are never built: an image that is there, and ports. */
async function publish(fleet: FleetFolder, services: Record<string, object>): Promise<void> {
  const running = { image: BUSYBOX, command: ['sleep', '1000'], init: true, stop_grace_period: '1s' };
  await fleet.compose(Object.fromEntries(Object.entries(services).map(([name, part]) => [name, { ...running, ...part }])));
  await fleet.config({ categories: { all: { services: Object.keys(services).map((name) => ({ name })) } } });
}

test('a fleet whose host ports are free, its own or told apart has no finding', async () => {
  const fleet = fleetFolder();
  const [own, shared, lone] = [await freePort(), await freePort(), await freePort()];
  await publish(fleet, {
    runs: { ports: [`127.0.0.1:${own}:80`] },
    'on-one': { ports: [`127.0.0.1:${shared}:80`] },
    'on-two': { ports: [`127.0.0.2:${shared}:80`] },
    'over-udp': { ports: [`127.0.0.1:${shared}:80/udp`] },
    'in-profile': { ports: [`${lone}:80`], profiles: ['one'] },
    'in-other-profile': { ports: [`${lone}:80`], profiles: ['two'] },
    scaled: { ports: ['80'], scale: 2 },
  });
  await fleet.config({
    categories: { all: { services: ['runs', 'on-one', 'on-two', 'over-udp', 'scaled'].map((name) => ({ name })) } },
  });
  await fleet.dockerCompose('up', '-d', 'runs', 'scaled');
  const report = await doctor(fleet);
  expect(report.of('host-ports')).toEqual([]);
  expect(report.check('host-ports')).toMatchObject({ outcome: 'passed', seen: '4 host ports of 5 services' });
});

test('a service on the network of the host is rebuilt while its own program has the port that its Compose file publishes in vain', async () => {
  const fleet = fleetFolder();
  const own = await freePort();
  const serve = ['busybox', 'httpd', '-f', '-p', `127.0.0.1:${own}`];
  const onHost = { network_mode: 'host', ports: [`127.0.0.1:${own}:${own}`], command: serve, init: true };
  await fleet.compose({ web: await fleet.tiny('web', { compose: onHost }) });
  await fleet.config({ categories: { all: { services: [{ name: 'web', health: 'none' }] } } });
  await fleet.dockerCompose('up', '-d', '--build');
  await eventually('an answer of the service', () => isAnswered(own));
  expect((await doctor(fleet)).of('host-ports')).toEqual([]);
  const rebuilt = await fleet.rebuild('--force', 'web');
  expect(rebuilt.exitCode, rebuilt.text).toBe(0);
  // Moved to a network of its own, it publishes the port that its old container has without any publishing.
  await eventually('an answer of the service', () => isAnswered(own));
  await fleet.compose({ web: await fleet.tiny('web', { compose: { ...onHost, network_mode: 'bridge' } }) });
  expect((await doctor(fleet)).of('host-ports')).toEqual([]);
});

test('services that want one port are found, over profiles that are on and among the containers of one service', async () => {
  const fleet = fleetFolder();
  const [clashing, alone] = [await freePort(), await freePort()];
  await publish(fleet, {
    first: { ports: [`127.0.0.1:${clashing}:80`] },
    second: { ports: [`${clashing}:8080`] },
    third: { ports: [`127.0.0.2:${clashing}:8080`] },
    twins: { ports: [`127.0.0.1:${alone}:80`], scale: 2 },
  });
  const report = await doctor(fleet);
  expect(report.exitCode).toBe(2);
  expect(report.of('host-ports')).toEqual(['host-port-clash second', 'host-port-scaled twins']);
  expect(report.found('host-port-clash')[0]).toMatchObject({
    severity: 'error',
    message: `first, second and third publish the same host port ${clashing}/tcp: only one of them can start`,
    evidence: [
      `first publishes 127.0.0.1:${clashing}/tcp`,
      `second publishes ${clashing}/tcp`,
      `third publishes 127.0.0.2:${clashing}/tcp`,
    ].join('\n'),
    remedy: expect.stringContaining('its own host port'),
  });
  const other = await doctor(fleet, ['twins']);
  expect(other.of('host-ports')).toEqual(['host-port-scaled twins']);
});

test('services of two projects that want one port are found', async () => {
  const fleet = fleetFolder();
  const port = await freePort();
  const part = { image: BUSYBOX, ports: [`127.0.0.1:${port}:80`] };
  await fleet.compose({ web: part });
  await fleet.write({ 'other.yml': JSON.stringify({ name: `${fleet.name}-b`, services: { ui: part } }) });
  await fleet.config({
    fleet: { projects: [{ files: ['docker-compose.yml'] }, { files: ['other.yml'] }] },
    categories: { all: { services: ['web', 'ui'].map((name) => ({ name })) } },
  });
  const report = await doctor(fleet);
  expect(report.of('host-ports')).toEqual([`host-port-clash ${fleet.name}-b/ui`]);
  expect(report.found('host-port-clash')[0]!.evidence).toContain(`${fleet.name}/web publishes 127.0.0.1:${port}/tcp`);
});

test('ports that a program, another container or a neighbour of old has are found, and keep a rebuild from beginning', async () => {
  const fleet = fleetFolder();
  const [byProgram, byContainer, moved] = [await freePort(), await freePort(), await freePort()];
  const [low, high] = await freePair();
  await hold(byProgram);
  await hold(low);
  await hold(high);
  const squatter = await docker('run', '-d', '--init', '-p', `127.0.0.1:${byContainer}:80`, BUSYBOX, 'sleep', '1000');
  onTestFinished(async () => void (await docker('rm', '-f', squatter)));
  const name = await docker('inspect', '-f', '{{slice .Name 1}}', squatter);
  await publish(fleet, { before: { ports: [`127.0.0.1:${moved}:80`] } });
  await fleet.dockerCompose('up', '-d');
  const services = {
    before: {},
    heir: { ports: [`127.0.0.1:${moved}:80`] },
    squatted: { ports: [`${byProgram}:80`] },
    contained: { ports: [`127.0.0.1:${byContainer}:80`] },
    ranged: { ports: [`127.0.0.1:${low}-${high}:80`] },
    fine: {},
  };
  await publish(fleet, services);

  const report = await doctor(fleet);
  expect(report.exitCode).toBe(2);
  expect(report.of('host-ports')).toEqual([
    'host-port-range-full ranged',
    'host-port-still-held heir',
    'host-port-taken contained',
    'host-port-taken squatted',
  ]);
  const taken = Object.fromEntries(report.found('host-port-taken').map(({ service, message }) => [service, message]));
  expect(taken.squatted).toMatch(
    new RegExp(`^The host port ${byProgram}/tcp of squatted is taken by .+ \\(pid ${process.pid}\\)$`),
  );
  expect(taken.contained).toBe(`The host port 127.0.0.1:${byContainer}/tcp of contained is taken by container ${name}`);
  expect(report.found('host-port-range-full')[0]!.message).toBe(`ranged needs 1 host port of ${low}-${high}/tcp, and 0 are free`);

  const listing = await fleet.containers();
  const refused = await fleet.rebuild('squatted', 'fine');
  expect(refused.exitCode, refused.text).toBe(2);
  expect(refused.stderr).toMatch(/host-port-taken\n? +The host port \d+\/tcp of squatted is taken by/);
  expect(refused.stderr).not.toContain('contained');
  expect(await fleet.containers()).toEqual(listing);
  const other = await fleet.rebuild('fine');
  expect(other.exitCode, other.text).toBe(0);
});
