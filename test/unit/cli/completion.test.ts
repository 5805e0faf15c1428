import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../src/cli/catalog.ts';
import { complete, completesOf, type FindNames } from '../../../src/cli/completion/complete.ts';
import { readLine } from '../../../src/cli/completion/line.ts';
import { COMMON_FLAGS } from '../../../src/cli/options/common.ts';

const find: FindNames = async (kind) => {
  const names = {
    services: ['api', 'web'],
    categories: ['core', 'integration'],
    profiles: ['dev'],
    runs: ['r2', 'r1'],
    releases: ['l1'],
    backups: ['b1'],
  };
  return names[kind].map((word) => ({ word, says: '' }));
};

/** What is offered for the last of these words, or what the shell completes itself. */
async function offered(...words: string[]): Promise<readonly string[] | string> {
  const { kind, candidates } = await complete(readLine(words, COMMANDS).site, COMMANDS, find);
  return kind === 'words' ? candidates.map(({ word }) => word) : kind;
}

test('every value of every option is completed, or is a number, a time or free text', () => {
  const free = /^<(N|N\|N%|DURATION|ADDRESS|PORT)>$/;
  const flags = [...COMMANDS.flatMap(({ flags }) => Object.values(flags)), ...Object.values(COMMON_FLAGS)];
  const open = flags.filter((flag) => flag.value !== null && !free.test(flag.value) && completesOf(flag) === null);
  expect(open.map(({ name, value }) => `${name} ${value}`)).toEqual([]);
});

describe('commands', () => {
  test('are offered first, behind options of every command too', async () => {
    expect(await offered('re')).toEqual(['rebuild', 'restore', 'report', 'resume', 'releases']);
    expect(await offered('--project-dir', 'x', '--no-color', 'pla')).toEqual(['plan']);
    expect(await offered('help', 'pla')).toEqual(['plan']);
  });

  test('that do not exist have nothing', async () => {
    expect(await offered('rebild', '')).toEqual([]);
    expect(await offered('rebild', '--')).toEqual([]);
  });
});

describe('options', () => {
  test('are those of the command and of every command', async () => {
    expect(await offered('status', '--')).toEqual([
      '--json',
      '--project-dir',
      '--config',
      '--output',
      '--no-color',
      '--yes',
      '--help',
    ]);
    expect(await offered('--v')).toEqual(['--version']);
    expect(await offered('status', '--v')).toEqual([]);
  });

  test('come once, unless they can be repeated', async () => {
    expect(await offered('status', '--json', '--js')).toEqual([]);
    expect(await offered('logs', '-f', '--fol')).toEqual([]);
    expect(await offered('rebuild', '--category', 'core', '--cat')).toEqual(['--category']);
  });

  test('have values: words, names, comma lists, paths', async () => {
    expect(await offered('--output', '')).toEqual(['auto', 'tty', 'plain', 'json', 'quiet']);
    expect(await offered('--output=j')).toEqual(['--output=json']);
    expect(await offered('rebuild', '--category', 'core,')).toEqual(['core,integration']);
    expect(await offered('rebuild', '--category=core,in')).toEqual(['--category=core,integration']);
    expect(await offered('logs', 'web', '--run', '')).toEqual(['r2', 'r1']);
    expect(await offered('plan', '--out', '')).toBe('files');
    expect(await offered('--project-dir=')).toBe('directories');
    expect(await offered('rebuild', '--batch-size', '')).toEqual([]);
    expect(await offered('rebuild', '--dry-run=')).toEqual([]);
  });
});

describe('arguments', () => {
  test('are services that are not there yet, as many as the command takes', async () => {
    expect(await offered('rebuild', '')).toEqual(['api', 'web']);
    expect(await offered('rebuild', 'api', '--force', '')).toEqual(['web']);
    expect(await offered('logs', 'api', '')).toEqual([]);
    expect(await offered('status', '')).toEqual([]);
  });

  test('behind -- are never options', async () => {
    expect(await offered('rebuild', '--', '--')).toEqual([]);
    expect(await offered('rebuild', '--', 'a')).toEqual(['api']);
  });

  test('are what the usage calls them', async () => {
    expect(await offered('report', '')).toEqual(['r2', 'r1']);
    expect(await offered('releases', '')).toEqual(['l1']);
    expect(await offered('restore', '')).toEqual(['b1', 'api', 'web']);
    expect(await offered('restore', 'b1', '')).toEqual(['api', 'web']);
    expect(await offered('restore', 'x/')).toBe('directories');
    expect(await offered('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(await offered('backup', 'v')).toEqual(['verify']);
    expect(await offered('backup', 'verify', '')).toEqual(['b1']);
    expect(await offered('backup', 'verify', 'b1', '')).toEqual([]);
    expect(await offered('backup', 'list', '')).toEqual([]);
  });
});
