import { existsSync } from 'node:fs';
import { addDockerSources, aptInstall, ENGINE_PACKAGES, TOOL_PACKAGES, whyNoInstall } from './apt.mjs';
import { startEngine } from './dockerd.mjs';
import { run } from './run.mjs';
import { SetupProblem, say } from './say.mjs';

/** Compose from here on has `build --print` and the `--no-deps` fix of 2.29.3; buildx from here on streams rawjson. */
const MINIMUM = { compose: [2, 35], buildx: [0, 17] };

const WANTED = 'Docker Engine with Compose 2.35 or newer and buildx 0.17 or newer (https://docs.docker.com/engine/install/)';
// Long, because a busy machine must not be taken for one without Docker.
const PROBE_TIMEOUT_MS = 30_000;

/**
 * Looks at the Docker that `docker` on the PATH talks to (`env` may point elsewhere by DOCKER_HOST).
 * Returns `{ state, detail }`; state is ready, no-client, no-compose, no-buildx, no-permission or not-answering.
 */
export async function checkEngine({ env = {}, docker = 'docker' } = {}) {
  const probe = (...args) => run([docker, ...args], { env, timeoutMs: PROBE_TIMEOUT_MS });
  const [server, compose, help, buildx] = await Promise.all([
    probe('version', '--format', '{{.Server.Version}}'),
    probe('compose', 'version', '--short'),
    probe('compose', 'build', '--help'),
    probe('buildx', 'version'),
  ]);
  return judge({ server, compose, help, buildx });
}

/** Turns what the four probes printed into one state; the tools come before the engine because they are installed first. */
export function judge({ server, compose, help, buildx }) {
  if (server.code === 127) return { state: 'no-client', detail: 'there is no docker command' };
  if (!isAtLeast(compose.stdout, MINIMUM.compose) || !help.stdout.includes('--print')) {
    return { state: 'no-compose', detail: found('Compose', compose) };
  }
  if (!isAtLeast(buildx.stdout, MINIMUM.buildx)) return { state: 'no-buildx', detail: found('buildx', buildx) };
  if (server.code === 0) return { state: 'ready', detail: `engine ${server.stdout.trim()}, Compose ${compose.stdout.trim()}` };
  const detail = lastSentence(server.stderr);
  return { state: /permission denied/i.test(detail) ? 'no-permission' : 'not-answering', detail };
}

/** Brings the engine from a state of `checkEngine` to ready, or throws a SetupProblem that says what to do by hand. */
export async function mendEngine({ state, detail }) {
  if (state === 'no-permission') {
    throw new SetupProblem(`the Docker socket refuses this user: add the user to the docker group, or run as root (${detail})`);
  }
  const elsewhere = await remoteEngine();
  if (elsewhere && !(await answers())) {
    throw new SetupProblem(
      `the Docker engine at ${elsewhere} does not answer: start it, or unset DOCKER_HOST and DOCKER_CONTEXT to use a local one (${detail})`,
    );
  }
  if (state !== 'not-answering' || !hasDockerd()) await installEngine({ state, detail });
  if (!(await answers())) {
    if (process.getuid?.() !== 0) throw new SetupProblem('the Docker engine is installed and does not answer: start it as root');
    await startEngine();
  }
  const after = await checkEngine();
  if (after.state !== 'ready') throw new SetupProblem(`Docker is installed but not usable (${after.detail}); install ${WANTED}`);
  say('Docker engine', after.detail);
}

async function installEngine({ state, detail }) {
  const reason = whyNoInstall();
  if (reason) throw new SetupProblem(`${detail}, and ${reason}: install ${WANTED}`);
  const packages = await packagesFor(state);
  say('Docker engine', `${detail}; installing ${packages.join(' ')} from Debian`);
  const files = await addDockerSources();
  say('Docker engine', `wrote ${files.join(' and ')}`);
  await aptInstall(packages);
}

/** An engine that is there stays as it is: upgrading it would restart the containers of its owner. */
async function packagesFor(state) {
  if (state === 'no-client') return hasDockerd() ? ['docker-cli', ...TOOL_PACKAGES] : ENGINE_PACKAGES;
  return hasDockerd() || (await answers()) ? TOOL_PACKAGES : ENGINE_PACKAGES;
}

/** The address of an engine that the user chose and that is not the local socket, or null. */
async function remoteEngine() {
  const { stdout } = await run(['docker', 'context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']);
  const host = process.env.DOCKER_HOST ?? stdout.trim();
  return host === '' || /^unix:\/\/(\/var)?\/run\/docker\.sock$/.test(host) ? null : host;
}

async function answers() {
  return (await run(['docker', 'version', '--format', '{{.Server.Version}}'], { timeoutMs: PROBE_TIMEOUT_MS })).code === 0;
}

function hasDockerd() {
  return ['/usr/sbin/dockerd', '/usr/bin/dockerd', '/usr/local/bin/dockerd'].some((path) => existsSync(path));
}

/** What the client says last, without the question it adds. */
function lastSentence(text) {
  return (text.trim().split('\n').at(-1) ?? '').replace(/\.? Is the docker daemon running\?$/, '');
}

function found(name, { code, stdout }) {
  const version = /\d+\.\d+[\w.-]*/.exec(stdout)?.[0];
  return code === 0 && version ? `${name} ${version} is too old` : `${name} is missing`;
}

function isAtLeast(text, [major, minor]) {
  const match = /(\d+)\.(\d+)/.exec(text);
  if (!match) return false;
  return Number(match[1]) > major || (Number(match[1]) === major && Number(match[2]) >= minor);
}
