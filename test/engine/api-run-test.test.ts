import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApi } from '../../src/docker/api/client.ts';
import { apiVerbs, openApiSession } from '../../src/docker/api/verbs.ts';
import type { TestRequest } from '../../src/docker/port.ts';
import type { ImageId } from '../../src/model/ids.ts';
import { BUSYBOX } from '../support/compose-project.ts';

const engine = apiVerbs(openApiSession(createApi({ kind: 'unix', path: '/var/run/docker.sock' })));
/** Nobody else's containers carry it. */
const RUN = `20260204_140000_${process.pid}`;
const PROJECT = `sw-runtest-${process.pid}`;

let image: ImageId;
let folder: string;
beforeAll(async () => {
  image = (await engine.image(BUSYBOX))!.id;
  folder = await mkdtemp(join(tmpdir(), 'sw-runtest-'));
  await writeFile(join(folder, 'given.txt'), 'given by a mount\n');
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await execa('docker', ['network', 'rm', '-f', PROJECT]);
});

const command = (script: string, changes: Partial<TestRequest> = {}): TestRequest => ({
  run: RUN,
  project: PROJECT,
  service: 'shop/web',
  image,
  command: ['sh', '-c', script],
  mounts: [],
  network: null,
  memoryBytes: null,
  cpus: null,
  timeoutMs: 30_000,
  ...changes,
});

/** Runs it; `onLog` may end it. What it wrote comes with the result. */
async function run(request: TestRequest, onLog: (text: string, stop: () => void) => void = () => {}) {
  const stop = new AbortController();
  let output = '';
  const result = await engine.runTest(request, {
    signal: stop.signal,
    progress: () => {},
    log: (text) => {
      output += text;
      onLog(text, () => stop.abort());
    },
  });
  return { result, output };
}

/** Containers of this file's run, running or not. */
async function left(): Promise<string> {
  return (await execa('docker', ['ps', '-a', '-q', '--filter', `label=io.slipway.run=${RUN}`])).stdout;
}

describe('a test container', () => {
  test('runs the command in the image and tells what the runner said', async () => {
    const { result, output } = await run(command('echo one; echo two >&2; echo "3 passed in 0.01s"; exit 0'));
    expect(result).toEqual({ ok: true, value: { exitCode: 0, tests: 3, missing: null } });
    expect(output.split('\n').sort()).toEqual(['', '3 passed in 0.01s', 'one', 'two']);
    expect(await left()).toBe('');
  });

  test('tells a failed test by its exit code', async () => {
    const { result } = await run(command('echo "1 failed, 2 passed in 0.01s"; exit 1'));
    expect(result).toEqual({ ok: true, value: { exitCode: 1, tests: 3, missing: null } });
  });

  test.each([
    ['by its path', '/no/such/runner'],
    ['by its name', 'pytest-is-not-here'],
  ])('says that the runner is missing, %s', async (_how, program) => {
    const { result } = await run(command('', { command: [program, '-q'] }));
    expect(result).toMatchObject({ ok: true, value: { missing: `${program} is not in the image` } });
    expect(await left()).toBe('');
  });

  test('has no network but loopback, no published port and none of Compose’s labels', async () => {
    const { result, output } = await run(command('ls /sys/class/net; echo ready'));
    expect(result.ok).toBe(true);
    expect(output).toBe('lo\nready\n');
  });

  test('is no replica of a service, and carries our labels', async () => {
    let labels = '';
    await run(command('echo ready; sleep 20'), async (_text, stop) => {
      const id = await left();
      labels = (await execa('docker', ['inspect', '--format', '{{json .Config.Labels}} {{json .NetworkSettings.Ports}}', id]))
        .stdout;
      stop();
    });
    expect(labels).toContain('"io.slipway.role":"test"');
    expect(labels).toContain('"io.slipway.service":"shop/web"');
    expect(labels).toContain('"com.docker.compose.project":""');
    expect(labels).toMatch(/ \{\}$/);
  });

  test('joins a given network', async () => {
    await execa('docker', ['network', 'create', '--label', 'io.slipway.test=1', PROJECT]);
    const { output } = await run(command('ls /sys/class/net', { network: PROJECT }));
    expect(output).toContain('eth0');
  });

  test('reads mounts and cannot write to them', async () => {
    const mounts = [{ source: folder, target: '/given' }];
    const { output, result } = await run(command('cat /given/given.txt; touch /given/new 2>&1; echo done', { mounts }));
    expect(result.ok).toBe(true);
    expect(output).toContain('given by a mount');
    expect(output).toMatch(/Read-only file system/);
  });

  test('is ended by its memory limit', async () => {
    const { result } = await run(command('echo filling; tail /dev/zero', { memoryBytes: 32 << 20 }));
    expect(result).toMatchObject({ ok: false, error: { transient: false, failure: { code: 'test-out-of-memory' } } });
    expect(await left()).toBe('');
  });

  test('is killed when its time is up, with what it said until then', async () => {
    const { result } = await run(command('trap "" TERM; echo waiting for a lock; sleep 60', { timeoutMs: 700 }));
    expect(result).toEqual({
      ok: false,
      error: { transient: false, failure: { code: 'test-timeout', afterMs: 700, lastLogLines: ['waiting for a lock'] } },
    });
    expect(await left()).toBe('');
  });

  test('is killed when nobody wants it any more', async () => {
    const { result } = await run(command('echo started; sleep 60'), (_text, stop) => stop());
    expect(result).toEqual({ ok: false, error: { transient: false, failure: { code: 'interrupted' } } });
    expect(await left()).toBe('');
  });

  test('of an image that is gone is an error of the engine', async () => {
    const { result } = await run(command('true', { image: `sha256:${'0'.repeat(64)}` }));
    expect(result).toMatchObject({ ok: false, error: { failure: { code: 'engine-error' } } });
  });
});
