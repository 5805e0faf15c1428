import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApi } from '../../src/docker/api/client.ts';
import { apiVerbs, openApiSession } from '../../src/docker/api/verbs.ts';
import type { Service } from '../../src/fleet/types.ts';
import { BUSYBOX, type ComposeProject, composeProject, serviceOf } from '../support/compose-project.ts';

/** `image` is a tag of the test's own, so that nobody else's candidates are seen. */
const yaml = (image: string) => `
services:
  web:
    image: ${image}
    init: true
    command: [sleep, '600']
    scale: 2
    healthcheck: { test: ['CMD', 'true'], interval: 30s, start_period: 10s, start_interval: 200ms }
    volumes: [/var/cache/web, data:/data]
  job: { image: ${image}, command: [sh, -c, 'exit 5'] }
volumes: { data: {} }
`;

const engine = apiVerbs(openApiSession(createApi({ kind: 'unix', path: '/var/run/docker.sock' })));
const repo = `sw-observe-${process.pid}`;
const image = `${repo}:latest`;
let project: ComposeProject;
let web: Service;
let job: Service;

beforeAll(async () => {
  await execa('docker', ['tag', BUSYBOX, image]);
  project = await composeProject('observe', yaml(image));
  web = serviceOf(project.name, 'web', { key: `${project.name}/web`, image, scale: 2, anonymousVolumes: ['/var/cache/web'] });
  job = serviceOf(project.name, 'job', { key: `${project.name}/job`, image });
  await project.compose('up', '-d', '--wait', 'web');
  await project.compose('up', 'job').catch(() => {});
});
afterAll(async () => {
  await project.remove();
  for (const leftover of await engine.leftovers([web])) await engine.clear(leftover);
  await engine.untag(image);
});

async function observed() {
  const result = await engine.observe([web, job]);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('what is observed', () => {
  test('is each service’s containers as they are', async () => {
    const { services } = await observed();
    const id = (await engine.image(image))!.id;
    expect(services[web.key]).toMatchObject({
      tagImage: id,
      containers: [
        { number: 1, state: 'running', health: 'healthy', image: id, restartCount: 0, temporary: false, service: web.key },
        { number: 2, state: 'running', health: 'healthy', image: id },
      ],
    });
    expect(services[job.key]?.containers).toMatchObject([{ state: 'exited', exitCode: 5, health: 'none', healthAt: null }]);
    const [container] = services[web.key]!.containers;
    expect(container?.configHash).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.keys(container?.anonymousVolumes ?? {})).toEqual(['/var/cache/web']);
    expect(Date.parse(container!.healthAt!)).toBeGreaterThan(Date.parse(container!.startedAt!));
    expect(await engine.inspect(container!.id)).toEqual(container);
  });

  test('is Compose’s own containers only, with temporary names marked', async () => {
    const before = await observed();
    const [first] = before.services[web.key]!.containers;
    const oneOff = `${repo}-one-off`;
    await project.compose('run', '--detach', '--no-deps', '--name', oneOff, 'web', 'sleep', '600');
    const labels = ['project', 'service'].map(
      (name) => `com.docker.compose.${name}=${name === 'project' ? project.name : 'web'}`,
    );
    await execa('docker', [
      'create',
      '--name',
      `${repo}-helper`,
      ...labels.flatMap((label) => ['--label', label]),
      image,
      'true',
    ]);
    await engine.rename(first!.id, `${first!.id.slice(0, 12)}_${first!.name}`);
    try {
      const after = await observed();
      expect(after.services[web.key]?.containers.map((c) => [c.id, c.temporary]).sort()).toEqual(
        before.services[web.key]?.containers.map((c) => [c.id, c.id === first!.id]).sort(),
      );
    } finally {
      await engine.rename(first!.id, first!.name);
      await execa('docker', ['rm', '-f', oneOff, `${repo}-helper`]);
    }
  });

  test('names the networks and volumes that exist, and says null for a tag that does not', async () => {
    const { networks, volumes } = await observed();
    expect(networks).toContain(`${project.name}_default`);
    expect(volumes).toContain(`${project.name}_data`);
    const absent = await engine.observe([{ ...web, image: `${repo}:no-such-tag` }]);
    expect(absent).toMatchObject({ ok: true, value: { services: { [web.key]: { tagImage: null } } } });
  });

  test('tells anonymous volumes of the image from those that only the model asked for', async () => {
    const tag = `${repo}-volumes:latest`;
    await execa('docker', ['build', '-q', '-t', tag, '-'], { input: `FROM ${BUSYBOX}\nVOLUME /of-image\n` });
    const yaml = `services:\n  store: { image: "${tag}", init: true, command: [sleep, '600'], volumes: [/of-model] }\n`;
    const volumes = await composeProject('volumes', yaml);
    try {
      await volumes.compose('up', '-d');
      const named = /^[0-9a-f]{64}$/;
      const see = async (anonymousVolumes: readonly string[]) => {
        const seen = await engine.observe([serviceOf(volumes.name, 'store', { image: tag, anonymousVolumes })]);
        return seen.ok ? seen.value.services.store?.containers[0] : undefined;
      };
      expect(await see([])).toMatchObject({
        anonymousVolumes: { '/of-image': expect.stringMatching(named), '/of-model': expect.stringMatching(named) },
        imageVolumes: ['/of-image'],
      });
      expect(await see(['/of-image', '/of-model'])).not.toHaveProperty('imageVolumes');
    } finally {
      await volumes.remove();
      await execa('docker', ['rmi', '-f', tag], { reject: false });
    }
  });

  test('is nothing for what is gone', async () => {
    expect(await engine.inspect('0'.repeat(64))).toBeNull();
    expect(await engine.image(`${repo}:never`)).toBeNull();
    expect(await engine.logs('0'.repeat(64), 5)).toEqual([]);
  });
});

describe('tags and leftovers', () => {
  test('a tag moves, and its removal leaves the image to its other tags', async () => {
    const id = (await engine.image(image))!.id;
    const candidate = `${repo}:candidate-20260204_140000`;
    expect(await engine.tag(id, candidate)).toEqual({ ok: true, value: null });
    expect((await engine.image(candidate))?.id).toBe(id);
    expect(await engine.leftovers([web])).toContainEqual({ kind: 'candidate-tag', run: '20260204_140000', name: candidate });
    expect(await engine.untag(candidate)).toEqual({ ok: true, value: null });
    expect(await engine.untag(candidate)).toEqual({ ok: true, value: null });
    expect((await engine.image(image))?.id).toBe(id);
  });

  test('helper containers of the fleet’s projects are found and cleared, those of others are not', async () => {
    const make = (name: string, of: string) => {
      const labels = { run: '20260204_140000_2', role: 'preflight', project: of };
      const args = Object.entries(labels).flatMap(([key, value]) => ['--label', `io.slipway.${key}=${value}`]);
      return execa('docker', ['create', '--name', name, ...args, image, 'true']);
    };
    await make(`${repo}-ours`, project.name);
    await make(`${repo}-theirs`, `${project.name}-other`);
    try {
      const found = (await engine.leftovers([web])).filter((leftover) => leftover.kind === 'preflight-container');
      expect(found).toEqual([{ kind: 'preflight-container', run: '20260204_140000_2', name: `${repo}-ours` }]);
      expect(await engine.clear(found[0]!)).toEqual({ ok: true, value: null });
      expect((await engine.leftovers([web])).map((leftover) => leftover.name)).not.toContain(`${repo}-ours`);
    } finally {
      await execa('docker', ['rm', '-f', `${repo}-ours`, `${repo}-theirs`]);
    }
  });
});

describe('the engine’s events', () => {
  test('reach every watcher from its own instant on, over one connection', async () => {
    const since = await engine.now();
    const stop = new AbortController();
    const take = async (actions: readonly string[]) => {
      const seen: string[] = [];
      for await (const event of engine.events(project.name, since, stop.signal)) {
        seen.push(event.action);
        if (actions.every((action) => seen.includes(action))) return event.container;
      }
      return null;
    };
    const early = take(['die', 'start']);
    await project.compose('restart', '-t', '0', 'job');
    const container = await early;
    // A watcher that comes later still gets what happened since the instant that it names.
    expect(await take(['die', 'start'])).toBe(container);
    expect([container]).toEqual(await project.containers('job'));
    stop.abort();
  });

  test('end with the signal', async () => {
    const stop = new AbortController();
    const watching = engine
      .events(project.name, await engine.now(), stop.signal)
      [Symbol.asyncIterator]()
      .next();
    stop.abort();
    expect(await watching).toEqual({ done: true, value: undefined });
  });
});
