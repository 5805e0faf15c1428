import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApi } from '../../src/docker/api/client.ts';
import { apiVerbs, openApiSession } from '../../src/docker/api/verbs.ts';
import { findTools } from '../../src/docker/cli/plugins.ts';
import { pullCandidate } from '../../src/docker/cli/pull.ts';
import { childEnvironment } from '../../src/docker/environment.ts';
import type { BuildRequest } from '../../src/docker/port.ts';
import { serviceOf } from '../support/compose-project.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { recordedIo } from '../support/step-io.ts';

const engine = apiVerbs(openApiSession(createApi({ kind: 'unix', path: '/var/run/docker.sock' })));
const tools = findTools(process.env);
const images = { inspect: engine.image, tag: engine.tag, untag: engine.untag };
/** As where buildx cannot ask the registry. */
const withoutDigest = { ...tools, buildx: ['/bin/false'] as const };
let registry: Registry;
let made = 0;
let live = '';
let candidate = '';

beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(async () => {
  const { stdout } = await execa('docker', ['image', 'ls', '-a', '-q', '--filter', `reference=${registry.address}/*`]);
  const ids = [...new Set(stdout.split('\n').filter(Boolean))];
  if (ids.length > 0) await execa('docker', ['image', 'rm', '-f', ...ids]);
  await registry.close();
});
beforeEach(() => {
  registry.breakWith(null);
  made += 1;
  live = `${registry.address}/app${made}:stable`;
  candidate = `${registry.address}/app${made}:candidate-1`;
});

function pull(with_: typeof tools = tools, io = recordedIo(), { timeoutMs = 60_000, compose = {} } = {}) {
  const request: BuildRequest = {
    run: '20260101_000000',
    project: { name: 'p', directory: '/', files: [], envFiles: [], profiles: [], model: { name: 'p', services: {} } },
    service: serviceOf('p', 'app', { image: live, compose }),
    candidate,
    target: null,
    noCache: false,
    pull: true,
    timeoutMs,
    buildkit: { cache: true, inlineCache: false, builder: 'default', cacheFrom: [], cacheTo: [] },
  };
  return pullCandidate({ tools: with_, env: childEnvironment(process.env), images }, request, io);
}

const push = (text: string) => registry.push(`app${made}`, 'stable', `${text} ${made}`);

describe.each([
  ['by digest', tools],
  ['by tag, put back', withoutDigest],
])('a pull %s', (_, with_) => {
  test('brings the new image to the candidate tag and leaves the live tag where it was', async () => {
    push('old');
    await execa('docker', ['pull', '-q', live]);
    const old = (await engine.image(live))!.id;
    push('new');
    const pulled = await pull(with_);
    if (!pulled.ok) throw new Error(JSON.stringify(pulled.error));
    expect(pulled.value.image).not.toBe(old);
    expect((await engine.image(candidate))!.id).toBe(pulled.value.image);
    expect((await engine.image(live))!.id).toBe(old);
  });

  test('of an image that was never here makes no live tag', async () => {
    push('first');
    const pulled = await pull(with_);
    expect(pulled.ok).toBe(true);
    expect(await engine.image(live)).toBeNull();
    expect(await engine.image(candidate)).not.toBeNull();
  });

  test('of an unchanged image is the same image', async () => {
    push('same');
    await execa('docker', ['pull', '-q', live]);
    const pulled = await pull(with_);
    expect(pulled).toMatchObject({ ok: true, value: { image: (await engine.image(live))!.id } });
  });

  test('may help again when the registry is ill, not when it does not have the image', async () => {
    push('ill');
    registry.breakWith(503);
    expect(await pull(with_)).toMatchObject({ ok: false, error: { failure: { code: 'pull-failed' }, transient: true } });
    registry.breakWith(null);
    live = live.replace('stable', 'gone');
    expect(await pull(with_)).toMatchObject({ ok: false, error: { failure: { code: 'pull-failed' }, transient: false } });
  });
});

test('a registry that buildx can ask is never asked for the tag itself', async () => {
  const onlyByDigest = 'case "$2" in *@sha256:*) exec docker "$@" ;; *) exit 9 ;; esac';
  push('digest');
  expect(await pull({ ...tools, docker: ['/bin/sh', '-c', onlyByDigest, 'docker'] })).toMatchObject({ ok: true });
});

test('what may never be pulled is what the engine has, and no registry is asked', async () => {
  push('theirs');
  const never = { compose: { pull_policy: 'never' } };
  expect(await pull(tools, recordedIo(), never)).toMatchObject({
    ok: false,
    error: { failure: { code: 'pull-failed', message: expect.stringContaining('its pull_policy is never') }, transient: false },
  });
  await execa('docker', ['pull', '-q', live]);
  const ours = (await engine.image(live))!.id;
  push('theirs, another time');
  expect(await pull(tools, recordedIo(), never)).toMatchObject({ ok: true, value: { image: ours } });
  expect((await engine.image(candidate))!.id).toBe(ours);
});

test('an aborted pull is interrupted', async () => {
  push('late');
  const io = recordedIo();
  io.abort();
  expect(await pull(tools, io)).toEqual({ ok: false, error: { failure: { code: 'interrupted' }, transient: false } });
  expect(await engine.image(candidate)).toBeNull();
});
