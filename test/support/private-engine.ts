import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { BUSYBOX } from './compose-project.ts';
import { eventually } from './eventually.ts';

/** An engine of a test's own beside the shared one. */
export interface PrivateEngine {
  /** For DOCKER_HOST. */
  readonly host: string;
  /** Output of `docker ARGS` on it; rejects when it fails. */
  docker(...args: readonly string[]): Promise<string>;
  /** Ends it with all that runs on it, and removes its folder. */
  remove(): Promise<void>;
}

/** Why no private engine can be started here; null = it can. */
export function privateEngineObstacle(): string | null {
  if (process.getuid?.() !== 0) return 'only root can start an engine';
  const missing = ['dockerd', 'unshare', 'setpriv', 'ip'].find((program) => !isInstalled(program));
  return missing === undefined ? null : `${missing} is not installed`;
}

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)));
}

/**
 * Starts a dockerd with these features on, and the busybox base loaded. It has a network namespace of its own, without which it would take
 * the other engine's bridge, and a run folder of its own; it ends with this process.
 */
export async function startPrivateEngine(features: Readonly<Record<string, boolean>>): Promise<PrivateEngine> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-engine-')));
  const paths = { config: join(folder, 'daemon.json'), socket: join(folder, 'docker.sock') };
  writeFileSync(paths.config, JSON.stringify({ features }));
  const own = ['--config-file', paths.config, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')];
  const dockerd = ['dockerd', ...own, '--pidfile', join(folder, 'docker.pid'), '-H', `unix://${paths.socket}`];
  const prepare = 'ip link set lo up && mkdir -p /run/docker && mount -t tmpfs tmpfs /run/docker && exec "$@"';
  const inside = ['sh', '-c', prepare, 'sh', 'setpriv', '--pdeathsig', 'TERM', ...dockerd];
  // No program in this chain forks: the child is dockerd itself.
  const child = spawn('unshare', ['--net', '--mount', '--propagation', 'private', ...inside], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  child.stderr!.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const host = `unix://${paths.socket}`;
  const docker = async (...args: readonly string[]) => (await execa('docker', args, { env: { DOCKER_HOST: host } })).stdout;
  const engine = { host, docker, remove: () => endEngine(child, folder) };
  try {
    await eventually(
      () => `the private engine answers; it said ${said.join('').slice(-2000)}`,
      () => {
        if (child.exitCode !== null) throw new Error(`dockerd ended with code ${child.exitCode}: ${said.join('').slice(-2000)}`);
        return docker('version').catch(() => null);
      },
      90_000,
    );
    const archive = execFileSync('docker', ['save', BUSYBOX], { maxBuffer: 1 << 28 });
    await execa('docker', ['load'], { env: { DOCKER_HOST: host }, input: archive });
    return engine;
  } catch (error) {
    await engine.remove();
    throw error;
  }
}

async function endEngine(child: ChildProcess, folder: string): Promise<void> {
  const containerd = numberIn(join(folder, 'exec/containerd/containerd.pid'));
  child.kill('SIGTERM');
  // Its containers are stopped first, each in its own time.
  await eventually('the private engine ends', () => child.exitCode !== null || child.signalCode !== null, 60_000).catch(() => {
    child.kill('SIGKILL');
    if (containerd !== null && commandOf(containerd).includes(folder)) process.kill(containerd, 'SIGKILL');
  });
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

function numberIn(file: string): number | null {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : null;
}

/** Guards against a process id that went to somebody else. */
function commandOf(pid: number): string {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
