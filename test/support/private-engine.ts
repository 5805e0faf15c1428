import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { BUSYBOX } from './compose-project.ts';
import { eventually } from './eventually.ts';

/** An engine of a test's own beside the shared one. */
export interface PrivateEngine {
  /** For DOCKER_HOST. */
  readonly host: string;
  /** What a program is started with so that it is on the engine's machine: it sees the ports that containers publish and the engine's disk. */
  readonly inside: readonly string[];
  /** Output of `docker ARGS` on it; rejects when it fails. */
  docker(...args: readonly string[]): Promise<string>;
  /** Kills the daemon, as a crash of it would; what runs in containers goes on until the next start. */
  kill(): Promise<void>;
  /** Starts the daemon that was killed again, and waits until it answers. */
  start(): Promise<void>;
  /** Ends it with all that runs on it, and removes its folder. */
  remove(): Promise<void>;
}

/** Why no private engine can be started here; null = it can. */
function privateEngineObstacle(): string | null {
  if (process.getuid?.() !== 0) return 'only root can start an engine';
  const missing = ['dockerd', 'unshare', 'nsenter', 'setpriv', 'ip'].find((program) => !isInstalled(program));
  return missing === undefined ? null : `${missing} is not installed`;
}

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)));
}

/**
 * Starts a dockerd with this configuration (as daemon.json has it), and these images loaded. It has a network namespace of its own, without
 * which it would take the other engine's bridge, and a run folder of its own; both outlive the daemon, so that it can be killed and started
 * again. All of it ends with this process. `dataMb` = the size of the disk for its images, volumes and build cache; that of the host when left
 * out.
 */
export async function startPrivateEngine(
  config: Readonly<Record<string, unknown>>,
  dataMb?: number,
  images: readonly string[] = [BUSYBOX],
): Promise<PrivateEngine> {
  const obstacle = privateEngineObstacle();
  if (obstacle !== null) throw new Error(`no engine of its own can be started for this test: ${obstacle}`);
  const engine = new Engine(config, dataMb);
  try {
    await engine.start();
    const save = execa('docker', ['save', ...images], { env: { DOCKER_HOST: '' }, buffer: false });
    await Promise.all([save, save.pipe(execa('docker', ['load'], { env: { DOCKER_HOST: engine.host } }))]);
    return engine;
  } catch (error) {
    await engine.remove();
    throw error;
  }
}

class Engine implements PrivateEngine {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-engine-')));
  readonly host = `unix://${join(this.folder, 'docker.sock')}`;
  /** Holds the namespaces. */
  readonly #room: ChildProcess;
  #daemon: ChildProcess | null = null;
  #said = '';

  constructor(config: Readonly<Record<string, unknown>>, dataMb?: number) {
    writeFileSync(join(this.folder, 'daemon.json'), JSON.stringify(config));
    const data = join(this.folder, 'data');
    mkdirSync(data);
    const disk = dataMb === undefined ? '' : `mount -t tmpfs -o size=${dataMb}m tmpfs ${data} && `;
    const ready = `ip link set lo up && mkdir -p /run/docker && mount -t tmpfs tmpfs /run/docker && ${disk}touch "$0" && exec "$@"`;
    // No program in this chain forks: the child is `sleep` itself.
    const sleep = ['setpriv', '--pdeathsig', 'KILL', 'sleep', 'infinity'];
    const inside = ['sh', '-c', ready, join(this.folder, 'room'), ...sleep];
    this.#room = spawn('unshare', ['--net', '--mount', '--propagation', 'private', ...inside], { stdio: 'ignore' });
  }

  get inside(): readonly string[] {
    return ['nsenter', '--target', String(this.#room.pid), '--net', '--mount', '--'];
  }

  async docker(...args: readonly string[]): Promise<string> {
    return (await execa('docker', args, { env: { DOCKER_HOST: this.host } })).stdout;
  }

  async start(): Promise<void> {
    await eventually('the namespaces of the private engine', () => existsSync(join(this.folder, 'room')));
    rmSync(join(this.folder, 'docker.pid'), { force: true });
    const at = (name: string) => join(this.folder, name);
    const own = ['--config-file', at('daemon.json'), '--data-root', at('data'), '--exec-root', at('exec')];
    const dockerd = ['dockerd', ...own, '--pidfile', at('docker.pid'), '-H', this.host];
    const [enter = '', ...room] = this.inside;
    const daemon = spawn(enter, [...room, 'setpriv', '--pdeathsig', 'TERM', ...dockerd], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#daemon = daemon;
    daemon.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-4000);
    });
    await eventually(
      () => `the private engine answers; it said ${this.#said.slice(-2000)}`,
      () => {
        if (hasEnded(daemon)) throw new Error(`dockerd ended: ${this.#said.slice(-2000)}`);
        return this.docker('version').catch(() => null);
      },
      90_000,
    );
  }

  async kill(): Promise<void> {
    const daemon = this.#daemon!;
    daemon.kill('SIGKILL');
    await eventually('the private engine is gone', () => hasEnded(daemon));
  }

  async remove(): Promise<void> {
    const daemon = this.#daemon;
    if (daemon && hasEnded(daemon)) await this.start().catch(() => {});
    const ids = await this.docker('ps', '-aq').catch(() => '');
    if (ids !== '') await this.docker('rm', '-f', ...ids.split('\n')).catch(() => {});
    if (this.#daemon) await endDaemon(this.#daemon, this.folder);
    this.#room.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function endDaemon(daemon: ChildProcess, folder: string): Promise<void> {
  const containerd = numberIn(join(folder, 'exec/containerd/containerd.pid'));
  daemon.kill('SIGTERM');
  await eventually('the private engine ends', () => hasEnded(daemon), 60_000).catch(() => {
    daemon.kill('SIGKILL');
    if (containerd !== null && commandOf(containerd).includes(folder)) process.kill(containerd, 'SIGKILL');
  });
}

function numberIn(file: string): number | null {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : null;
}

/** Guards against a process id that went to somebody else. */
function commandOf(pid: number): string {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
