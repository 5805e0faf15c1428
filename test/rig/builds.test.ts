import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { isAlive } from '../support/alive.ts';
import { Rig } from '../support/rig/rig.ts';

async function buildingApi({ onTestFinished }: TestContext, config: Readonly<Record<string, unknown>> = {}) {
  const rig = await Rig.open(onTestFinished);
  rig.fleet({ api: {} }, config);
  const cli = rig.start(['rebuild', 'api']);
  return { rig, cli, bake: await rig.bake('api') };
}

/** One SolveStatus line about one step. */
function status(step: object, rest: object = {}): string {
  const vertex = { digest: 'sha256:1', name: '[1/2] RUN make', started: '2026-01-01T00:00:00Z', ...step };
  return `${JSON.stringify({ vertexes: [vertex], ...rest })}\n`;
}

test.concurrent('garbage and torn progress do no harm to a build that ends well', async (context) => {
  const { rig, cli, bake } = await buildingApi(context);
  rig.finishUps();
  await bake.stderr(`${status({})}{"vertexes":[{"dig`);
  await bake.stderr(
    '\n\u0000\u001b[31mno json\u001b[0m {]\nnull\n42\n{"vertexes":"x","logs":{}}\n{"logs":[{"vertex":7,"data":1}]}\n',
  );
  await bake.stderr(status({ completed: '2026-01-01T00:00:01Z' }));
  await bake.stderr('{"vertexes":[{"digest":"sha256:2","na');
  await rig.finishBake(bake);
  const { exitCode, stdout } = await cli.ended;
  expect(exitCode).toBe(0);
  expect(stdout).not.toContain('\u001b');
  expect(stdout).not.toContain('\u0000');
});

test.concurrent('a build that fails is told with its step, its last lines and the reason, and nothing is replaced', async (context) => {
  const { rig, cli, bake } = await buildingApi(context);
  const data = Buffer.from('compiling\ncannot find -lfoo\n').toString('base64');
  await bake.stderr(status({}, { logs: [{ vertex: 'sha256:1', data, timestamp: '2026-01-01T00:00:01Z' }] }));
  await bake.stderr(status({ error: 'process "/bin/sh -c make" did not complete successfully: exit code: 2' }));
  await bake.stderr(
    'ERROR: target api: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2\n',
  );
  await bake.exit(1);
  const { exitCode, stdout } = await cli.ended;
  expect(exitCode).toBe(1);
  expect(stdout).toContain('cannot find -lfoo');
  expect(stdout).toContain('exit code: 2');
  expect(rig.calls.filter((call) => / up /.test(call.line))).toEqual([]);
});

test.concurrent('a build that says nothing at all when it fails', async (context) => {
  const { cli, bake } = await buildingApi(context);
  await bake.exit(137);
  const { exitCode, stdout } = await cli.ended;
  expect(exitCode).toBe(1);
  expect(stdout).toContain('docker buildx ended with exit code 137');
});

test.concurrent('a build without an image at the end has failed, whatever its exit code', async (context) => {
  const { cli, bake } = await buildingApi(context);
  await bake.exit(0);
  const { exitCode, stdout } = await cli.ended;
  expect(exitCode).toBe(1);
  expect(stdout.replace(/\s+/g, ' ')).toContain('the build ended well, but the engine has no image rig-api:candidate-');
});

test.concurrent('a build past its time is ended with all that it started, also when it ignores TERM', async (context) => {
  const { rig, cli, bake } = await buildingApi(context, { timeouts: { build: '1s' } });
  await bake.ignore('SIGTERM');
  const survivor = await bake.spawnSurvivor();
  expect(await bake.signalled()).toBe('SIGTERM');
  const { exitCode, stdout } = await cli.ended;
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/build.*(took longer|time|1s)/i);
  expect([bake.facts.pid, survivor].filter(isAlive)).toEqual([]);
  expect(rig.calls.filter((call) => / up /.test(call.line))).toEqual([]);
});

test.concurrent('a survivor of a build that ended is ended too', async (context) => {
  const { rig, cli, bake } = await buildingApi(context);
  rig.finishUps();
  const survivor = await bake.spawnSurvivor();
  await rig.finishBake(bake);
  expect((await cli.ended).exitCode).toBe(0);
  expect(isAlive(survivor)).toBe(false);
});

test.concurrent('a flood of output is bounded in memory and no cause to fail', async (context) => {
  const { rig, cli, bake } = await buildingApi(context);
  rig.finishUps();
  // 100 MB of words, of one line without an end, and of a step's output.
  await bake.flood('stderr', `${'x'.repeat(1023)}\n`, 32 * 1024);
  await bake.flood('stderr', 'y'.repeat(64 * 1024), 512);
  const data = Buffer.from(`${'z'.repeat(32 * 1024 - 1)}\n`).toString('base64');
  await bake.stderr(`\n${status({})}`);
  await bake.flood('stderr', `${JSON.stringify({ logs: [{ vertex: 'sha256:1', data }] })}\n`, 1024);
  const peakMb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${cli.pid}/status`, 'utf8'))?.[1]) / 1024;
  await rig.finishBake(bake);
  expect((await cli.ended).exitCode).toBe(0);
  expect(peakMb).toBeLessThan(300);
});

test.concurrent('a model without an end is refused, and Compose is ended', async ({ onTestFinished }) => {
  const rig = await Rig.open(onTestFinished);
  rig.fleet({ api: {} });
  rig.answer(/ config --format json/, (call) => call.flood('stdout', 'x'.repeat(1 << 20), 100));
  const { exitCode, stdout, stderr } = await rig.slipway(['plan']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr.replace(/\s+/g, ' ')).toContain('docker compose config wrote more than');
  expect(rig.calls.map((call) => call.facts.pid).filter(isAlive)).toEqual([]);
});

test.concurrent('build logs are written for the owner only', async (context) => {
  const { rig, cli, bake } = await buildingApi(context);
  rig.finishUps();
  await bake.stderr('hello from the build\n');
  await rig.finishBake(bake);
  expect((await cli.ended).exitCode).toBe(0);
  const log = rig.files().find((path) => path.endsWith('/api.log'))!;
  expect(readFileSync(join(rig.root, log), 'utf8')).toContain('hello from the build');
  expect(statSync(join(rig.root, log)).mode & 0o777).toBe(0o600);
});
