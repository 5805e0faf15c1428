import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DockerCli } from '../../src/docker/cli/docker-cli.ts';
import type { UpHow } from '../../src/docker/cli/up.ts';
import type { ComposeModel, Project, ProjectRef } from '../../src/fleet/types.ts';
import { BUSYBOX, type ComposeProject, composeProject, serviceOf } from '../support/compose-project.ts';
import { recordedIo } from '../support/step-io.ts';

const yaml = `
services:
  web: { image: ${BUSYBOX}, init: true, stop_grace_period: 1s, command: [sleep, '600'], depends_on: [db], environment: { MODE: new } }
  db: { image: ${BUSYBOX}, init: true, stop_grace_period: 1s, command: [sleep, '600'] }
  many: { image: ${BUSYBOX}, init: true, stop_grace_period: 1s, command: [sleep, '600'], scale: 2 }
  broken: { image: ${BUSYBOX}, command: [/no/such/program] }
  unpulled: { image: sw-cli-up-never-built:latest }
`;

const noImages = { inspect: () => Promise.reject(), tag: () => Promise.reject(), untag: () => Promise.reject() };
// What a careless shell may hold: nothing of it may reach Compose.
const hostile = { COMPOSE_PROJECT_NAME: 'sw-other', COMPOSE_REMOVE_ORPHANS: '1', COMPOSE_FILE: '/none.yml' };
const cli = new DockerCli({ ...process.env, ...hostile }, noImages);
let compose: ComposeProject;
let project: Project;

beforeAll(async () => {
  compose = await composeProject('cli-up', yaml);
  // The same through the project's .env, which Compose itself reads.
  writeFileSync(join(compose.folder, '.env'), 'COMPOSE_REMOVE_ORPHANS=1\n');
  const ref: ProjectRef = {
    name: compose.name,
    directory: compose.folder,
    files: [join(compose.folder, 'docker-compose.yml')],
    envFiles: [],
    profiles: [],
  };
  const rendered = await cli.render(ref);
  if (!rendered.ok) throw new Error(rendered.error.message);
  project = { ...ref, model: rendered.value.model };
  await compose.compose('up', '-d', 'web', 'db', 'many');
});
afterAll(() => compose.remove());

const CONVERGE: UpHow = { mode: 'converge', scale: null };

async function up(service: string, how: UpHow = CONVERGE, model: ComposeModel | null = null) {
  const io = recordedIo();
  const result = await cli.up(
    { project, service: serviceOf(compose.name, service), stored: model && { model, environment: {} } },
    how,
    io,
  );
  return { result, log: io.told.text };
}

async function all(): Promise<Record<string, string[]>> {
  const services = ['web', 'db', 'many'];
  return Object.fromEntries(await Promise.all(services.map(async (s) => [s, (await compose.containers(s)).sort()])));
}

test('what is as it should be stays; recreate replaces that service and nothing else', async () => {
  const before = await all();
  expect((await up('web')).result.ok).toBe(true);
  expect(await all()).toEqual(before);
  const { result, log } = await up('web', { mode: 'recreate', scale: null });
  expect(result.ok).toBe(true);
  expect(log).toContain('Recreated');
  const after = await all();
  expect(after).toEqual({ ...before, web: [expect.any(String)] });
  expect(after.web).not.toEqual(before.web);
});

test('afterwards a plain up changes no container id', async () => {
  await up('many', { mode: 'recreate', scale: null });
  const before = await all();
  expect(before.many).toHaveLength(2);
  await compose.compose('up', '-d', 'web', 'db', 'many');
  expect(await all()).toEqual(before);
});

test('a sibling that left the Compose file is not removed, whatever the shell and .env say', async () => {
  const file = join(compose.folder, 'docker-compose.yml');
  const before = await all();
  writeFileSync(file, yaml.replace(/^ {2}many:.*\n/m, ''));
  await up('db', { mode: 'recreate', scale: null });
  writeFileSync(file, yaml);
  expect((await all()).many).toEqual(before.many);
});

test('a stored model is run instead of the files, with the same configuration hash for the same content', async () => {
  const before = await all();
  expect((await up('web', CONVERGE, project.model)).result.ok).toBe(true);
  expect(await all()).toEqual(before);
  const web = { ...project.model.services.web, environment: { MODE: 'old $$HOME' } };
  const old: ComposeModel = { ...project.model, services: { ...project.model.services, web } };
  expect((await up('web', CONVERGE, old)).result.ok).toBe(true);
  const [id] = await compose.containers('web');
  const { stdout } = await execa('docker', ['inspect', '--format', '{{json .Config.Env}}', id!]);
  expect(stdout).toContain('MODE=old $HOME');
  await up('web');
});

test('new containers start beside the old, and once the old are gone a plain up is content', async () => {
  const [old] = await compose.containers('web');
  expect((await up('web', { mode: 'beside', scale: 2 })).result.ok).toBe(true);
  const both = await compose.containers('web');
  expect(both).toHaveLength(2);
  expect(both).toContain(old);
  await execa('docker', ['rm', '-f', old!]);
  await compose.compose('up', '-d', 'web', 'db', 'many');
  expect(await compose.containers('web')).toEqual(both.filter((id) => id !== old));
});

test('a container that cannot start is a failed replace with Compose’s words', async () => {
  const { result } = await up('broken');
  expect(result).toMatchObject({
    ok: false,
    error: { failure: { code: 'replace-failed', message: expect.stringContaining('/no/such/program') }, transient: false },
  });
});

test('an image that is not there is neither pulled nor built', async () => {
  const { result } = await up('unpulled');
  expect(result).toMatchObject({ ok: false, error: { failure: { message: expect.stringMatching(/no such image|not found/i) } } });
});

test('parallel calls for different services of one project do not disturb each other', async () => {
  const before = await all();
  const recreate: UpHow = { mode: 'recreate', scale: null };
  const results = await Promise.all(['web', 'db', 'many'].map((service) => up(service, recreate)));
  expect(results.map(({ result }) => result.ok)).toEqual([true, true, true]);
  const after = await all();
  expect(Object.values(after).map((ids) => ids.length)).toEqual([1, 1, 2]);
  expect(Object.values(after).flat()).not.toEqual(expect.arrayContaining([before.web![0]!]));
  const { stdout } = await execa('docker', ['network', 'ls', '-q', '--filter', `name=${compose.name}`]);
  expect(stdout.split('\n')).toHaveLength(1);
  expect(readFileSync(join(compose.folder, 'docker-compose.yml'), 'utf8')).toBe(yaml);
});
