import { execa } from 'execa';
import { afterEach, expect, test } from 'vitest';
import { createApi } from '../../src/docker/api/client.ts';
import { apiVerbs, openApiSession } from '../../src/docker/api/verbs.ts';

/** Two callers that share nothing but the engine. */
const one = apiVerbs(openApiSession(createApi({ kind: 'unix', path: '/var/run/docker.sock' })));
const two = apiVerbs(openApiSession(createApi({ kind: 'unix', path: '/var/run/docker.sock' })));
const PROJECT = `sw-lock-${process.pid}`;
const lockOf = (who: string) => ({ project: PROJECT, holder: { pid: '1', host: who, command: `rebuild "it's ${who}"` } });

afterEach(() => one.unlock(PROJECT));

test('only one of two callers gets the lock, and the other learns who has it', async () => {
  const results = await Promise.all([one.lock(lockOf('one')), two.lock(lockOf('two'))]);
  const winner = results[0]!.ok ? 'one' : 'two';
  expect(results.filter((result) => result.ok)).toHaveLength(1);
  expect(results.find((result) => !result.ok)).toEqual({ ok: false, error: lockOf(winner) });
  expect(await one.lockHolder(PROJECT)).toEqual(lockOf(winner));
});

test('the marker is never started, and nothing of it stays', async () => {
  await one.lock(lockOf('one'));
  const { stdout } = await execa('docker', [
    'inspect',
    '--format',
    '{{.State.Status}} {{.HostConfig.NetworkMode}}',
    `slipway-lock-${PROJECT}`,
  ]);
  expect(stdout).toBe('created none');
  expect(await two.unlock(PROJECT)).toEqual({ ok: true, value: null });
  expect(await one.lockHolder(PROJECT)).toBeNull();
  expect(await one.lock(lockOf('two'))).toEqual({ ok: true, value: null });
});

test('giving back a lock that nobody holds is fine', async () => {
  expect(await one.unlock(PROJECT)).toEqual({ ok: true, value: null });
});

test('a foreign container of the lock’s name is left alone', async () => {
  await one.lock(lockOf('one'));
  await one.unlock(PROJECT);
  await execa('docker', [
    'create',
    '--name',
    `slipway-lock-${PROJECT}`,
    '--network',
    'none',
    'slipway-base-busybox:bookworm',
    'true',
  ]);
  try {
    expect(await one.lock(lockOf('one'))).toEqual({ ok: false, error: { project: PROJECT, holder: {} } });
    expect(await one.unlock(PROJECT)).toMatchObject({ ok: false, error: { code: 'engine-error' } });
  } finally {
    await execa('docker', ['rm', `slipway-lock-${PROJECT}`]);
  }
});
