import { createServer } from 'node:net';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDockerEngine } from '../../src/docker/engine.ts';
import type { ReplaceRequest } from '../../src/docker/port.ts';
import type { Project, Service } from '../../src/fleet/types.ts';
import type { ImageId } from '../../src/model/ids.ts';
import { BUSYBOX, type ComposeProject, composeProject, serviceOf } from '../support/compose-project.ts';

const engine = createDockerEngine(process.env);
const repo = `sw-replace-${process.pid}`;
const image = `${repo}:latest`;
/** A port that is taken while the tests run: the service that publishes it never starts. */
const squatter = createServer();
let project: ComposeProject;
let composeModel: Project;
let old: ImageId;
let fresh: ImageId;

async function build(tag: string): Promise<ImageId> {
  const input = `FROM ${BUSYBOX}\nLABEL sw.version=${tag}\n`;
  await execa('docker', ['build', '-q', '-t', `${repo}:${tag}`, '-'], { input, env: { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' } });
  return (await engine.image(`${repo}:${tag}`))!.id;
}

beforeAll(async () => {
  [old, fresh] = [await build('old'), await build('new')];
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
  const { port } = squatter.address() as { port: number };
  project = await composeProject(
    'replace',
    `
x-plain: &plain { image: ${image}, init: true, command: [sleep, '600'], stop_grace_period: 2s }
services:
  web: { <<: *plain }
  blocked: { <<: *plain, ports: ['127.0.0.1:${port}:80'] }
  sick:
    <<: *plain
    healthcheck: { test: ['CMD', 'test', '!', '-e', '/sick'], interval: 200ms, retries: 1 }
`,
  );
  const ref = {
    name: project.name,
    directory: project.folder,
    files: [`${project.folder}/docker-compose.yml`],
    envFiles: [],
    profiles: [],
  };
  const model = await engine.render(ref);
  if (!model.ok) throw new Error(model.error.message);
  composeModel = { ...ref, model: model.value.model };
});
afterAll(async () => {
  squatter.close();
  await project.remove();
  await execa('docker', ['rmi', '-f', image, `${repo}:old`, `${repo}:new`], { reject: false });
});
/** Every test begins with the old image behind the live tag. */
beforeEach(async () => {
  await engine.tag(old, image);
});

const service = (name: string): Service => serviceOf(project.name, name, { image, stopGraceMs: 2000 });

async function replace(name: string, changes: Partial<ReplaceRequest> = {}) {
  const before = await project.containers(name);
  const request: ReplaceRequest = {
    run: '20260204_140000',
    project: composeModel,
    service: service(name),
    action: 'up',
    order: 'stop-first',
    image: fresh,
    before: { containers: before, image: old, tagImage: old, anonymousVolumes: {} },
    stored: null,
    ...changes,
  };
  const result = await engine.replace(request, { signal: new AbortController().signal, log: () => {}, progress: () => {} });
  return { before, result };
}

async function imagesOf(name: string): Promise<(string | undefined)[]> {
  const containers = await Promise.all((await project.containers(name)).map((id) => engine.inspect(id)));
  return containers.map((container) => container?.image);
}

describe('a replace', () => {
  test('moves the live tag and recreates the container, so that a plain up has nothing to do', async () => {
    await project.compose('up', '-d', 'web');
    const { before, result } = await replace('web');
    const after = await project.containers('web');
    expect(result).toMatchObject({ ok: true, value: { containers: after, stoppedAt: expect.stringMatching(/Z$/) } });
    expect(after).not.toEqual(before);
    expect(await imagesOf('web')).toEqual([fresh]);
    expect((await engine.image(image))?.id).toBe(fresh);
    await project.compose('up', '-d', 'web');
    expect(await project.containers('web')).toEqual(after);
  });

  test('that has nothing to do leaves the container alone', async () => {
    await project.compose('up', '-d', 'web');
    const { before, result } = await replace('web', { image: old });
    expect(result).toEqual({ ok: true, value: { containers: before, stoppedAt: null } });
  });

  test('by force makes a new container of the same image', async () => {
    await project.compose('up', '-d', 'web');
    const { before, result } = await replace('web', { image: old, action: 'recreate' });
    expect(result.ok && result.value.containers).not.toEqual(before);
    expect(await imagesOf('web')).toEqual([old]);
  });

  test('by restart keeps the container and says when it stopped', async () => {
    await project.compose('up', '-d', 'web');
    const { before, result } = await replace('web', { image: old, action: 'restart' });
    expect(result).toEqual({ ok: true, value: { containers: before, stoppedAt: expect.stringMatching(/Z$/) } });
  });

  test('whose container cannot start fails with the engine’s words and leaves it as it is', async () => {
    const { result } = await replace('blocked');
    expect(result).toMatchObject({ ok: false, error: { transient: false, failure: { code: 'replace-failed' } } });
    expect(JSON.stringify(result)).toMatch(/address already in use|port is already allocated/);
    const [container] = await Promise.all((await project.containers('blocked')).map((id) => engine.inspect(id)));
    expect(container).toMatchObject({
      state: 'created',
      image: fresh,
      error: expect.stringMatching(/address already in use|allocated/),
    });
  });
});

describe('start-first', () => {
  test('lets the old container go only when the new one is ready', async () => {
    await project.compose('up', '-d', 'sick');
    const { before, result } = await replace('sick', { order: 'start-first' });
    const after = await project.containers('sick');
    expect(result).toMatchObject({ ok: true, value: { containers: after } });
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    expect(await imagesOf('sick')).toEqual([fresh]);
    await project.compose('up', '-d', 'sick');
    expect(await project.containers('sick')).toEqual(after);
  });

  test('takes a new container that does not get ready away, and the old one has served on', async () => {
    await project.compose('up', '-d', '--force-recreate', 'sick');
    const [id] = await project.containers('sick');
    const startedAt = (await engine.inspect(id!))?.startedAt;
    // The same files but for a check that fails: what the new image would bring.
    const sick = {
      ...composeModel.model.services.sick,
      healthcheck: { test: ['CMD', 'false'], interval: '200ms', retries: 1 },
    };
    const model = { ...composeModel.model, services: { ...composeModel.model.services, sick } };
    const { result } = await replace('sick', { order: 'start-first', stored: { model, environment: {} } });
    expect(result).toMatchObject({
      ok: false,
      error: { failure: { code: 'replace-failed', message: expect.stringContaining('it is unhealthy') } },
    });
    expect(await project.containers('sick')).toEqual([id]);
    expect(await engine.inspect(id!)).toMatchObject({ state: 'running', startedAt, image: old });
    expect((await engine.image(image))?.id).toBe(old);
  });
});
