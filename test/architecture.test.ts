import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Layers from top to bottom (docs/architecture.md); a file imports from its own layer and from those below it. */
const LAYERS = [
  'cli',
  'api',
  'serve',
  'tui',
  'telemetry',
  'page',
  'control',
  'validate',
  'init',
  'report',
  'run',
  'doctor',
  'backup',
  'release',
  'docker',
  'journal',
  'plan',
  'fleet',
  'model',
  'util',
];
const MAX_LINES = 300;
const MAX_COMMAND_LINES = 100;
const src = resolve(import.meta.dirname, '../src');

interface SourceFile {
  readonly path: string;
  readonly layer: string;
  readonly text: string;
  readonly code: string;
}

const files: readonly SourceFile[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => {
    const text = readFileSync(join(src, path), 'utf8');
    return { path, layer: path.split('/')[0]!, text, code: withoutComments(text) };
  });

/** Good enough for our own formatted sources: block comments, and line comments that begin a line or follow code and a space. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

function importsOf(file: SourceFile): string[] {
  return [...file.code.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((m) => m[1]!);
}

function offenders(pick: (file: SourceFile) => readonly string[]): string[] {
  return files.flatMap((file) => pick(file).map((what) => `${file.path}: ${what}`));
}

test('there is something to look at', () => {
  expect(files.length).toBeGreaterThan(80);
});

describe('layers', () => {
  test('every folder of src is a known layer', () => {
    expect([...new Set(files.map((f) => f.layer))].filter((layer) => !LAYERS.includes(layer))).toEqual([]);
  });

  test('imports go down only', () => {
    const upward = offenders((file) =>
      importsOf(file)
        .filter((to) => to.startsWith('.'))
        .map((to) => relative(src, resolve(src, dirname(file.path), to)))
        // The version is written once, in the package's manifest.
        .filter((to) => !(file.path === 'util/version.ts' && to === '../package.json'))
        .filter((to) => LAYERS.indexOf(to.split('/')[0]!) < LAYERS.indexOf(file.layer)),
    );
    expect(upward).toEqual([]);
  });

  test('the planner is pure: no files, no processes, no promises', () => {
    const impure = offenders((file) =>
      file.layer === 'plan'
        ? [...file.code.matchAll(/node:(?!crypto|path)\w+|\basync\b|\bawait\b|\bPromise\b/g)].map((m) => m[0])
        : [],
    );
    expect(impure).toEqual([]);
  });

  test('the ambient world is met only in cli, docker, the page and a few files of util', () => {
    const ambient =
      /(?<![/\w])process\.(?!ts')|\bconsole\.|\bDate\.now\(|\bnew Date\(\)|\bset(?:Timeout|Interval)\(|\bMath\.random\(|(?<![.\w])fetch\(/g;
    const allowed = (file: SourceFile) =>
      ['cli', 'docker', 'page'].includes(file.layer) || ['util/clock.ts', 'api/this-process.ts'].includes(file.path);
    expect(offenders((file) => (allowed(file) ? [] : [...file.code.matchAll(ambient)].map((m) => m[0])))).toEqual([]);
  });
});

describe('budgets', () => {
  test(`no file is longer than ${MAX_LINES} lines`, () => {
    expect(offenders((f) => (f.text.split('\n').length > MAX_LINES ? [`${f.text.split('\n').length} lines`] : []))).toEqual([]);
  });

  test(`a command's file has at most ${MAX_COMMAND_LINES} lines`, () => {
    const long = offenders((f) =>
      f.path.startsWith('cli/commands/') && f.text.split('\n').length > MAX_COMMAND_LINES ? ['too long'] : [],
    );
    expect(long).toEqual([]);
  });

  test('no default exports and no barrels', () => {
    expect(offenders((f) => [...f.code.matchAll(/^export default|^export \*/gm)].map((m) => m[0]))).toEqual([]);
  });

  test('no shell: children are argv arrays', () => {
    expect(
      offenders((f) => [...f.code.matchAll(/shell:\s*true|^import (?!type).*node:child_process/gm)].map((m) => m[0])),
    ).toEqual([]);
  });
});

test('every exported function says what it is for', () => {
  const silent = offenders((f) => [...f.text.matchAll(/(?<!\*\/\n)^export (?:async )?function (\w+)/gm)].map((m) => m[1]!));
  expect(silent).toEqual([]);
});
