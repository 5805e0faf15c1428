import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composeReads } from '../../../src/backup/compose-reads.ts';
import { estimateBackup, spaceNeeded } from '../../../src/backup/estimate.ts';
import { interpolate } from '../../../src/backup/interpolate.ts';
import { fromRoot, isInside, whyOutside } from '../../../src/backup/paths.ts';
import { parseSums, sumsText } from '../../../src/backup/sums.ts';
import { shownVolume } from '../../../src/backup/types.ts';
import { folderWith } from '../../support/folder.ts';

describe('the estimate', () => {
  const base = { key: 'base', sizeBytes: 1000 };

  test('counts a layer once that images share, and adds volumes and a margin', () => {
    const images = [[base, { key: 'a', sizeBytes: 20 }], [base, { key: 'b', sizeBytes: 30 }], [base]];
    const volumes = [
      { name: 'data', sizeBytes: 500 },
      { name: 'remote', sizeBytes: null },
    ];
    expect(estimateBackup(images, volumes)).toEqual({
      imagesBytes: 1050,
      volumesBytes: 500,
      totalBytes: 1628,
      unknownVolumes: ['remote'],
    });
  });

  test('needs room for the images twice where the engine puts them together on the same disk', () => {
    const estimate = estimateBackup([[base]], [{ name: 'data', sizeBytes: 1000 }]);
    expect(spaceNeeded(estimate, 'same-disk')).toEqual({ folderBytes: 3150, spoolBytes: 0 });
    expect(spaceNeeded(estimate, 'other-disk')).toEqual({ folderBytes: 2100, spoolBytes: 1050 });
    expect(spaceNeeded(estimate, 'not-known')).toEqual({ folderBytes: 2100, spoolBytes: 0 });
  });
});

describe('paths', () => {
  test.each([
    ['a', true],
    ['a/b/../c', true],
    ['..a/b', true],
    ['', false],
    ['.', false],
    ['a/..', false],
    ['..', false],
    ['../a', false],
    ['a/../../b', false],
    ['/etc/passwd', false],
    ['a\0b', false],
  ])('%j stays inside: %s', (path, inside) => expect(isInside(path)).toBe(inside));

  test('a file is only written where no folder on the way leads out', async () => {
    const outside = folderWith({ 'dir/x': '' });
    const root = folderWith({ 'conf/x': '' });
    symlinkSync(join(root, 'conf'), join(root, 'near'));
    symlinkSync(outside, join(root, 'far'));
    symlinkSync(join(root, 'nowhere'), join(root, 'broken'));
    const answers = ['conf/new/x', 'near/x', 'x', 'far/x', 'far/dir/deep/x', 'broken/x', '../x'].map((to) =>
      whyOutside(root, to),
    );
    expect(await Promise.all(answers)).toEqual([
      null,
      null,
      null,
      expect.stringMatching(/far leads out/),
      expect.stringMatching(/dir leads out/),
      expect.stringMatching(/broken is a link to nowhere/),
      expect.stringMatching(/leads out/),
    ]);
  });

  test('are kept from the project dir, or absolute outside of it', () => {
    expect(['/p/a/b', '/p', '/q/a', '/pp'].map((path) => fromRoot('/p', path))).toEqual(['a/b', '.', '/q/a', '/pp']);
  });
});

describe('SHA256SUMS', () => {
  test('is what sha256sum writes and checks, whatever the names are', () => {
    const files = { plain: 'a', 'with space/ä.txt': 'b', 'back\\slash': 'c', 'line\nbreak': 'd', ' *odd': 'e' };
    const root = folderWith(files);
    const sums = Object.entries(files).map(([path, text]) => ({ path, sha256: createHash('sha256').update(text).digest('hex') }));
    expect(sumsText(sums)).toBe(execFileSync('sha256sum', ['--', ...Object.keys(files)], { cwd: root, encoding: 'utf8' }));
    execFileSync('sha256sum', ['-c'], { cwd: root, input: sumsText(sums), stdio: ['pipe', 'pipe', 'pipe'] });
  });

  test('reads back what it wrote, and nothing else', () => {
    const path = fc.string({ minLength: 1, unit: 'grapheme' }).filter((name) => !/[\r\0]/.test(name));
    fc.assert(
      fc.property(fc.array(path), (paths) => {
        const sums = paths.map((p) => ({ path: p, sha256: createHash('sha256').update(p).digest('hex') }));
        expect(parseSums(sumsText(sums))).toEqual(sums);
      }),
    );
    expect(parseSums('deadbeef  x\n')).toBeNull();
    expect(parseSums(`${'a'.repeat(64)}\n`)).toBeNull();
  });
});

describe('what Compose reads', () => {
  test.each([
    ['plain', 'plain'],
    ['$A-$' + '{B}', 'x-y'],
    ['$' + '{NONE:-std}/$' + '{EMPTY:-std}/$' + '{EMPTY-std}', 'std/std/'],
    ['$' + '{A:+with}$' + '{NONE:+with}', 'with'],
    ['cost: $$5', 'cost: $5'],
    ['$NONE', null],
    ['$' + '{NONE}', null],
    ['$' + '{A:?must}', 'x'],
    ['$' + '{NONE:?must}', null],
    ['$' + '{NONE:-$' + '{A}}', null],
  ])('%j is filled in', (text, filled) => expect(interpolate(text, { A: 'x', B: 'y', EMPTY: '' })).toBe(filled));

  test('is found through includes, extensions and variables, with files of secrets', () => {
    const root = folderWith({
      'compose.yaml': [
        'include:',
        '  - sub/one.yml',
        '  - { path: [two.yml, two.override.yml], project_directory: other, env_file: two.env }',
        'services:',
        '  a: { extends: { file: "$' + '{KIND}.yml", service: base }, env_file: [a.env, { path: b.env }, "$UNKNOWN.env"] }',
        '  b: { env_file: missing.env, label_file: labels }',
      ].join('\n'),
      'sub/one.yml': 'services: { c: { env_file: near.env } }',
      'sub/near.env': '',
      'sub/.env': '',
      'two.yml': 'services: { d: {} }',
      'two.override.yml': 'services: { d: {} }',
      'two.env': '',
      'other/.env': '',
      'common.yml': 'services: { base: { env_file: common.env } }',
      'common.env': '',
      'a.env': '',
      'b.env': '',
      labels: '',
      '.env': 'KIND=common',
      'secret$1.txt': '',
      'unrelated.yml': '',
    });
    const model = { name: 'shop', services: {}, secrets: { s: { file: join(root, 'secret$$1.txt') }, e: { environment: 'X' } } };
    const project = { name: 'shop', directory: root, files: [join(root, 'compose.yaml')], envFiles: [], profiles: [], model };
    const reads = composeReads(project, {});
    expect(reads.files.map((file) => fromRoot(root, file))).toEqual([
      '.env',
      'a.env',
      'b.env',
      'common.env',
      'common.yml',
      'compose.yaml',
      'labels',
      'other/.env',
      'secret$1.txt',
      'sub/.env',
      'sub/near.env',
      'sub/one.yml',
      'two.env',
      'two.override.yml',
      'two.yml',
    ]);
    expect(reads.unknown).toEqual(['$UNKNOWN.env']);
    expect(composeReads(project, { KIND: 'unrelated', UNKNOWN: 'a' }).unknown).toEqual([]);
  });
});

test('what a driver is given is not shown: it may be the password of a share', () => {
  const options = { o: 'username=u,password=swordfish-77' };
  const saved = { name: 'v', driver: 'local', labels: {}, options, tar: 'volumes/v.tar', services: ['db'] };
  expect(shownVolume(saved)).toEqual({ name: 'v', driver: 'local', labels: {}, tar: 'volumes/v.tar', services: ['db'] });
});
