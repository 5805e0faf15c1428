import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DockerCli } from '../../src/docker/cli/docker-cli.ts';
import { readFacts } from '../../src/docker/cli/facts.ts';
import { findTools } from '../../src/docker/cli/plugins.ts';
import { childEnvironment } from '../../src/docker/environment.ts';
import { folderWith } from '../support/folder.ts';

const noImages = {
  inspect: () => Promise.reject(new Error('not asked')),
  tag: () => Promise.reject(new Error('not asked')),
  untag: () => Promise.reject(new Error('not asked')),
};
const cliWith = (env: Record<string, string> = {}) => new DockerCli({ ...process.env, ...env }, noImages);

function projectOf(yaml: string, files: Record<string, string> = {}) {
  const directory = folderWith({ 'compose.yml': yaml, ...files });
  return { name: 'sw-cli-render', directory, files: [join(directory, 'compose.yml')], envFiles: [], profiles: [] };
}

async function rendered(project: ReturnType<typeof projectOf>, env: Record<string, string> = {}) {
  const result = await cliWith(env).render(project);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

async function refusal(yaml: string): Promise<string> {
  const result = await cliWith().render(projectOf(yaml));
  if (result.ok) throw new Error('it was rendered');
  expect(result.error.code).toBe('rejected');
  return result.error.message;
}

describe('render', () => {
  test('has the services of every profile and the values of env files', async () => {
    const { model, warnings } = await rendered(
      projectOf('services:\n  a: { image: x, env_file: [a.env] }\n  b: { image: y, profiles: [night] }\n', { 'a.env': 'A=1\n' }),
    );
    expect(Object.keys(model.services)).toEqual(['a', 'b']);
    expect(model.services.a?.environment).toEqual({ A: '1' });
    expect(warnings).toEqual([]);
  });

  test('goes on without a missing env file and names it', async () => {
    const project = projectOf(
      'services:\n  a:\n    image: x\n    environment: { B: "2" }\n    env_file: [gone.env, there.env]\n  b: { image: y }\n',
      { 'there.env': 'A=1\n' },
    );
    const { model } = await rendered(project);
    expect(model.services.a?.environment).toEqual({ A: '1', B: '2' });
    expect(model.services.a?.env_file).toEqual([
      { path: join(project.directory, 'gone.env'), required: true },
      { path: join(project.directory, 'there.env'), required: true },
    ]);
    expect(model.services.b).not.toHaveProperty('env_file');
  });

  test('takes nothing of Compose’s own variables from the shell', async () => {
    const env = { COMPOSE_PROJECT_NAME: 'other', COMPOSE_FILE: '/etc/none.yml', COMPOSE_PROFILES: 'none' };
    const { model } = await rendered(projectOf('services: { a: { image: x } }\n'), env);
    expect(model.name).toBe('sw-cli-render');
    expect(Object.keys(model.services)).toEqual(['a']);
  });

  test('reports unset variables', async () => {
    const { warnings } = await rendered(projectOf('services: { a: { image: "x:$' + '{SLIPWAY_UNSET}" } }\n'));
    expect(warnings).toEqual([expect.stringContaining('"SLIPWAY_UNSET" variable is not set')]);
  });

  test.each([
    ['an unknown key', 'services: { a: { image: x, prots: [1] } }\n', /compose\.yml: .*prots/],
    ['a broken file', 'services:\n  a: "x\n', /compose\.yml: .*yaml/],
    ['an undefined dependency', 'services: { a: { image: x, depends_on: [nope] } }\n', /"nope"/],
    ['a required variable', 'services: { a: { image: "$' + '{SLIPWAY_UNSET:?say it}" } }\n', /SLIPWAY_UNSET.*say it/],
  ])('gives Compose’s own sentence for %s', async (_, yaml, sentence) => {
    const message = await refusal(yaml);
    expect(message).toMatch(sentence);
    expect(message).not.toMatch(/\u001b|level=/);
  });

  test('of a file that is not there says which', async () => {
    const project = { ...projectOf('services: {}\n'), files: ['/no/such/compose.yml'] };
    expect(await cliWith().render(project)).toMatchObject({
      ok: false,
      error: { code: 'rejected', message: expect.stringContaining('/no/such/compose.yml') },
    });
  });
});

describe('facts', () => {
  test('are the versions and the engine’s id', async () => {
    expect(await cliWith().facts()).toMatchObject({
      ok: true,
      value: {
        docker: expect.stringMatching(/^\d+\.\d+/),
        compose: expect.stringMatching(/^\d+\.\d+/),
        buildx: expect.stringMatching(/^\d+\.\d+/),
        engineId: expect.stringMatching(/./),
      },
    });
  });

  test('say that no engine answers', async () => {
    const facts = await cliWith({ DOCKER_HOST: 'unix:///no/such.sock' }).facts();
    expect(facts).toMatchObject({ ok: false, error: { code: 'no-engine', message: expect.stringContaining('/no/such.sock') } });
  });

  test('say that an engine hangs', async () => {
    const socket = join(folderWith(), 'stuck.sock');
    const server = createServer(() => undefined).listen(socket);
    onTestFinished(() => void server.close());
    const own = { ...process.env, DOCKER_HOST: `unix://${socket}` };
    const facts = await readFacts({ tools: findTools(own), env: childEnvironment(own), timeoutMs: 500 });
    expect(facts).toMatchObject({ ok: false, error: { code: 'no-engine', message: expect.stringContaining('in time') } });
  });

  /** Plugins of another version, found before the real ones. */
  function pluginsThatSay(compose: string, buildx: string): Record<string, string> {
    const folder = folderWith();
    mkdirSync(join(folder, 'cli-plugins'));
    for (const [name, script] of Object.entries({ compose, buildx })) {
      writeFileSync(join(folder, 'cli-plugins', `docker-${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    return { DOCKER_CONFIG: folder };
  }
  const goodCompose = 'echo 2.40.3';
  const goodBuildx = 'echo github.com/docker/buildx v0.29.1 abc';

  test('accept an older version that can do what is needed', async () => {
    const able = pluginsThatSay(
      '[ $1 = version ] && echo 2.32.0 || echo --print',
      '[ $1 = version ] && echo buildx dev || echo rawjson',
    );
    expect(await cliWith(able).facts()).toMatchObject({ ok: true, value: { compose: '2.32.0' } });
  });

  test.each([
    [
      'a Compose that is too old',
      'too-old',
      pluginsThatSay.bind(null, '[ $1 = version ] && echo 2.32.0 || echo nothing', goodBuildx),
      /Compose 2\.32\.0.*2\.35/,
    ],
    [
      'a Compose before the --no-deps fix',
      'too-old',
      pluginsThatSay.bind(null, '[ $1 = version ] && echo 2.29.2 || echo --print', goodBuildx),
      /2\.29\.2/,
    ],
    [
      'a buildx that is too old',
      'too-old',
      pluginsThatSay.bind(null, goodCompose, '[ $1 = version ] && echo m v0.12.1 abc || echo nothing'),
      /buildx 0\.12\.1.*0\.17/,
    ],
    [
      'a plugin that does not run',
      'not-installed',
      pluginsThatSay.bind(null, 'echo broken >&2; exit 1', goodBuildx),
      /Compose cannot be used: broken/,
    ],
  ])('say what to install for %s', async (_, code, plugins, message) => {
    expect(await cliWith(plugins()).facts()).toMatchObject({
      ok: false,
      error: { code, message: expect.stringMatching(message), remedy: expect.stringContaining('2.35') },
    });
  });
});
