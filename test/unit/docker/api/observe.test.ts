import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApi } from '../../../../src/docker/api/client.ts';
import { apiVerbs, openApiSession } from '../../../../src/docker/api/verbs.ts';
import { serviceOf } from '../../../support/compose-project.ts';

/** Forty services of one project, one container each, behind an engine that counts what it is asked. */
const NAMES = Array.from({ length: 40 }, (_, i) => `s${i}`);
const services = NAMES.map((name) => serviceOf('fleet', name));

let folder: string;
let server: Server;
let inspected: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sw-observe-'));
  inspected = [];
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://engine');
    const id = /^\/containers\/(\w+)\/json$/.exec(pathname)?.[1];
    if (id) inspected.push(id);
    const answer = id ? container(id) : answerTo(pathname, searchParams);
    response.writeHead(answer === null ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { message: 'no such thing' }));
  });
  await new Promise<void>((resolve) => server.listen(join(folder, 'docker.sock'), resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

function answerTo(path: string, query: URLSearchParams): unknown {
  if (path === '/networks') return [];
  if (path === '/volumes') return { Volumes: null };
  if (path !== '/containers/json') return null;
  const wanted: string[] = JSON.parse(query.get('filters')!).label;
  const asked = wanted.map((label) => /^com\.docker\.compose\.service=(.*)$/.exec(label)?.[1]).find(Boolean);
  return NAMES.filter((name) => !asked || name === asked).map((name) => ({ Id: name }));
}

function container(name: string): unknown {
  const labels = { 'com.docker.compose.project': 'fleet', 'com.docker.compose.service': name };
  return {
    Id: name,
    Name: `/fleet-${name}-1`,
    Image: 'sha256:1',
    Created: '2026-02-04T14:00:00Z',
    RestartCount: 0,
    State: { Status: 'running', ExitCode: 0, Error: '', OOMKilled: false, StartedAt: '2026-02-04T14:00:00Z' },
    Config: { Labels: labels },
    Mounts: [],
  };
}

async function observed(names: readonly string[]) {
  const engine = apiVerbs(openApiSession(createApi({ kind: 'unix', path: join(folder, 'docker.sock') })));
  const result = await engine.observe(services.filter(({ name }) => names.includes(name)));
  if (!result.ok) throw new Error(result.error.message);
  return Object.values(result.value.services).map((service) => service.containers.map((c) => c.id));
}

test('one service of a fleet is looked at without looking at the others', async () => {
  expect(await observed(['s7'])).toEqual([['s7']]);
  expect(inspected).toEqual(['s7']);
});

test('a whole fleet is looked at, each container once', async () => {
  expect(await observed(NAMES)).toEqual(NAMES.map((name) => [name]));
  expect(inspected.toSorted()).toEqual(NAMES.toSorted());
});
