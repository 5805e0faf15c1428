import { randomInt } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { createDockerEngine } from '../../src/docker/engine.ts';
import { BUSYBOX, composeProject, serviceOf } from '../support/compose-project.ts';
import { containersFor, docker, imageId, imageOf, inspect } from '../support/engine-facts.ts';
import { EngineWatch } from '../support/engine-watch.ts';
import { eventually } from '../support/eventually.ts';
import { type FleetFolder, fleetFolder, freePort } from '../support/fleet-folder.ts';
import { recordedIo } from '../support/step-io.ts';

/** A service that cannot run twice: its name, port, address and alias are taken while the old container runs. */
async function onlyOne(fleet: FleetFolder): Promise<void> {
  const subnet = `10.${randomInt(200, 250)}.${randomInt(250)}`;
  const web = await fleet.tiny('web', {
    port: await freePort(),
    compose: {
      container_name: `${fleet.name}-only`,
      restart: 'always',
      volumes: ['/cache'],
      networks: { default: { ipv4_address: `${subnet}.9`, aliases: ['www'] } },
      healthcheck: { test: ['CMD', 'wget', '-q', '-O', '-', 'http://127.0.0.1/health'], interval: '1s', retries: 3 },
    },
  });
  await fleet.compose({ web }, { networks: { default: { ipam: { config: [{ subnet: `${subnet}.0/24` }] } } } });
  await fleet.config({ replace: { preflight: true }, categories: { core: { services: [{ name: 'web', critical: true }] } } });
}

/** What happened to containers of the project, `action name`; a shadow's name is cut to what it is. */
async function happened(watch: EngineWatch): Promise<string[]> {
  await watch.now();
  return watch.seen
    .filter(({ what }) => /^container (create|start|die|destroy)$/.test(what))
    .map(({ what, name }) => `${what.slice('container '.length)} ${name.replace(/^slipway-preflight-.*/, 'shadow')}`)
    .filter((event) => !/slipway-(lock|test)/.test(event));
}

async function watching(fleet: FleetFolder): Promise<EngineWatch> {
  const watch = await EngineWatch.start(fleet.name);
  onTestFinished(() => watch.stop());
  return watch;
}

test('a candidate that ends at once is caught beside the container, which serves on', async () => {
  const fleet = fleetFolder();
  await onlyOne(fleet);
  const first = await fleet.rebuild();
  expect(first.exitCode, first.text).toBe(0);
  const old = await fleet.container('web');
  const facts = '{{.Image}} {{.State.StartedAt}} {{range .NetworkSettings.Networks}}{{.NetworkID}}{{end}} {{json .Mounts}}';
  const before = await inspect(old, facts);

  await fleet.write({ 'web/Dockerfile': `${fleet.read('web/Dockerfile')}CMD echo the oven is cold && exit 3\n` });
  const plan = await fleet.slipway(['plan']);
  expect(plan.stdout.replaceAll(/\s+/g, ' ')).toMatch(/stop-first, after a shadow preflight \(container_name \S+ can exist only/);
  const watch = await watching(fleet);
  const run = await fleet.rebuild();
  expect(run.exitCode, run.text).toBe(1);
  expect(run.stdout).toMatch(
    /preflight failed: the candidate did not get ready beside the running container: it ended with code 3/,
  );
  expect(run.stdout).toContain('the oven is cold');
  expect(fleet.state().web).toMatchObject({ status: 'failed', code: 'preflight-failed' });
  expect(await fleet.container('web')).toBe(old);
  expect(await inspect(old, facts)).toBe(before);
  expect(await containersFor(fleet.name)).toHaveLength(1);
  expect(await happened(watch)).toEqual(['create shadow', 'start shadow', 'die shadow', 'destroy shadow']);
});

test('a good candidate goes through, and the old container is stopped only after its shadow is gone', async () => {
  const fleet = fleetFolder();
  await onlyOne(fleet);
  expect((await fleet.rebuild()).exitCode).toBe(0);
  const [old, network] = [
    await fleet.container('web'),
    await docker('network', 'inspect', '-f', '{{.Id}}', `${fleet.name}_default`),
  ];

  await fleet.write({ 'web/version': 'web v2\n' });
  const watch = await watching(fleet);
  const run = await fleet.rebuild();
  expect(run.exitCode, run.text).toBe(0);
  expect(run.stdout).toContain('preflight: the candidate got ready beside the running container');
  const now = await fleet.container('web');
  expect(now).not.toBe(old);
  expect(await imageOf(now)).toBe(await imageId(`${fleet.name}-web:latest`));
  expect(await docker('network', 'inspect', '-f', '{{.Id}}', `${fleet.name}_default`)).toBe(network);
  const events = await happened(watch);
  expect(events.slice(0, 4)).toEqual(['create shadow', 'start shadow', 'die shadow', 'destroy shadow']);
  expect(events.slice(4)).toContain(`die ${fleet.name}-only`);
  expect(await containersFor(fleet.name)).toHaveLength(1);
  await fleet.dockerCompose('up', '-d');
  expect(await fleet.container('web')).toBe(now);
});

test('a shadow is nobody’s replica, has nothing that must not be twice, and is gone after an abort', async () => {
  const engine = createDockerEngine(process.env);
  const yaml = `
services:
  web:
    image: ${BUSYBOX}
    init: true
    command: [sleep, '600']
    restart: always
    networks: { default: { aliases: [www] } }
    healthcheck: { test: ['CMD', 'false'], interval: 1s, start_period: 300s }
`;
  const project = await composeProject('preflight', yaml);
  const io = recordedIo();
  let ended: Promise<unknown> = Promise.resolve();
  try {
    await project.compose('up', '-d');
    const own = await project.containers('web');
    const ref = { name: project.name, directory: project.folder, files: [`${project.folder}/docker-compose.yml`] };
    const rendered = await engine.render({ ...ref, envFiles: [], profiles: [] });
    if (!rendered.ok) throw new Error(rendered.error.message);
    const { web } = rendered.value.model.services;
    const service = serviceOf(project.name, 'web', {
      compose: web!,
      healthcheck: { intervalMs: 1000, startPeriodMs: 300_000, retries: 3 },
    });
    const request = { run: '20260204_140000', service, image: (await imageId(BUSYBOX))! };
    const under = { ...ref, envFiles: [], profiles: [], model: rendered.value.model };
    ended = engine.preflight({ ...request, project: under }, io);
    const shadows = ['--filter', 'label=io.slipway.role=preflight', '--filter', `label=io.slipway.project=${project.name}`];
    const id = await eventually('the shadow runs', () =>
      docker('ps', '-q', '--no-trunc', ...shadows).then((found) => found || null),
    );

    const observed = await engine.observe([service]);
    expect(observed.ok && observed.value.services.web!.containers.map((c) => c.id)).toEqual(own);
    const facts = '{{.Image}} {{.HostConfig.RestartPolicy.Name}} {{range .NetworkSettings.Networks}}{{json .Aliases}}{{end}}';
    expect(await inspect(id, facts)).toMatch(new RegExp(`^${request.image} no \\["slipway-preflight-[^,]+"\\]$`));
    await project.compose('up', '-d', '--no-deps', 'web');
    const leftovers = await engine.leftovers([service]);
    expect(leftovers.map(({ kind, run }) => `${kind} ${run}`)).toEqual(['preflight-container 20260204_140000']);

    io.abort();
    expect(await ended).toEqual({ ok: false, error: { failure: { code: 'interrupted' }, transient: false } });
    expect(await engine.leftovers([service])).toEqual([]);
    expect(await project.containers('web')).toEqual(own);
  } finally {
    io.abort();
    await ended;
    await project.remove();
  }
});
