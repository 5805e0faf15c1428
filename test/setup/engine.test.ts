import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ping, startDetached } from '../../scripts/setup/dockerd.mjs';
import { checkEngine } from '../../scripts/setup/engine.mjs';
import { ROOT } from '../../scripts/setup/parts.mjs';

describe('the check of the Docker engine', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-engine-'));
    await chmod(folder, 0o755);
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('accepts the engine of this machine', async () => {
    expect(await checkEngine()).toMatchObject({ state: 'ready' });
  });

  test('says when there is no docker command', async () => {
    expect(await checkEngine({ docker: join(folder, 'docker') })).toMatchObject({ state: 'no-client' });
  });

  test('says when nothing answers', async () => {
    const env = { DOCKER_HOST: `unix://${folder}/docker.sock` };
    expect(await checkEngine({ env })).toMatchObject({ state: 'not-answering' });
  });

  test('says when the socket refuses this user', async () => {
    const asNobody = await script('docker', 'exec setpriv --reuid=65534 --regid=65534 --clear-groups docker "$@"');
    const env = { HOME: folder };
    expect(await checkEngine({ docker: asNobody, env })).toMatchObject({ state: 'no-permission' });
  });

  test('names a Compose that is too old', async () => {
    await plugin('docker-compose', 'case "$*" in *--short*) echo 2.34.0;; *) echo --print;; esac');
    expect(await checkEngine({ env: { DOCKER_CONFIG: folder } })).toEqual({
      state: 'no-compose',
      detail: 'Compose 2.34.0 is too old',
    });
  });

  test('names a buildx that is too old', async () => {
    await plugin('docker-buildx', 'echo github.com/docker/buildx v0.16.2 abc');
    expect(await checkEngine({ env: { DOCKER_CONFIG: folder } })).toEqual({
      state: 'no-buildx',
      detail: 'buildx 0.16.2 is too old',
    });
  });

  test('set-up leaves an engine elsewhere to its owner, in one sentence and with exit code 2', async () => {
    const env = { ...process.env, DOCKER_HOST: `unix://${folder}/docker.sock` };
    const child = spawn(process.execPath, ['scripts/setup.mjs', '--for', 'engine'], { cwd: ROOT, env, stdio: 'pipe' });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const [code] = await once(child, 'close');
    expect(stderr).toContain(`the Docker engine at unix://${folder}/docker.sock does not answer: start it`);
    expect(code).toBe(2);
  });

  /** A private engine has its own network namespace and run folder, or it would take down the bridge of the other. */
  test('an engine that was stopped is started again', async () => {
    const engine = privateEngine(folder);
    try {
      await startDetached(engine);
      await stop(engine);
      expect(await ping(engine.socket)).toBe(false);
      await startDetached(engine);
      expect(await checkEngine({ env: { DOCKER_HOST: `unix://${engine.socket}` } })).toMatchObject({ state: 'ready' });
    } finally {
      await stop(engine);
    }
  });

  test('an engine that cannot start is reported with its last words', async () => {
    const engine = { ...privateEngine(folder), argv: ['dockerd', '--no-such-flag'] };
    await expect(startDetached(engine)).rejects.toThrow(/does not start; its last words:.*no-such-flag/s);
  });

  async function script(name: string, body: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    return path;
  }

  async function plugin(name: string, body: string): Promise<void> {
    await mkdir(join(folder, 'cli-plugins'));
    const metadata = '{"SchemaVersion":"0.1.0","Vendor":"test","Version":"0","ShortDescription":"old"}';
    await script(`cli-plugins/${name}`, `[ "$1" = docker-cli-plugin-metadata ] && echo '${metadata}' && exit\n${body}`);
  }
});

function privateEngine(folder: string) {
  const socket = join(folder, 'docker.sock');
  const pidFile = join(folder, 'docker.pid');
  const options = [`--host=unix://${socket}`, `--pidfile=${pidFile}`, `--data-root=${folder}/data`, `--exec-root=${folder}/exec`];
  const dockerd = ['dockerd', ...options, '--bridge=none', '--iptables=false', '--ip6tables=false'];
  const inOwnNamespaces = ['unshare', '--net', '--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /run/docker && exec "$@"', 'sh'];
  return { argv: [...inOwnNamespaces, ...dockerd], socket, pidFile, logFile: join(folder, 'dockerd.log') };
}

/** Ends a private engine by the process id it wrote down; the socket answers no more when this returns. */
async function stop({ socket, pidFile }: { socket: string; pidFile: string }): Promise<void> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
  if (!pid) return;
  process.kill(pid, 'SIGTERM');
  await expect.poll(() => isAlive(pid), { timeout: 30_000 }).toBe(false);
  expect(await ping(socket)).toBe(false);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
