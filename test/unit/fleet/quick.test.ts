import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { quickNames } from '../../../src/fleet/quick/names.ts';
import { outlineOf, sectionOf } from '../../../src/fleet/quick/outline.ts';
import { folderWith } from '../../support/folder.ts';

function paths(text: string): string[] {
  return [...outlineOf(text)].map(({ path, value }) => `${path.join('.')}${value === '' ? '' : ` = ${value}`}`);
}

async function namesIn(files: Readonly<Record<string, string>>) {
  return (await quickNames({ cwd: folderWith(files), projectDir: null, configFile: null }))!;
}

describe('the outline of a YAML text', () => {
  test('has keys with their parents, and items of lists at either column', () => {
    expect(paths('a:\n  b: 1\n  c:\n  - d: 2\n    e: 3\n  - f\ng:\n  - - h: 4\n')).toEqual([
      'a',
      'a.b = 1',
      'a.c',
      'a.c.-.d = 2',
      'a.c.-.e = 3',
      'a.c.- = f',
      'g',
      'g.-.-.h = 4',
    ]);
  });

  test('passes over comments, documents and what a block scalar says', () => {
    expect(paths('--- # first\n# a: 1\na: |\n  b: 2\n\n  c: 3\nd: >-\n    e: 4\nf: 5 # six\n')).toEqual([
      'a = |',
      'd = >-',
      'f = 5',
    ]);
  });

  test('reads keys in quotes, with dots and with colons', () => {
    expect(paths('"a.b": 1\n\'c\': 2\nd.e/f:\n  g:h: 3\nhttp://x\n')).toEqual(['a.b = 1', 'c = 2', 'd.e/f', 'd.e/f.g:h = 3']);
  });

  test('gives one section with the list that begins at its column', () => {
    expect(sectionOf('x: 1\ninclude:\n- a\n# note\n- b\nservices: {}\n', 'include')).toBe('include:\n- a\n# note\n- b');
    expect(sectionOf('x: 1\n', 'include')).toBe('');
  });
});

describe('the names of a fleet by its text', () => {
  test('come from Compose files, their overrides and what they include', async () => {
    const names = await namesIn({
      'compose.yaml':
        'include: [more/part.yaml]\nservices:\n  web: &base\n    image: a\n  Data.API:\n    <<: *base\n    profiles: [dev, "x y"]\n',
      'compose.override.yaml': 'services:\n  web: {}\n  extra:\n    profiles:\n      - late\n',
      'more/part.yaml': 'services: { jobs: { image: b } }\n',
    });
    expect(names.services).toEqual(['web', 'Data.API', 'jobs', 'extra']);
    expect(names.profiles).toEqual(['dev', 'x y', 'late']);
  });

  test('have categories of both dialects, with what the configuration says of them', async () => {
    const services = '    services:\n      - { port: 1, name: web }\n      - name: "db"\n        port: 2\n';
    const current = await namesIn({
      'slipway.yaml': `categories:\n  core:\n    description: 'The core'\n${services}`,
      'compose.yaml': '',
    });
    expect(current.categories).toEqual(new Map([['core', 'The core']]));
    expect([...current.categoryOf]).toEqual([
      ['web', 'core'],
      ['db', 'core'],
    ]);
    const older = await namesIn({
      'slipway.yaml': `service_categories:\n  ai_ml:\n    count: 2\n${services}`,
      'compose.yaml': '',
    });
    expect([...older.categories.keys()]).toEqual(['ai_ml']);
    expect(older.services).toEqual(['web', 'db']);
  });

  test('name the project where there are several', async () => {
    const names = await namesIn({
      'slipway.yaml': 'fleet:\n  projects:\n    - name: one\n      directory: a\n    - directory: My.Two\nphase: "p2"\n',
      'a/compose.yaml': 'services:\n  web: {}\n',
      'My.Two/compose.yaml': 'services:\n  api: {}\n',
    });
    expect(names).toMatchObject({ services: ['one/web', 'mytwo/api'], phase: 'p2' });
  });

  test.each(['[', '- '])('are none of what nests its values too deeply: %j', async (opener) => {
    // At about this depth Node dies in the package's own parser, and nobody can catch it.
    const deep = opener.repeat(4000);
    const names = await namesIn({
      'slipway.yaml': `fleet:\n  projects:\n    ${deep}\nbackup:\n  ${deep}\n`,
      'compose.yaml': `include:\n  ${deep}\nservices:\n  ${deep}\n`,
    });
    expect(names).toMatchObject({ services: [], backups: 'backups' });
  });

  test('are none of a pipe to which nobody writes', async () => {
    const cwd = folderWith();
    execFileSync('mkfifo', [join(cwd, 'compose.yaml')]);
    expect(await quickNames({ cwd, projectDir: null, configFile: null })).toMatchObject({ services: [] });
  });

  test('are none of a file that is broken or missing, and nothing without a project', async () => {
    expect((await namesIn({ 'slipway.yaml': 'fleet: [\n', 'compose.yaml': '\0{{{' })).services).toEqual([]);
    expect(await quickNames({ cwd: folderWith(), projectDir: 'nowhere', configFile: null })).toBeNull();
  });
});
