import { expect, type TestContext, test } from 'vitest';
import { isAlive } from '../support/alive.ts';
import { Rig, refuses, says } from '../support/rig/rig.ts';

const INSTALL = 'install Docker Engine with Docker Compose 2.35 or newer and buildx 0.17';

/** Runs `rebuild` where it cannot start: exit 2, nothing on stdout, no file written; its stderr as one line. */
async function refusal(rig: Rig): Promise<string> {
  const { exitCode, stdout, stderr } = await rig.slipway(['rebuild', 'api']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(rig.files()).toEqual(['api', 'api/Dockerfile', 'docker-compose.yml', 'slipway.yaml']);
  expect(stderr).not.toMatch(/\n\s+at .*:\d+:\d+|\[object/);
  return stderr.replace(/\s+/g, ' ');
}

async function rigWithApi({ onTestFinished }: TestContext): Promise<Rig> {
  const rig = await Rig.open(onTestFinished);
  rig.fleet({ api: {} });
  return rig;
}

test.concurrent('Compose that is too old is named with its version and what to install', async (context) => {
  const rig = await rigWithApi(context);
  rig.answer(/^docker-compose version/, says('2.26.1\n'));
  rig.answer(/^docker-compose build --help/, says('Usage: docker compose build [OPTIONS] [SERVICE...]\n'));
  expect(await refusal(rig)).toContain(`Docker Compose 2.26.1 is too old: 2.35 or newer is needed ${INSTALL}`);
});

test.concurrent('an odd version of Compose is taken when it can do what is needed', async (context) => {
  const rig = await rigWithApi(context);
  rig.answer(/^docker-compose version/, says('v2.30.0-desktop.1\n'));
  rig.answer(/^docker-compose build --help/, says('      --print   Print equivalent bake file\n'));
  const { exitCode } = await rig.slipway(['plan', 'api']);
  expect(exitCode).toBe(0);
});

test.concurrent('Compose v1 is too old', async (context) => {
  const rig = await rigWithApi(context);
  rig.answer(/^docker-compose version/, says('1.29.2\n'));
  rig.answer(/^docker-compose build --help/, says('Build or rebuild services.\n'));
  expect(await refusal(rig)).toContain('Docker Compose 1.29.2 is too old');
});

test.concurrent('buildx that is too old is named with its version', async (context) => {
  const rig = await rigWithApi(context);
  rig.answer(/^docker-buildx version/, says('github.com/docker/buildx v0.10.4 c513d34\n'));
  rig.answer(/^docker-buildx bake --help/, says('--progress string  Set type of progress output ("auto", "plain", "tty")\n'));
  expect(await refusal(rig)).toContain(`docker buildx 0.10.4 is too old: 0.17 or newer is needed ${INSTALL}`);
});

test.concurrent('a docker without the Compose plugin is told so', async (context) => {
  const rig = await rigWithApi(context);
  rig.hidePlugins();
  rig.answer(/^docker compose /, refuses("docker: 'compose' is not a docker command.\nSee 'docker --help'\n"));
  rig.answer(/^docker buildx version/, says('github.com/docker/buildx v0.29.1 abc\n'));
  expect(await refusal(rig)).toContain(`Docker Compose is not installed: 'compose' is not a docker command ${INSTALL}`);
});

test.concurrent('a docker without the buildx plugin is told so', async (context) => {
  const rig = await rigWithApi(context);
  rig.hidePlugins();
  rig.answer(/^docker compose version/, says('2.40.3\n'));
  rig.answer(/^docker compose .* config --format json/, (call) => says(rig.rendered())(call));
  rig.answer(/^docker buildx /, refuses("docker: unknown command: docker buildx\n\nRun 'docker --help' for more information\n"));
  expect(await refusal(rig)).toContain(`docker buildx is not installed: unknown command: docker buildx ${INSTALL}`);
});

test.concurrent('no docker at all', async (context) => {
  const rig = await rigWithApi(context);
  rig.hidePlugins();
  rig.uninstallDocker();
  expect(await refusal(rig)).toContain(`docker is not installed: there is no such program on the PATH ${INSTALL}`);
});

test.concurrent('an engine that never answers is given up after ten seconds', async (context) => {
  const rig = await rigWithApi(context);
  rig.answer(/^docker info/, async () => {});
  expect(await refusal(rig)).toContain(
    'the Docker engine does not answer: docker info got no answer in time check that the engine is not stuck',
  );
  expect(rig.calls.filter((call) => isAlive(call.facts.pid))).toEqual([]);
});

test.concurrent('an engine that answers with errors', async (context) => {
  const rig = await rigWithApi(context);
  rig.engine.mischief = (request) => (request === 'GET /containers/json' ? 500 : 'default');
  expect(await refusal(rig)).toContain('error engine-error the engine had an accident');
});

test.concurrent('an engine that is lost between build and replace fails the service and leaves the old container alone', async (context) => {
  const rig = await rigWithApi(context);
  const cli = rig.start(['rebuild', 'api']);
  const bake = await rig.bake('api');
  rig.engine.mischief = () => 500;
  await rig.finishBake(bake);
  const { exitCode, stdout, stderr } = await cli.ended;
  expect(exitCode).toBe(1);
  expect(`${stdout}${stderr}`).toContain('the engine had an accident');
  expect(stdout.replace(/\s+/g, ' ')).toContain('failed: 0 completed, 1 failed of 1 service');
  expect(stderr).toContain('lock-not-released');
  expect(rig.journal().at(-1)?.type).toBe('run-finished');
  expect(rig.calls.filter((call) => / up /.test(call.line))).toEqual([]);
});
