import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { slipway } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';

const STACK = /^\s+at .*:\d+:\d+\)?$/m;

/** What a mistake in the call answers: exit 2, one error on stderr, nothing on stdout, no stack. */
async function mistake(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await slipway(args, { cwd: folderWith() });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).not.toMatch(STACK);
  expect(stderr).toMatch(/^error {2}/);
  return stderr.replaceAll(/\n +/g, ' ').trim();
}

describe('a mistake in the call', () => {
  test.each([
    [['rebild'], "error  usage  unknown command 'rebild' Did you mean rebuild? Run slipway --help for what there is"],
    [['rebuild', '--bath-size', '3'], "error  usage  unknown option '--bath-size' Did you mean --batch-size?"],
    [['rebuild', '--outptu', 'json'], 'Did you mean --output?'],
    [['rebuild', '--batch-size'], "option '--batch-size <N>' argument missing"],
    [['rebuild', '--batch-size', '0'], '--batch-size 0 is not valid Give a whole number from 1, or all'],
    [['rebuild', '--max-failures', '101%'], '--max-failures 101% is not valid Give a whole number of services'],
    [['rebuild', '--rollback-scope', 'wav'], 'Did you mean wave? It is one of service, wave, run'],
    [['rebuild', '--output', 'pretty'], 'It is one of auto, tty, plain, json, quiet'],
    [['rebuild', '--lock-wait', '10'], 'Give a number with its unit, such as 30s, 10m or 1h30m'],
    [['rebuild', '--config', ''], 'It must not be empty'],
    [['rebuild', '--plan', 'p.json', 'weather-api'], 'service names cannot be combined with --plan'],
    [['rebuild', '--plan', 'p.json', '--category', 'a', '--force'], '--category and --force cannot be combined with --plan'],
    [['rebuild', '--continue', '--plan', 'p.json'], '--continue cannot be combined with --plan'],
    [['rebuild', '--continue', '--no-cache', '--force'], '--no-cache and --force cannot be combined with --continue'],
    [['rebuild', '--continue', '--dry-run'], '--dry-run cannot be combined with --continue'],
    [['rollback'], 'rollback needs service names, or --all'],
    [['rollback', '--to', '20260204_140000', '--yes'], 'rollback needs service names, or --all'],
    [['rollback', 'weather-api', '--all'], '--all cannot be combined with service names'],
    [['rollback', '--continue', '--to', 'r', '--dry-run'], '--to and --dry-run cannot be combined with --continue'],
    [['rollback', '--too', 'r'], 'Did you mean --to?'],
    [['rollback', '--lock-wait', '10', 'a'], 'Give a number with its unit, such as 30s, 10m or 1h30m'],
    [['rollback', 'weather-api'], 'there is no terminal to ask on Look with --dry-run first, then give --yes'],
    [['simulate', '--batch-size', '5,x'], 'Give a whole number from 1, or all, or a comma list of them'],
    [['simulate', '--runs', '5000'], '--runs 5000 is not valid Give a whole number up to 1000'],
    [['logs'], "missing required argument 'service'"],
    [['status', 'weather-api'], "too many arguments for 'status'"],
  ])('%j', async (args, expected) => {
    expect(await mistake(args)).toContain(expected);
  });
});

describe('no fleet', () => {
  test.each(['rebuild', 'plan', 'simulate', 'status', 'runs', 'logs x'])('%s says where it looked', async (command) => {
    const text = await mistake(command.split(' '));
    expect(text).toContain('No slipway.yaml and no Compose file in');
    expect(text).toContain('--project-dir');
  });

  test('a project dir that is not there', async () => {
    expect(await mistake(['status', '--project-dir', 'nowhere'])).toMatch(/The project dir .*nowhere does not exist/);
  });
});

test('without a command: the help, on stderr, and exit 2', async () => {
  const { code, stdout, stderr } = await slipway([], { cwd: folderWith() });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('Usage: slipway [options] [command]');
});

test.each([['--help'], ['help'], ['rebuild', '--help'], ['help', 'rebuild']])('%j is no mistake', async (...args) => {
  const { code, stdout, stderr } = await slipway(args, { cwd: folderWith() });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(args.includes('rebuild') ? 'Examples:\n  slipway rebuild ' : 'Commands:\n  rebuild ');
});

test('--version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(await slipway(['--version'], { cwd: folderWith() })).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('a fleet without a run', async () => {
  const cwd = folderWith({ 'compose.yaml': 'services: { a: { image: busybox } }\n' });
  expect(await slipway(['status'], { cwd })).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^phase phase1: no run yet\n/),
  });
  expect(await slipway(['runs'], { cwd })).toEqual({ code: 0, stdout: 'No run yet.\n', stderr: '' });
  expect(await slipway(['runs', '--json'], { cwd })).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
  expect(JSON.parse((await slipway(['status', '--json'], { cwd })).stdout)).toMatchObject({
    version: 1,
    run: null,
    services: [],
  });
  expect(await slipway(['logs', 'a'], { cwd })).toMatchObject({ code: 2, stderr: expect.stringContaining('has no run yet') });
});

test('no Docker on the machine', async () => {
  const cwd = folderWith({ 'compose.yaml': 'services: { a: { image: busybox } }\n' });
  const env = { DOCKER_HOST: `unix://${cwd}/none.sock` };
  for (const command of ['plan', 'rebuild']) {
    const { code, stdout, stderr } = await slipway([command], { cwd, env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error {2}no-engine {2}/);
    expect(stderr).not.toMatch(STACK);
  }
});

test('unlock refuses without a terminal, removes what nobody holds with --yes, and then there is nothing', async () => {
  const cwd = folderWith({ 'compose.yaml': 'services: { a: { image: busybox } }\n', '.slipway/lock': '{"pid":' });
  const env = { DOCKER_HOST: `unix://${cwd}/none.sock` };
  expect(await slipway(['unlock'], { cwd, env })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Give --yes if you are sure'),
  });
  expect(await slipway(['unlock', '--yes'], { cwd, env })).toMatchObject({
    code: 0,
    stdout: 'Removed the lock file, which named nobody\n',
    stderr: expect.stringContaining('Only the lock file is looked at'),
  });
  expect(await slipway(['unlock'], { cwd, env })).toMatchObject({ code: 0, stdout: 'Nothing is locked\n' });
});
