import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isStore } from '../../../src/init/vocabulary.ts';
import { folderWith } from '../../support/folder.ts';
import { entriesOf, proposedFor } from '../../support/proposed.ts';

const PYTHON = 'FROM python:3.12-slim\nCMD ["uvicorn", "main:app"]\n';
const NODE = 'FROM node:20-alpine\nCMD ["node", "server.js"]\n';

/** A folder with a Compose file and a Dockerfile for each of these names. */
function shop(files: Readonly<Record<string, string>>, compose = 'services: {}\n'): string {
  return folderWith({ 'compose.yaml': compose, ...files });
}

const built = (root: string, name: string) => `build: { context: ${root}/${name} }`;

async function entry(root: string, yaml: string, name = 'api') {
  return entriesOf(await proposedFor(root, yaml))[name];
}

describe('stack', () => {
  test.each([
    ['the base image', { 'api/Dockerfile': PYTHON }, 'python'],
    ['a base image from an argument', { 'api/Dockerfile': 'ARG BASE=node:20\nFROM $' + '{BASE}\n' }, 'nodejs'],
    [
      'the base of the last stage, through others',
      { 'api/Dockerfile': 'FROM python:3.12 AS base\nFROM node:20 AS web\nFROM base AS final\nCMD ["x"]\n' },
      'python',
    ],
    [
      'nginx before the package.json beside it',
      { 'api/Dockerfile': 'FROM node:20 AS b\nFROM nginx\n', 'api/package.json': '{}' },
      undefined,
    ],
    ['the command where the base says nothing', { 'api/Dockerfile': 'FROM debian:12\nCMD gunicorn app:app\n' }, 'python'],
    [
      'a manifest where the command says nothing',
      { 'api/Dockerfile': 'FROM alpine\nCMD ["./start"]\n', 'api/package.json': '{}' },
      'nodejs',
    ],
    ['requirements', { 'api/Dockerfile': 'FROM ubuntu\n', 'api/requirements-prod.txt': '' }, 'python'],
    ['none of these', { 'api/Dockerfile': 'FROM golang:1.22\n', 'api/go.mod': '' }, undefined],
  ])('by %s', async (_, files, stack) => {
    const root = shop(files as Record<string, string>);
    expect((await entry(root, `api: { ${built(root, 'api')} }`))?.stack).toBe(stack);
  });

  test('a shared context: the folder of the Dockerfile counts', async () => {
    const root = shop({ 'services/api/Dockerfile': 'FROM alpine\n', 'services/api/pyproject.toml': '', 'package.json': '{}' });
    const yaml = `api: { build: { context: ${root}, dockerfile: services/api/Dockerfile } }`;
    expect((await entry(root, yaml))?.stack).toBe('python');
  });

  test('a stage made for tests is the one to test in', async () => {
    const root = shop({
      'api/Dockerfile': 'FROM python:3.12 AS base\nFROM base AS test\nRUN pip install pytest\nFROM base AS prod\n',
    });
    expect((await entry(root, `api: { ${built(root, 'api')} }`))?.test).toEqual({ target: 'test' });
  });
});

describe('health and port', () => {
  const ports = 'ports: [{ target: 8000, published: "18000", protocol: tcp }]';
  const api = (root: string, rest: string) => `api: { ${built(root, 'api')}, ${rest} }`;
  const files = { 'api/Dockerfile': PYTHON };

  test.each([
    ['what curl asks', `${ports}, healthcheck: { test: [CMD, curl, -f, "http://localhost:8000/ready"] }`, 18000, '/ready'],
    [
      'a port that is not published',
      `${ports}, healthcheck: { test: [CMD, curl, "http://localhost:9000/ready"] }`,
      18000,
      'none',
    ],
    ['https', `${ports}, healthcheck: { test: [CMD, curl, "https://localhost:8000/ready"] }`, 18000, 'none'],
    ['a TCP check', `${ports}, healthcheck: { test: [CMD-SHELL, "nc -z localhost 8000"] }`, 18000, { tcp: 18000 }],
    ['a program', `${ports}, healthcheck: { test: [CMD, ./check] }`, 18000, 'none'],
    ['a check that is switched off', `${ports}, healthcheck: { disable: true }`, 18000, { tcp: 18000 }],
    ['no check at all', ports, 18000, { tcp: 18000 }],
    ['no port', 'healthcheck: { test: [CMD, curl, "http://localhost:8000/ready"] }', undefined, undefined],
    ['a port picked at every start', 'ports: [{ target: 8000, protocol: tcp }]', undefined, 'none'],
    ['UDP only', 'ports: [{ target: 53, published: "53", protocol: udp }]', undefined, undefined],
    ['the host network', 'network_mode: host, healthcheck: { test: [CMD, curl, "http://localhost:8000/ready"] }', 8000, '/ready'],
    ['the host network with a program', 'network_mode: host, healthcheck: { test: [CMD, ./check] }', undefined, 'none'],
  ])('%s', async (_, rest, port, health) => {
    const root = shop(files);
    const proposed = await proposedFor(root, api(root, rest));
    expect(entriesOf(proposed).api).toMatchObject({ category: expect.any(String), stack: 'python' });
    expect([entriesOf(proposed).api?.port, entriesOf(proposed).api?.health]).toEqual([port, health]);
    expect(proposed.diagnostics).toEqual([]);
  });

  test('of several ports the one that the check asks', async () => {
    const root = shop(files);
    const two = 'ports: [{ target: 9090, published: "9090" }, { target: 8000, published: "18000" }]';
    const found = await entry(root, api(root, `${two}, healthcheck: { test: [CMD, curl, "http://localhost:8000/ready"] }`));
    expect(found).toMatchObject({ port: 18000, health: '/ready' });
  });

  test('a port from a variable is left to the Compose file', async () => {
    const root = shop(files, 'services:\n  api:\n    ports: ["$' + '{API_PORT:-18000}:8000"]\n');
    const proposed = await proposedFor(
      root,
      api(root, `${ports}, healthcheck: { test: [CMD, curl, "http://localhost:8000/ready"] }`),
    );
    expect(entriesOf(proposed).api).toMatchObject({ health: '/ready' });
    expect(entriesOf(proposed).api).not.toHaveProperty('port');
    expect(proposed.text).toContain('from variables are left out');
  });

  test('the check of the Dockerfile, one that is a script, and a route in the sources', async () => {
    const checks = {
      'a/Dockerfile': `${PYTHON}HEALTHCHECK --interval=5s CMD curl -f http://localhost:8000/a || exit 1\n`,
      'b/Dockerfile': `${PYTHON}COPY probe.py /opt/\nHEALTHCHECK CMD ["python", "/opt/probe.py"]\n`,
      'b/probe.py': 'urlopen("http://localhost:8000/b")',
      'c/Dockerfile': PYTHON,
      'c/src/main.py': '@app.get("/healthz")\ndef h(): ...\n',
      'd/Dockerfile': PYTHON,
      'd/main.py': '# GET /health is not here\nlog("see /health")\n',
    };
    const root = shop(checks);
    const yaml = ['a', 'b', 'c', 'd'].map(
      (name) => `${name}: { ${built(root, name)}, ${ports.replace('18000', `1800${name.charCodeAt(0) - 97}`)} }`,
    );
    const entries = entriesOf(await proposedFor(root, yaml.join('\n')));
    expect(Object.values(entries).map(({ health }) => health)).toEqual(['/a', '/b', '/healthz', { tcp: 18003 }]);
  });

  test('a service in the network of another is reached through its ports', async () => {
    const root = shop(files);
    const yaml = `vpn: { image: vpn, ${ports} }\n${api(root, 'network_mode: "service:vpn", healthcheck: { test: [CMD, curl, "http://localhost:8000/ready"] }')}`;
    expect(await entry(root, yaml)).toMatchObject({ port: 18000, health: '/ready' });
  });
});

test('in the network of another the port is known by a check only', async () => {
  const root = shop({ 'api/Dockerfile': PYTHON });
  const yaml = `vpn: { image: vpn, ports: [{ target: 80, published: "8080" }] }\napi: { ${built(root, 'api')}, network_mode: "service:vpn" }`;
  expect(await entry(root, yaml)).not.toHaveProperty('port');
  expect(await entry(root, yaml)).toMatchObject({ health: 'none' });
});

describe('category', () => {
  test('what somebody says comes before what can be guessed', async () => {
    const files = Object.fromEntries(['apps/billing/a', 'apps/billing/b', 'c', 'd', 'e'].map((f) => [`${f}/Dockerfile`, NODE]));
    const root = shop(files);
    const yaml = `
labelled: { ${built(root, 'c')}, labels: { slipway.category: Back Office, com.example.tier: x } }
tiered: { ${built(root, 'c')}, labels: { com.example.tier: edge } }
proxied: { ${built(root, 'c')}, labels: { traefik.http.services.x.group: edge } }
a: { ${built(root, 'apps/billing/a')} }
b: { ${built(root, 'apps/billing/b')} }
profiled: { ${built(root, 'c')}, profiles: [reports] }
db: { image: "postgres:16" }
cache: { image: "registry.local:5000/team/redis:7" }
proxy: { image: "haproxy:3" }
web-ui: { ${built(root, 'd')} }
ml-engine: { ${built(root, 'd')} }
acme-one: { ${built(root, 'e')} }
acme-two: { ${built(root, 'e')} }
plain: { ${built(root, 'e')}, ports: [{ target: 80, published: "8080" }] }
rest: { ${built(root, 'e')} }
done: { ${built(root, 'e')}, restart: "no" }`;
    const entries = entriesOf(await proposedFor(root, yaml, { profiles: ['reports'] }));
    expect(Object.fromEntries(Object.entries(entries).map(([name, { category }]) => [name, category]))).toEqual({
      labelled: 'back-office',
      tiered: 'edge',
      proxied: 'other',
      a: 'billing',
      b: 'billing',
      profiled: 'reports',
      db: 'data',
      cache: 'data',
      proxy: 'infrastructure',
      'web-ui': 'frontend',
      'ml-engine': 'ai-ml',
      'acme-one': 'acme',
      'acme-two': 'acme',
      plain: 'backend',
      rest: 'other',
      done: 'jobs',
    });
  });

  test('headings of the Compose file group what stands below them', async () => {
    const compose = 'services:\n  # Shop\n  a: {}\n  b: {}\n  # Back office\n  c: {}\n  d: {}\n';
    const root = shop({ 'x/Dockerfile': NODE }, compose);
    const entries = entriesOf(
      await proposedFor(root, ['a', 'b', 'c', 'd'].map((n) => `${n}: { ${built(root, 'x')} }`).join('\n')),
    );
    expect(Object.values(entries).map(({ category }) => category)).toEqual(['shop', 'shop', 'back-office', 'back-office']);
  });

  test('risk: data has it, what others need has some', async () => {
    const root = shop({ 'x/Dockerfile': NODE });
    const yaml = `db: { image: "mysql:8" }
api: { ${built(root, 'x')}, depends_on: { db: { condition: service_started } } }
one-ui: { ${built(root, 'x')}, depends_on: { api: { condition: service_started } } }
two-ui: { ${built(root, 'x')}, depends_on: { api: { condition: service_started } } }`;
    const { text } = await proposedFor(root, yaml);
    const { categories } = parse(text) as { categories: Record<string, { risk: string }> };
    expect(Object.entries(categories).map(([name, { risk }]) => [name, risk])).toEqual(
      [
        ['other', 'medium'],
        ['frontend', 'low'],
        ['data', 'high'],
      ].sort((a, b) => Object.keys(categories).indexOf(a[0]!) - Object.keys(categories).indexOf(b[0]!)),
    );
  });
});

describe('critical', () => {
  test('what several need, directly or through others, where all comes in, and what people look at', async () => {
    const root = shop({ 'x/Dockerfile': NODE });
    const needs = (name: string) => `depends_on: { ${name}: { condition: service_healthy, required: true } }`;
    const port = (n: number) => `ports: [{ target: 80, published: "${n}" }]`;
    const yaml = `
base: { ${built(root, 'x')} }
middle: { ${built(root, 'x')}, ${needs('base')} }
top: { ${built(root, 'x')}, ${needs('middle')} }
api-gateway: { ${built(root, 'x')}, ${port(8080)} }
web: { ${built(root, 'x')}, ${port(8081)} }
hidden-ui: { ${built(root, 'x')} }
told: { ${built(root, 'x')}, labels: { slipway.critical: "true" } }
store: { image: "postgres:16" }
user: { ${built(root, 'x')}, ${needs('store')} }
edge: { image: "traefik:3", ${port(8083)} }
traefik: { image: "traefik:3", ${port(8084)} }
not-it: { ${built(root, 'x')}, labels: { slipway.critical: "false" }, ${port(8082)} }
migrate: { ${built(root, 'x')} }
a: { ${built(root, 'x')}, depends_on: { migrate: { condition: service_completed_successfully, required: true } } }
b: { ${built(root, 'x')}, depends_on: { migrate: { condition: service_completed_successfully, required: true } } }
c: { ${built(root, 'x')}, depends_on: { top: { condition: service_started, required: false } } }`;
    const proposed = await proposedFor(root, yaml);
    const critical = Object.entries(entriesOf(proposed)).filter(([, { critical: is }]) => is === true);
    expect(critical.map(([name]) => name).sort()).toEqual(['api-gateway', 'base', 'store', 'told', 'traefik', 'web']);
    expect(proposed.text).toContain('critical: needed by middle, top');
  });
});

test.each([
  ['postgres', true],
  ['registry.local:5000/team/my-postgres', true],
  ['bitnami/redis-cluster', true],
  ['confluentinc/cp-kafka', true],
  ['mcr.microsoft.com/mssql/server', true],
  ['postgrest/postgrest', false],
  ['mongo-express', false],
  ['oliver006/redis_exporter', false],
  ['nginx', false],
])('%s keeps data: %s', (repository, keeps) => expect(isStore(repository)).toBe(keeps));

describe('what is left out, and jobs', () => {
  test('services behind profiles, and those that cannot be built, with the reason', async () => {
    const root = shop({ 'x/Dockerfile': NODE });
    const yaml = `
a: { ${built(root, 'x')} }
tool: { ${built(root, 'x')}, profiles: [debug] }
gone: { build: { context: ${root}/nowhere } }
bare: { build: { context: ${root} } }`;
    const proposed = await proposedFor(root, yaml);
    expect(Object.keys(entriesOf(proposed))).toEqual(['a']);
    expect(proposed.text).toMatch(
      /In no category[\s\S]*tool: behind the profile debug[\s\S]*gone: it is built from nowhere[\s\S]*bare: it is built with Dockerfile/,
    );
    expect(proposed.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('a job that nothing says to be one is written down as one', async () => {
    const root = shop({ 'x/Dockerfile': PYTHON });
    const yaml = `
db-migrate: { ${built(root, 'x')} }
awaited-seed: { ${built(root, 'x')} }
restarted-seed: { ${built(root, 'x')}, restart: always }
app: { ${built(root, 'x')}, depends_on: { awaited-seed: { condition: service_completed_successfully, required: true } } }`;
    const proposed = await proposedFor(root, yaml);
    const kinds = Object.entries(entriesOf(proposed)).map(([name, { kind }]) => [name, kind]);
    expect(kinds).toEqual(
      expect.arrayContaining([
        ['db-migrate', 'one-shot'],
        ['awaited-seed', undefined],
        ['restarted-seed', undefined],
      ]),
    );
    expect(proposed.diagnostics).toEqual([]);
  });

  test('a fleet without services, and one without categories', async () => {
    const root = shop({});
    expect((await proposedFor(root, '{}')).diagnostics).toEqual([]);
    expect((await proposedFor(root, 'tool: { image: x, profiles: [debug] }')).diagnostics).toEqual([]);
  });
});
