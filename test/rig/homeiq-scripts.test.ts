import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ROOT } from '../../scripts/setup/parts.mjs';
import { folderWith } from '../support/folder.ts';

const SCRIPTS = join(ROOT, 'examples/homeiq/scripts');
const NAMES = readdirSync(SCRIPTS).filter((name) => name.endsWith('.sh'));
const COMMANDS = {
  'phase1-batch-rebuild.sh': 'rebuild',
  'phase1-monitor-rebuild.sh': 'monitor',
  'phase1-validate-services.sh': 'validate',
} as const;

/** A stand-in that says how it was called, and ends with 7. */
const SAYS = (who: string) => `#!/bin/sh\nprintf '%s\\n' ${who} "$@"\nexit 7\n`;

/** A copied fleet: the scripts and the configuration, and nothing of Slipway's repository above it. */
function copiedFleet(): string {
  const fleet = join(folderWith(), 'a fleet');
  cpSync(SCRIPTS, join(fleet, 'scripts'), { recursive: true });
  return fleet;
}

function install(folder: string, who: string): string {
  return executable(join(folder, 'node_modules/.bin/slipway'), SAYS(who));
}

function executable(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o755 });
  return path;
}

function call(script: string, args: readonly string[] = [], { cwd = '/', path = process.env.PATH! } = {}) {
  const { status, stdout, stderr } = spawnSync(script, args, { cwd, encoding: 'utf8', env: { PATH: path, HOME: '/' } });
  return { status, lines: stdout.trimEnd().split('\n'), stderr };
}

/** How Slipway is called for a fleet. */
function onFleet(fleet: string, ...args: readonly string[]): string[] {
  return ['--project-dir', fleet, '--config', join(fleet, 'scripts/phase1-service-config.yaml'), ...args];
}

test.each(Object.entries(COMMANDS))('%s is slipway %s on its fleet, with every option and the exit code', (name, command) => {
  const fleet = copiedFleet();
  install(fleet, 'own');
  const options = ['a b', '--category', 'integration,ai-ml', '', "it's", '$HOME', '--', '--help'];
  const { status, lines } = call(join(fleet, 'scripts', name), options);
  expect(lines).toEqual(['own', ...onFleet(fleet, command, ...options)]);
  expect(status).toBe(7);
});

test.each(NAMES.filter((name) => name !== 'find-slipway.sh'))(
  '%s gives its place to Slipway, which gets Ctrl-C and ends by itself',
  async (name) => {
    const fleet = copiedFleet();
    const waits = "process.on('SIGINT', () => process.exit(130)); console.log(process.pid); setInterval(() => {}, 1e6);";
    executable(join(fleet, 'node_modules/.bin/slipway'), `#!/usr/bin/env node\n${waits}\n`);
    const script = spawn(join(fleet, 'scripts', name), { cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void script.kill('SIGKILL'));
    const [pid] = (await once(script.stdout, 'data')) as [Buffer];
    expect(Number(pid)).toBe(script.pid);
    script.kill('SIGINT');
    expect(await once(script, 'exit')).toEqual([130, null]);
  },
);

test('slipway.sh runs any command', () => {
  const fleet = copiedFleet();
  install(fleet, 'own');
  expect(call(join(fleet, 'scripts/slipway.sh'), ['status', '--json']).lines).toEqual([
    'own',
    ...onFleet(fleet, 'status', '--json'),
  ]);
});

test('from any folder, by a link, by a link to a link, and in a linked folder of scripts', () => {
  const fleet = copiedFleet();
  install(fleet, 'own');
  const elsewhere = folderWith({ 'bin/x': '' });
  symlinkSync(join(fleet, 'scripts/phase1-batch-rebuild.sh'), join(elsewhere, 'bin/rebuild'));
  symlinkSync('rebuild', join(elsewhere, 'bin/again'));
  const expected = ['own', ...onFleet(fleet, 'rebuild')];
  expect(call('./phase1-batch-rebuild.sh', [], { cwd: join(fleet, 'scripts') }).lines).toEqual(expected);
  expect(call('scripts/phase1-batch-rebuild.sh', [], { cwd: fleet }).lines).toEqual(expected);
  // Another shell than bash on Debian.
  expect(call('sh', ['phase1-batch-rebuild.sh'], { cwd: join(fleet, 'scripts') }).lines).toEqual(expected);
  expect(call(join(elsewhere, 'bin/rebuild')).lines).toEqual(expected);
  expect(call('./again', [], { cwd: join(elsewhere, 'bin') }).lines).toEqual(expected);
  expect(call('again', [], { path: `${join(elsewhere, 'bin')}:${process.env.PATH}` }).lines).toEqual(expected);

  const other = folderWith();
  symlinkSync(join(fleet, 'scripts'), join(other, 'scripts'));
  install(other, 'other');
  expect(call(join(other, 'scripts/phase1-batch-rebuild.sh')).lines).toEqual(['other', ...onFleet(other, 'rebuild')]);
});

test('Slipway is taken from the fleet, from a folder above it, from the PATH, then from the repository', () => {
  const fleet = copiedFleet();
  const script = join(fleet, 'scripts/phase1-batch-rebuild.sh');
  const who = (path?: string) => call(script, [], path === undefined ? {} : { path }).lines[0];

  const missing = call(script);
  expect(missing.status).toBe(2);
  expect(missing.stderr).toMatch(/^phase1-batch-rebuild\.sh: there is no slipway: install its package in .*a fleet/);

  executable(join(dirname(fleet), 'dist/slipway.mjs'), SAYS('repository'));
  expect(who()).toBe('repository');
  const global = folderWith();
  executable(join(global, 'slipway'), SAYS('global'));
  const path = `${global}:${process.env.PATH}`;
  expect(who(path)).toBe('global');
  install(dirname(fleet), 'above');
  expect(who(path)).toBe('above');
  install(fleet, 'own');
  expect(who(path)).toBe('own');
});

test('without Node, and without a configuration above it, a script says so and ends with 2', () => {
  const tools = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-tools-')));
  onTestFinished(() => rmSync(tools, { recursive: true }));
  for (const tool of ['bash', 'env', 'dirname', 'readlink', 'cat']) {
    symlinkSync(execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim(), join(tools, tool));
  }
  const fleet = copiedFleet();
  install(fleet, 'own');
  const script = join(fleet, 'scripts/phase1-validate-services.sh');
  const noNode = call(script, [], { path: tools });
  expect(noNode).toMatchObject({ status: 2, stderr: expect.stringContaining('there is no node on the PATH') });

  rmSync(join(fleet, 'scripts/phase1-service-config.yaml'));
  const noConfig = call(script);
  expect(noConfig).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('there is no scripts/phase1-service-config.yaml in '),
  });
});

test.each(Object.entries(COMMANDS))('%s --help shows its own help and that of the command', (name, command) => {
  const { status, lines } = call(join(SCRIPTS, name), ['weather-api', '--help']);
  expect(status).toBe(0);
  expect(lines[0]).toMatch(new RegExp(`^${name.replace('.', '\\.')} `));
  expect(lines.some((line) => line.startsWith(`Usage: slipway ${command} `))).toBe(true);
});

test('what the help of the rebuild lists are options of slipway rebuild', () => {
  const [own = '', rest = ''] = call(join(SCRIPTS, 'phase1-batch-rebuild.sh'), ['--help']).lines.join('\n').split('Usage:');
  const listed = [...own.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option]) => option!);
  expect(listed).toHaveLength(8);
  expect(listed.filter((option) => !rest.includes(option))).toEqual([]);
});

test('the scripts are right as shell scripts', () => {
  for (const name of NAMES) execFileSync('bash', ['-n', join(SCRIPTS, name)]);
  // Debian's shellcheck, where it is installed.
  if (spawnSync('shellcheck', ['--version']).error) return;
  const checked = spawnSync('shellcheck', ['-x', '-P', SCRIPTS, ...NAMES.map((name) => join(SCRIPTS, name))], {
    encoding: 'utf8',
  });
  expect(checked.stdout).toBe('');
});
