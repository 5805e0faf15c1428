import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createDockerEngine } from '../../src/docker/engine.ts';
import { loadFleet } from '../../src/fleet/load.ts';
import type { Fleet } from '../../src/fleet/types.ts';
import { slipway } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/homeiq');
const OLDER = join(import.meta.dirname, '../unit/fleet/testdata/older.yaml');
const PYTHON = 'FROM python:3.12-slim\nCMD ["uvicorn", "main:app"]\n';

/** The example fleet without any configuration; nothing of it is built or started. */
function homeiq(): string {
  const root = folderWith();
  for (const part of ['docker-compose.yml', 'libs', 'services', '.dockerignore'])
    cpSync(join(EXAMPLE, part), join(root, part), { recursive: true });
  return root;
}

async function init(cwd: string, ...args: readonly string[]) {
  const { code, stdout, stderr } = await slipway(['init', ...args], { cwd });
  return { code, stdout, stderr };
}

async function load(root: string, configFile: string): Promise<Fleet> {
  const engine = createDockerEngine(process.env);
  const request = { cwd: root, projectDir: root, configFile, envFiles: [], profiles: [] };
  const { fleet, diagnostics } = await loadFleet(request, (project) => engine.render(project));
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return fleet!;
}

describe('the example fleet', () => {
  test('the proposal is what was written by hand, where the Compose file tells it', async () => {
    const root = homeiq();
    const written = await init(root);
    expect(written.code, written.stderr).toBe(0);
    // Nothing is found when it is loaded.
    expect(written.stderr).toBe('');
    cpSync(join(EXAMPLE, 'scripts/phase1-service-config.yaml'), join(root, 'hand.yaml'));
    const [proposed, hand] = [await load(root, 'slipway.yaml'), await load(root, 'hand.yaml')];
    const byHand = hand.services.filter(({ category }) => category !== null);
    expect(byHand).toHaveLength(40);
    const differing = (what: (fleet: Fleet, name: string) => unknown) =>
      byHand
        .filter(({ name }) => JSON.stringify(what(proposed, name)) !== JSON.stringify(what(hand, name)))
        .map(({ name }) => name);
    const of = (fleet: Fleet, name: string) => fleet.services.find((service) => service.name === name)!;
    expect(differing((fleet, name) => of(fleet, name).category)).toEqual([]);
    expect(differing((fleet, name) => of(fleet, name).stack)).toEqual([]);
    expect(differing((fleet, name) => of(fleet, name).kind)).toEqual([]);
    expect(differing((fleet, name) => of(fleet, name).test)).toEqual([]);
    // By hand the front page is asked; the health check asks /health.
    expect(differing((fleet, name) => of(fleet, name).probe)).toEqual(['health-dashboard', 'ai-automation-ui']);
    // All that were critical by hand are, and three more that several others need.
    expect(byHand.filter(({ name, critical }) => critical && !of(proposed, name).critical)).toEqual([]);
    expect(differing((fleet, name) => of(fleet, name).critical)).toEqual([
      'ai-automation-service-new',
      'openvino-service',
      'yaml-validation-service',
    ]);
    const risks = (fleet: Fleet) => Object.fromEntries(fleet.categories.map(({ name, risk }) => [name, risk]));
    expect(risks(proposed)).toEqual({ ...risks(hand), automation: 'medium', backend: 'medium', data: 'high' });
  });

  test('without its headings names tell most categories', async () => {
    const root = homeiq();
    const compose = join(root, 'docker-compose.yml');
    writeFileSync(compose, readFileSync(compose, 'utf8').replace(/^ {2}#.*\n/gm, ''));
    await init(root);
    cpSync(join(EXAMPLE, 'scripts/phase1-service-config.yaml'), join(root, 'hand.yaml'));
    const [proposed, hand] = [await load(root, 'slipway.yaml'), await load(root, 'hand.yaml')];
    const category = new Map(proposed.services.map(({ name, category: one }) => [name, one]));
    const other = hand.services.filter(({ name, category: one }) => one !== null && category.get(name) !== one);
    expect(Object.fromEntries(other.map(({ name }) => [name, category.get(name)]))).toEqual({
      'model-prep': 'jobs',
      'yaml-validation-service': 'backend',
      'observability-dashboard': 'observability',
      'ha-simulator': 'backend',
    });
  });

  test('an older configuration is rewritten, and the plan stays the same', async () => {
    const root = homeiq();
    cpSync(OLDER, join(root, 'older.yaml'));
    const { code, stdout, stderr } = await init(root, '--from', 'older.yaml');
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/slipway.yaml: \d+ settings of older.yaml carried over/);
    expect(stderr).toMatch(/older.yaml:142:9 {2}special_requirements of ml-service is not carried over/);
    expect(stderr).toMatch(/older.yaml:212:15 {2}model-prep is not probed: it publishes no TCP port: `health: none` is written/);
    const plans = await Promise.all(
      ['older.yaml', 'slipway.yaml'].map(async (config) => {
        const planned = await slipway(['plan', '--json', '--config', config], { cwd: root });
        expect(planned.code, planned.stderr).toBe(0);
        return JSON.parse(planned.stdout) as { diagnostics: { code: string }[]; plan: string };
      }),
    );
    const [before, after] = plans as [(typeof plans)[number], (typeof plans)[number]];
    // Only the two services in no category are left to remark on.
    expect(after.diagnostics.map(({ code: one }) => one)).toEqual(['service-in-no-category']);
    const same = ({ diagnostics: _, plan: __, ...rest }: (typeof plans)[number]) => rest;
    expect(same(after)).toEqual(same(before));
  });
});

test('what is wrong in an older file is mended where the plan stays the same, and what no Compose file has becomes a comment', async () => {
  const root = folderWith({
    'compose.yaml': `name: swt-init
services:
  api: { image: busybox, ports: ["21801:80"] }
  web: { image: busybox, ports: ["21802:80"] }
  quiet: { image: busybox }
`,
    'old.yaml': `service_categories:
  one:
    services:
      - { name: api, port: 21802, type: python, health_check: /health }   # the API
      - { name: quiet, port: 4711, type: python, health_check: /health }
      - { name: wbe, type: nodejs }
  gone:
    services: [{ name: nothing-like-it }]
`,
  });
  const { code, stdout, stderr } = await init(root, '--from', 'old.yaml', '--stdout');
  expect(code, stderr).toBe(0);
  const { categories } = parse(stdout) as { categories: Record<string, { services: object[] }> };
  expect(categories).toEqual({
    one: {
      services: [
        { name: 'api', port: 21801, stack: 'python', health: '/health' },
        { name: 'quiet', stack: 'python', health: 'none' },
      ],
    },
  });
  expect(stdout).toMatch(/# wbe: no Compose file has it\. Did you mean `web`/);
  expect(stdout).toContain('# nothing-like-it: no Compose file has it');
  expect(stdout).toContain('# the API');
  expect(stderr).toMatch(/old.yaml:4:\d+ {2}Port 21802 of api is published by web; .*`port: 21801` is written/);
  expect(existsSync(join(root, 'slipway.yaml'))).toBe(false);
});

describe('several files and several projects', () => {
  const api = { 'api/Dockerfile': PYTHON };

  test('two files of one folder are one project', async () => {
    const root = folderWith({
      ...api,
      'base.yml': 'name: swt-init\nservices:\n  api: { build: ./api }\n',
      'prod.yml':
        'services:\n  api: { ports: ["21803:80"], healthcheck: { test: [CMD, curl, "http://localhost:80/up"] } }\n  db: { image: "postgres:16" }\n',
    });
    const { code, stderr } = await init(root, 'base.yml', 'prod.yml');
    expect([code, stderr]).toEqual([0, '']);
    expect(parse(readFileSync(join(root, 'slipway.yaml'), 'utf8'))).toMatchObject({
      fleet: { projects: [{ files: ['base.yml', 'prod.yml'] }] },
      categories: { backend: { services: [{ name: 'api', port: 21803, health: '/up' }] }, data: { services: [{ name: 'db' }] } },
    });
    const planned = await slipway(['plan', '--json'], { cwd: root });
    expect(planned.code, planned.stderr).toBe(0);
  });

  const twoProjects = {
    'core/docker-compose.yml': 'name: swt-core\nservices:\n  api: { build: ./api }\n  db: { image: "redis:7" }\n',
    'core/api/Dockerfile': PYTHON,
    'web/compose.yaml': 'name: swt-web\nservices:\n  api: { build: ./ui }\n',
    'web/ui/Dockerfile': 'FROM node:20\n',
  };
  const inTwo = {
    fleet: {
      projects: [
        { name: 'swt-core', directory: 'core' },
        { name: 'swt-web', directory: 'web' },
      ],
    },
    categories: {
      'swt-core': { services: [{ name: 'swt-core/api', stack: 'python' }] },
      'swt-web': { services: [{ name: 'swt-web/api', stack: 'nodejs' }] },
      data: { services: [{ name: 'swt-core/db' }] },
    },
  };

  test.each([
    ['folders that are named', ['core', 'web']],
    ['folders that are found below', ['--project-dir', '.']],
    ['nothing said, where no folder above has a Compose file', []],
  ])('%s are a fleet', async (_, args) => {
    const root = folderWith(twoProjects);
    const { code, stderr } = await init(root, ...args);
    expect([code, stderr]).toEqual([0, '']);
    expect(parse(readFileSync(join(root, 'slipway.yaml'), 'utf8'))).toMatchObject(inTwo);
    const planned = await slipway(['plan', '--json'], { cwd: root });
    expect(planned.code, planned.stderr).toBe(0);
  });

  test('files of one folder that give themselves names are projects of their own', async () => {
    const root = folderWith({
      'a.yml': 'name: swt-a\nservices:\n  one: { image: busybox }\n',
      'b.yml': 'name: swt-b\nservices:\n  two: { image: busybox }\n',
      'b.extra.yml': 'services:\n  three: { image: busybox }\n',
    });
    await init(root, 'a.yml', 'b.yml', 'b.extra.yml');
    expect(parse(readFileSync(join(root, 'slipway.yaml'), 'utf8'))).toMatchObject({
      fleet: {
        projects: [
          { name: 'swt-a', files: ['a.yml'] },
          { name: 'swt-b', files: ['b.yml', 'b.extra.yml'] },
        ],
      },
    });
  });
});

describe('options', () => {
  const files = {
    'compose.yaml': 'name: swt-init\nservices:\n  api: { image: "$IMAGE" }\n  tool: { image: busybox, profiles: [tools] }\n',
    '.env': 'IMAGE=busybox\n',
    'prod.env': 'IMAGE=postgres:16\n',
  };

  test('--profile and --env-file hold for the proposal and are written into it', async () => {
    const root = folderWith(files);
    const { code, stderr } = await init(root, '--profile', 'tools', '--env-file', 'prod.env');
    expect([code, stderr]).toEqual([0, '']);
    expect(parse(readFileSync(join(root, 'slipway.yaml'), 'utf8'))).toMatchObject({
      fleet: { projects: [{ profiles: ['tools'], env_files: ['prod.env'] }] },
      categories: { data: { services: [{ name: 'api' }] }, infrastructure: { services: [{ name: 'tool' }] } },
    });
    expect((await slipway(['plan', '--json'], { cwd: root })).code).toBe(0);
  });

  test('a file that is there stays, unless --force; --dry-run writes nothing', async () => {
    const root = folderWith({ ...files, 'slipway.yaml': 'phase: mine\n' });
    const refused = await init(root);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/slipway.yaml {2}error {2}config-exists/);
    const printed = await init(root, '--dry-run');
    expect(printed.code).toBe(0);
    expect(parse(printed.stdout)).toMatchObject({ phase: 'phase1' });
    expect(readFileSync(join(root, 'slipway.yaml'), 'utf8')).toBe('phase: mine\n');
    expect((await init(root, '--out', 'other.yaml')).code).toBe(0);
    expect((await init(root, '--force')).code).toBe(0);
    expect(readFileSync(join(root, 'slipway.yaml'), 'utf8')).toBe(printed.stdout);
    expect(readFileSync(join(root, 'other.yaml'), 'utf8')).toBe(printed.stdout);
  });

  test('--output json is one document', async () => {
    const root = folderWith(files);
    const { code, stdout, stderr } = await init(root, '--output', 'json');
    expect([code, stderr]).toEqual([0, '']);
    const file = join(root, 'slipway.yaml');
    const text = readFileSync(file, 'utf8');
    expect(JSON.parse(stdout)).toEqual({ version: 1, command: 'init', file, written: true, text, remarks: [], findings: [] });
  });

  test('without Compose an older file is rewritten all the same, and that it was not compared is said', async () => {
    const root = folderWith({ 'old.yaml': readFileSync(OLDER, 'utf8') });
    const { code, stdout, stderr } = await init(root, '--from', 'old.yaml', '--project-dir', '.', '--stdout');
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^It was not compared with the Compose files: No Compose file found/m);
    expect(parse(stdout)).toMatchObject({ phase: 'phase1', batch: { size: 6 } });
  });

  test('the schema is that of the nearest package upwards', async () => {
    const root = folderWith({ 'fleet/compose.yaml': 'services: {}\n', 'node_modules/slipway/schema/slipway.schema.json': '{}' });
    const { stdout } = await init(join(root, 'fleet'), '--stdout');
    expect(stdout.split('\n')[0]).toBe('# yaml-language-server: $schema=../node_modules/slipway/schema/slipway.schema.json');
  });

  test.each([
    ['no Compose file', {}, [], /no-compose-file/],
    ['a file that is not there', files, ['nope.yml'], /missing-compose-file/],
    ['a Compose file that Compose refuses', { 'compose.yaml': 'services: [1]\n' }, [], /compose-rejected/],
    ['--from with Compose files', files, ['--from', 'x', 'compose.yaml'], /usage/],
    ['--from a file that is not there', files, ['--from', 'x'], /file-missing/],
    ['--from what is not older', { ...files, x: 'phase: a\n' }, ['--from', 'x'], /not-older-form/],
    [
      '--from what has errors',
      { ...files, x: 'batch_config: { default_batch_size: none }\n' },
      ['--from', 'x'],
      /x:1:37 {2}error/,
    ],
  ])('%s: exit 2, and nothing is written', async (_, given, args, problem) => {
    const root = folderWith(given as Record<string, string>);
    const { code, stderr } = await init(root, '--project-dir', '.', ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(problem);
    expect(existsSync(join(root, 'slipway.yaml'))).toBe(false);
  });
});
