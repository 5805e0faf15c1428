import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundle, cliEnv, slipway } from '../support/cli.ts';
import { tinyFleet } from '../support/tiny-fleet.ts';

test('plan: text and JSON, the same as a dry run, and neither writes anything', async () => {
  const cwd = tinyFleet('sw-cli-plan', [{ name: 'bread' }, { name: 'cake', dependsOn: ['bread'] }]);
  const text = await slipway(['plan'], { cwd });
  expect(text).toMatchObject({ code: 0, stderr: '' });
  expect(text.stdout).toMatch(/^Plan: 2 planned, 0 untouched/);
  expect(await slipway(['rebuild', '--dry-run'], { cwd })).toEqual(text);

  const json = await slipway(['plan', '--json'], { cwd });
  expect(JSON.parse(json.stdout)).toMatchObject({ version: 1, services: [{ service: 'bread' }, { service: 'cake' }] });
  expect(await slipway(['rebuild', '--dry-run', '--output', 'json'], { cwd })).toEqual(json);
  expect(await slipway(['plan', '--output', 'json', '--no-color'], { cwd })).toEqual(json);
  expect(existsSync(join(cwd, '.slipway'))).toBe(false);
});

test('a written plan is executed by rebuild --plan, once', async () => {
  const cwd = tinyFleet('sw-cli-plan-file', [{ name: 'bread' }]);
  expect((await slipway(['plan', '--out', 'plan.json'], { cwd })).code).toBe(0);
  expect(await slipway(['rebuild', '--plan', 'plan.json', '--output', 'quiet'], { cwd })).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
  const again = await slipway(['rebuild', '--plan', 'plan.json'], { cwd });
  expect(again).toMatchObject({ code: 2, stdout: '' });
});

test('--output json is the journal, line by line, and a reader that leaves does no harm', async () => {
  const cwd = tinyFleet('sw-cli-json', [{ name: 'bread' }]);
  const { code, stdout } = await slipway(['rebuild', '--output', 'json'], { cwd });
  expect(code).toBe(0);
  const runs = join(cwd, '.slipway/runs');
  expect(stdout).toBe(readFileSync(join(runs, readdirSync(runs)[0]!, 'journal.ndjson'), 'utf8'));

  const child = spawn(process.execPath, [bundle(), 'rebuild', '--force', '--output', 'json'], {
    cwd,
    env: cliEnv(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.once('data', () => child.stdout.destroy());
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = await new Promise((resolve) => child.on('close', resolve));
  expect({ ended, stderr }).toEqual({ ended: 0, stderr: '' });
});

test('what a service did is found again: logs, status, runs; quiet names only what failed', async () => {
  const cwd = tinyFleet('sw-cli-views', [{ name: 'bread' }, { name: 'cake', brokenBuild: true }]);
  const { code, stdout } = await slipway(['rebuild', '--output', 'quiet'], { cwd });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^cake failed: build failed: .*\n$/);
  expect(await slipway(['logs', 'cake'], { cwd })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('the oven is cold'),
  });
  expect(await slipway(['logs', 'cake', '--test'], { cwd })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('cake has no test log in any run'),
  });
  expect(await slipway(['logs', 'caek'], { cwd })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Did you mean cake?'),
  });
  const status = await slipway(['status'], { cwd });
  expect(status.stdout).toMatch(/2 services: 1 completed, 1 failed\n\n✗ cake {2}failed .* build failed/);
  const runs = JSON.parse((await slipway(['runs', '--json'], { cwd })).stdout);
  expect(runs).toMatchObject([{ outcome: 'failed', exitCode: 1, counts: { total: 2, completed: 1, failed: 1 } }]);
});
