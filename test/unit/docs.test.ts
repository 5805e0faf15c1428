import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../../src/cli/catalog.ts';
import { COMMON_FLAGS } from '../../src/cli/options/common.ts';
import { loadConfig } from '../../src/fleet/config/load.ts';
import { EXIT } from '../../src/model/status.ts';
import { linksOf, proseOf } from '../support/markdown-links.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const EXAMPLE = 'examples/homeiq';
const PAGES = ['.', 'docs', EXAMPLE, `${EXAMPLE}/scripts`, `${EXAMPLE}/docs/planning`].flatMap(pagesIn);
const KEYS = keysOf(JSON.parse(read('schema/slipway.schema.json')) as Schema, '');
const OLDER_KEYS = pathsOf(parse(read('test/unit/fleet/testdata/older.yaml')), '');
const NO_COMMAND = ['--version', '--help'];

function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

function read(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

test('every page is read by these tests, but for those that tests make', () => {
  const found = pagesBelow('.').filter((page) => !/^(?:node_modules|dist|coverage|test)\//.test(page) && !page.startsWith('.'));
  expect([...PAGES].sort()).toEqual(found.sort());
});

function pagesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', '.git'].includes(entry.name) ? [] : pagesBelow(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

test.each(PAGES)('%s: links lead to files of this repository and headings of theirs', (page) => {
  expect(linksOf(read(page)).filter((link) => !leadsSomewhere(link, page))).toEqual([]);
});

test.each(PAGES)('%s: files that it names exist', (page) => {
  const bases = [ROOT, join(ROOT, 'src'), dirname(join(ROOT, page)), ...(page.startsWith(EXAMPLE) ? [join(ROOT, EXAMPLE)] : [])];
  expect(pathsIn(read(page)).filter((path) => !bases.some((base) => existsSync(join(base, path))))).toEqual([]);
});

test.each(PAGES)('%s: what is written as a command of slipway is one, with options that it has', (page) => {
  expect(commandLinesOf(read(page)).flatMap(mistakesIn)).toEqual([]);
});

test.each(PAGES)('%s: scripts that npm is told to run exist', (page) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...read(page).matchAll(/npm run ([a-z]+)/g)].map(([, name]) => name!);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test.each(PAGES)('%s: blocks of YAML and JSON are that', (page) => {
  const blocks = [...read(page).matchAll(/```(ya?ml|json|ndjson)\n([\s\S]*?)```/g)];
  expect(blocks.flatMap(([, form, text]) => mistakesInBlock(form!, text!))).toEqual([]);
});

test.each(PAGES)('%s: keys of the configuration that it names exist', (page) => {
  const named = [...proseOf(read(page)).matchAll(/`([a-z_]+(?:\.[a-z_0-9]+)+)(?::[^`]*)?`/g)].map(([, key]) => key!);
  const sections = new Set(KEYS.map((key) => key.split('.')[0]));
  const meant = named.filter((key) => sections.has(key.split('.')[0]!) && !/\.(?:ya?ml|json|ts|md|sh|log|ndjson)$/.test(key));
  const inOlderForm = (key: string) => OLDER_KEYS.some((known) => known === key || known.endsWith(`.${key}`));
  expect(meant.filter((key) => !KEYS.includes(key) && !inOlderForm(key))).toEqual([]);
});

test("the README's configuration loads without a remark", () => {
  const example = /```yaml\n([\s\S]*?)```/.exec(read('README.md'))![1]!;
  expect(loadConfig(example, 'slipway.yaml').diagnostics).toEqual([]);
});

test('the README leads to every page of docs/', () => {
  const linked = linksOf(read('README.md')).map((link) => link.split('#')[0]);
  expect(pagesBelow('docs').filter((page) => !linked.includes(page))).toEqual([]);
});

test('the README and the manual of operations list every exit code', () => {
  for (const page of ['README.md', 'docs/operations.md']) {
    const listed = new Set([...read(page).matchAll(/^\| (\d+)(?:, (\d+))? /gm)].flatMap(([, ...codes]) => codes).map(Number));
    expect(
      Object.values(EXIT).filter((code) => !listed.has(code)),
      page,
    ).toEqual([]);
  }
});

test('a link to nowhere, an unknown command and an unknown option are noticed', () => {
  expect(leadsSomewhere('docs/nowhere.md', 'README.md')).toBe(false);
  expect(leadsSomewhere('#no-such-heading', 'README.md')).toBe(false);
  expect(mistakesIn('slipway rebild --category x')).toEqual(['slipway rebild --category x: there is no command rebild']);
  expect(commandLinesOf('`./scripts/slipway.sh status --x`, `scripts/phase1-batch-rebuild.sh --y`')).toEqual([
    'slipway status --x',
    'slipway rebuild --y',
  ]);
  expect(mistakesIn('slipway plan --continue')).toEqual(['slipway plan --continue: plan has no --continue']);
});

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** Every key that the configuration's schema names, with dots from its section on. */
function keysOf({ properties = {}, items, anyOf = [] }: Schema, prefix: string): string[] {
  const inside = [...anyOf, ...(items ? [items] : [])].flatMap((schema) => keysOf(schema, prefix));
  return [
    ...Object.entries(properties).flatMap(([key, schema]) => [prefix + key, ...keysOf(schema, `${prefix}${key}.`)]),
    ...inside,
  ];
}

/** Every key of a document, with dots from its top on. */
function pathsOf(value: unknown, prefix: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [prefix + key, ...pathsOf(inner, `${prefix}${key}.`)]);
}

/** What is wrong with a block of data, in words. */
function mistakesInBlock(form: string, text: string): string[] {
  try {
    if (form === 'json') JSON.parse(text);
    else if (form === 'ndjson') for (const line of text.trim().split('\n')) JSON.parse(line);
    else parse(text);
    return [];
  } catch (error) {
    return [`${(error as Error).message.split('\n')[0]} in: ${text.slice(0, 60)}`];
  }
}

/** Inline code that can only be a file of this repository: from a folder of its own, or of its sources. */
function pathsIn(text: string): string[] {
  const named = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`([\w.-]+\/[\w./-]+\.(?:m?ts|mjs|json|md|yaml))`/g)].map(
    ([, path]) => path!,
  );
  return named.filter((path) => !path.startsWith('.') && !/^(logs|node_modules|dist)\//.test(path));
}

/** The changelog's two links are to the conventions that it follows; no other page leads out of the repository. */
function leadsSomewhere(link: string, page: string): boolean {
  if (/^[a-z]+:/.test(link))
    return page === 'CHANGELOG.md' && /^https:\/\/[\w-]+(?:\.[\w-]+)+(?:\/|$)/.test(link) && URL.canParse(link);
  const [path, heading] = link.split('#') as [string, string?];
  const target = path === '' ? page : relative(ROOT, resolve(ROOT, dirname(page), path));
  if (!existsSync(join(ROOT, target))) return false;
  return heading === undefined || headingsOf(read(target)).includes(heading);
}

/** Headings as anchors, the way code hosts write them. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** The example fleet's own scripts, and what they are. */
const SCRIPTS: readonly (readonly [RegExp, string])[] = [
  [/^(?:\.\/)?scripts\/slipway\.sh(?=\s)/, 'slipway'],
  [/^(?:\.\/)?scripts\/phase1-batch-rebuild\.sh(?=\s)/, 'slipway rebuild'],
  [/^(?:\.\/)?scripts\/phase1-monitor-rebuild\.sh(?=\s)/, 'slipway monitor'],
  [/^(?:\.\/)?scripts\/phase1-validate-services\.sh(?=\s)/, 'slipway validate'],
];

/** Lines of code blocks and pieces of inline code that begin with slipway or one of the scripts, comments and what a shell adds left out. */
function commandLinesOf(text: string): string[] {
  const blocks = [...text.matchAll(/```\w*\n([\s\S]*?)```/g)].flatMap(([, block]) => block!.split('\n'));
  const inline = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`]+)`/g)].map(([, code]) => code!.replace(/\s+/g, ' '));
  return [...blocks, ...inline]
    .map((line) => line.trim().replace(/^\$ /, ''))
    .map((line) => SCRIPTS.reduce((soFar, [script, command]) => soFar.replace(script, command), line))
    .filter((line) => /^slipway [a-z-]/.test(line))
    .map((line) => line.split(/\s+#|\s*[|;>]|\s*&&/)[0]!);
}

/** What is wrong with a command line, in words. */
function mistakesIn(line: string): string[] {
  const [, ...words] = line.split(/\s+/);
  const options = words.filter((word) => word.startsWith('-'));
  const name = words.find((word, i) => /^[a-z]/.test(word) && !takesValue(words[i - 1]));
  if (name === undefined) return options.filter((o) => !NO_COMMAND.includes(o)).map((o) => `${line}: there is no option ${o}`);
  const command = COMMANDS.find((c) => c.name === name);
  if (name === 'help') return [];
  if (!command) return [`${line}: there is no command ${name}`];
  const known = [...Object.values(command.flags), ...Object.values(COMMON_FLAGS)].flatMap((flag) => [flag.name, flag.short]);
  return options
    .map((option) => option.split('=')[0]!)
    .filter((option) => option !== '--help' && !known.includes(option))
    .map((option) => `${line}: ${name} has no ${option}`);
}

function takesValue(option: string | undefined): boolean {
  return Object.values(COMMON_FLAGS).some((flag) => flag.name === option && flag.value !== null);
}
