import { randomBytes } from 'node:crypto';
import { totalmem } from 'node:os';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { BUSYBOX } from '../support/compose-project.ts';
import { doctor } from '../support/doctor-report.ts';
import { docker } from '../support/engine-facts.ts';
import { type FleetFolder, fleetFolder } from '../support/fleet-folder.ts';

const categories = (services: readonly (string | object)[]) => ({
  all: { services: services.map((service) => (typeof service === 'string' ? { name: service } : service)) },
});

/** Services with one image each and these health checks. */
async function withChecks(fleet: FleetFolder, checks: Record<string, Record<string, unknown>>): Promise<void> {
  const services: Record<string, object> = {};
  for (const [name, compose] of Object.entries(checks)) services[name] = await fleet.tiny(name, { compose });
  await fleet.compose(services);
  await fleet.config({ categories: categories(Object.keys(checks)) });
}

const shell = (line: string) => ({ healthcheck: { test: ['CMD-SHELL', line] } });
const program = (...words: string[]) => ({ healthcheck: { test: ['CMD', ...words] } });

test('a health check whose program is not in the image is found, in an image and in a container', async () => {
  const fleet = fleetFolder();
  await withChecks(fleet, {
    'no-curl': shell('curl -f http://127.0.0.1/health || exit 1'),
    'no-python': program('python3', '-c', 'print(1)'),
    'no-script': program('/opt/check.sh'),
    'no-jq': shell('test "$$(wget -qO- http://127.0.0.1/health | jq -r .state)" = ok'),
    shelless: shell('wget -qO- http://127.0.0.1/health'),
    'not-built': shell('curl http://127.0.0.1/health'),
  });
  await fleet.write({
    'shelless/Dockerfile': `FROM scratch\nCOPY --from=${BUSYBOX} /bin/busybox /bin/wget\nCMD ["/bin/wget"]\n`,
  });
  await fleet.dockerCompose('build', 'no-curl', 'no-python', 'no-script', 'no-jq', 'shelless');
  await fleet.dockerCompose('up', '-d', '--no-build', 'no-python');
  const report = await doctor(fleet);
  expect(report.of('health-tools')).toEqual([
    'health-shell-missing shelless',
    'health-tool-missing no-curl',
    'health-tool-missing no-jq',
    'health-tool-missing no-python',
    'health-tool-missing no-script',
  ]);
  expect(report.check('health-tools').seen).toBe('5 health checks looked into, 1 service has no image yet');
  const curl = report.found('health-tool-missing').find(({ service }) => service === 'no-curl')!;
  expect(curl.message).toContain('calls curl, which its image');
  expect(curl.remedy).toContain('(wget, nc, busybox)');
  const left = await docker(
    'ps',
    '-aq',
    '--filter',
    'label=io.slipway.role=look',
    '--filter',
    `label=io.slipway.project=${fleet.name}`,
  );
  expect(left).toBe('');
});

test('health checks that can work have no finding: alternatives, paths, mounts, the shell itself, none at all', async () => {
  const fleet = fleetFolder();
  const script = { volumes: [{ type: 'bind', source: './probes', target: '/probes' }] };
  await withChecks(fleet, {
    plain: shell('wget -qO- http://127.0.0.1/health > /dev/null || exit 1'),
    either: shell('curl -f http://127.0.0.1/health || wget -qO- http://127.0.0.1/health'),
    words: shell('[ -f /www/health ] && test "$$(cat /www/health)" = "ok; curl is not called" || exit 1'),
    path: { ...program('bin/health.sh'), working_dir: '/opt' },
    mounted: { ...program('/probes/check.sh'), ...script },
    running: { ...program('/probes/check.sh'), ...script },
    off: { healthcheck: { disable: true } },
    none: {},
  });
  await fleet.write({
    'probes/check.sh': '#!/bin/sh\nexit 0\n',
    'path/Dockerfile': `FROM ${BUSYBOX}\nRUN mkdir -p /opt/bin && touch /opt/bin/health.sh\nCMD ["sleep", "1000"]\n`,
  });
  await fleet.dockerCompose('build');
  await fleet.dockerCompose('up', '-d', '--no-build', 'running', 'plain');
  const report = await doctor(fleet);
  expect(report.of('health-tools')).toEqual([]);
  expect(report.check('health-tools')).toMatchObject({ outcome: 'passed', seen: '6 health checks looked into' });
});

test('what stands in the way of start-first and preflight is found where they are asked for, and nowhere else', async () => {
  const fleet = fleetFolder();
  const fixed = { container_name: `${fleet.name}-fixed` };
  const writing = { volumes: ['data:/data'] };
  const services = {
    'wants-first': await fleet.tiny('wants-first', { compose: fixed }),
    'wants-preflight': await fleet.tiny('wants-preflight', { compose: writing }),
    'can-both': await fleet.tiny('can-both'),
    'asks-nothing': await fleet.tiny('asks-nothing', { compose: { ...writing, ports: ['127.0.0.1:29999:80'] } }),
  };
  await fleet.compose(services, { volumes: { data: {} } });
  await fleet.config({
    categories: categories([
      { name: 'wants-first', replace: { order: 'start-first' } },
      { name: 'wants-preflight', replace: { preflight: true } },
      { name: 'can-both', replace: { order: 'start-first', preflight: true } },
      'asks-nothing',
    ]),
  });
  const report = await doctor(fleet);
  expect(report.of('start-first')).toEqual(['preflight-impossible wants-preflight', 'start-first-impossible wants-first']);
  expect(report.found('start-first-impossible')[0]!.evidence).toBe(`container_name ${fleet.name}-fixed can exist only once`);
  const quiet = await doctor(fleet, ['can-both', 'asks-nothing']);
  expect(quiet.of('start-first')).toEqual([]);
});

test('tags that services share, or that another project runs, are found', async () => {
  const fleet = fleetFolder();
  const other = `${fleet.name}-b`;
  fleet.alsoNamed.push(other);
  const tag = (name: string) => ({ compose: { image: `${fleet.name}-${name}:latest` } });
  await fleet.compose({
    one: await fleet.tiny('one', tag('split')),
    two: await fleet.tiny('two', tag('split')),
    lent: await fleet.tiny('lent', tag('lent')),
    own: await fleet.tiny('own'),
  });
  await fleet.write({
    'other/compose.yaml': JSON.stringify({ name: other, services: { user: { image: `${fleet.name}-lent` } } }),
  });
  await fleet.config({ categories: categories(['one', 'two', 'lent', 'own']) });
  await fleet.dockerCompose('build', 'lent', 'own');
  await execa('docker', ['compose', 'create'], { cwd: `${fleet.root}/other`, stdin: 'ignore' });
  const report = await doctor(fleet);
  expect(report.of('image-tags')).toEqual(['tag-used-elsewhere lent', 'two-builds-one-tag']);
  expect(report.found('tag-used-elsewhere')[0]).toMatchObject({
    severity: 'warning',
    evidence: `container ${other}-user-1 of project ${other}`,
  });

  const alone = fleetFolder();
  await alone.compose({ own: await alone.tiny('own') });
  await alone.config({ categories: categories(['own']) });
  expect((await doctor(alone)).of('image-tags')).toEqual([]);
  const twins = { image: `${alone.name}-both:latest` };
  await alone.tiny('own');
  await alone.compose({ own: { build: './own', ...twins }, again: { build: './own', ...twins } });
  await alone.config({ categories: categories(['own', 'again']) });
  expect((await doctor(alone)).of('image-tags')).toEqual(['two-services-one-tag']);
});

test('a shell and a configuration that lead builds elsewhere are told of; an ordinary one is not', async () => {
  const fleet = fleetFolder();
  await fleet.compose({ own: await fleet.tiny('own') });
  await fleet.config({ categories: categories(['own']) });
  expect((await doctor(fleet)).check('buildkit')).toMatchObject({ outcome: 'passed', seen: "on, the engine's own builder" });

  await fleet.write({ '.env.buildkit': '# for builds by hand\nexport DOCKER_BUILDKIT=1\nBUILDKIT_PROGRESS=plain\n' });
  const told = await doctor(fleet, [], { DOCKER_BUILDKIT: '0' });
  expect(told.exitCode).toBe(0);
  expect(told.of('buildkit')).toEqual(['buildkit-switched-off', 'env-buildkit-not-sourced']);
  const sourced = await doctor(fleet, [], { DOCKER_BUILDKIT: '1', BUILDKIT_PROGRESS: 'plain' });
  expect(sourced.of('buildkit')).toEqual([]);

  const builder = `sw-none-${randomBytes(4).toString('hex')}`;
  await fleet.config({ buildkit: { builder }, categories: categories(['own']) });
  const missing = await doctor(fleet);
  expect(missing.of('buildkit')).toContain('builder-missing');
  expect(missing.found('builder-missing')[0]).toMatchObject({ severity: 'error', remedy: expect.stringContaining(builder) });
  const refused = await fleet.rebuild();
  expect(refused.exitCode, refused.text).toBe(2);
  expect(refused.stderr).toContain('builder-missing');
  await execa('docker', ['buildx', 'create', '--name', builder, '--driver', 'docker-container'], { stdin: 'ignore' });
  onTestFinished(async () => void (await execa('docker', ['buildx', 'rm', builder])));
  expect((await doctor(fleet)).found('builder-missing')).toEqual([]);
});

test('tests that may use more memory than there is are found', async () => {
  const fleet = fleetFolder();
  const names = ['one', 'two', 'three'];
  const services: Record<string, object> = {};
  for (const name of names) services[name] = await fleet.tiny(name);
  await fleet.compose(services);
  const tested = names.map((name) => ({ name, test: { command: ['true'] } }));
  const limited = async (memory_limit: string | null, size: number) => {
    await fleet.config({ batch: { size }, resources: { memory_limit }, categories: categories(tested) });
    const report = await doctor(fleet);
    return { codes: report.of('memory'), evidence: report.check('memory').findings[0]?.evidence };
  };
  const half = Math.floor(totalmem() / 2 / 2 ** 20);
  const short = await limited(`${half}m`, 5);
  expect(short.codes).toEqual(['memory-short']);
  expect(short.evidence).toMatch(/^3 tests at once x .+ \(resources\.memory_limit\) = .+\n.+ on the engine's machine/);
  expect((await limited(`${half - 4}m`, 2)).codes).toEqual(['memory-tight']);
  expect((await limited('8m', 5)).codes).toEqual([]);
  expect((await limited(null, 5)).codes).toEqual([]);
});

test('a disk with less free than is wanted keeps a rebuild from beginning; with enough it begins', async () => {
  const fleet = fleetFolder();
  await fleet.compose({ own: await fleet.tiny('own') });
  const wanting = (free_space: string | null, rest: object = {}) =>
    fleet.config({ doctor: { free_space }, ...rest, categories: categories(['own']) });
  await wanting('900000g');
  const short = await doctor(fleet);
  expect(short.exitCode).toBe(2);
  expect(short.of('disk-space')).toEqual(['disk-space-short']);
  expect(short.found('disk-space-short')[0]).toMatchObject({
    message: expect.stringMatching(/^The disk of .+ has .+ free, and 966 TB are needed$/),
    evidence: expect.stringMatching(/ free of [\s\S]+ for new images[\s\S]+966 TB wanted by doctor\.free_space$/),
  });
  const refused = await fleet.rebuild();
  expect(refused.exitCode, refused.text).toBe(2);
  expect(refused.stderr).toContain('disk-space-short');
  expect(await fleet.containers()).toEqual({});

  await wanting('1m');
  const enough = await doctor(fleet);
  expect(enough.of('disk-space')).toEqual([]);
  expect(enough.check('disk-space').seen).toMatch(/^[\d.]+ [GT]B free in \//);
  const begun = await fleet.rebuild();
  expect(begun.exitCode, begun.text).toBe(0);

  await wanting('900000g', { backup: { required: '1h' } });
  const demanded = await doctor(fleet);
  expect(demanded.found('disk-space-short')[0]!.evidence).toMatch(/images of the backup that backup\.required asks for/);
});

test('an image that many services share is looked into once', async () => {
  const fleet = fleetFolder();
  const names = ['a', 'b', 'c', 'd'];
  const part = { image: BUSYBOX, ...shell('curl -f http://127.0.0.1/health') };
  await fleet.compose(Object.fromEntries(names.map((name) => [name, part])));
  await fleet.config({ categories: categories(names) });
  const since = await docker('info', '-f', '{{.SystemTime}}');
  expect((await doctor(fleet)).of('health-tools')).toEqual(names.map((name) => `health-tool-missing ${name}`));
  const until = await docker('info', '-f', '{{.SystemTime}}');
  const filters = ['event=create', `label=io.slipway.project=${fleet.name}`].flatMap((filter) => ['--filter', filter]);
  const made = await docker('events', '--since', since, '--until', until, ...filters, '--format', '{{.Actor.ID}}');
  // One for what the checks call, one for what they could call instead.
  expect(made.split('\n')).toHaveLength(2);
});
